package rustc

import "syscall"

// changed is when the file, its links or its name changed last; ctime cannot be set.
func changed(s *syscall.Stat_t) int64 { return s.Ctim.Nano() }
