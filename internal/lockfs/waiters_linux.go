package lockfs

import "context"

// recordWait writes nothing: the kernel lists who waits (lockTable), and what is
// not written is not left over when a waiter is killed.
func recordWait(context.Context, Lock) (done func()) { return func() {} }

func waitRecords(string) []Holder { return nil }
