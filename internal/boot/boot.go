// Package boot tells one start of the machine from another: what was written in another one may have been lost with it.
//
// Where the system does not tell, [ID] is empty, and nothing that was written is taken for safe.
package boot

import "sync"

// ID changes with each start of the machine; "" where it is not known.
func ID() string { return id() }

var id = sync.OnceValue(readID)
