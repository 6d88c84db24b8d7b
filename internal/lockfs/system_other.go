//go:build !linux

package lockfs

import "os"

// lockTable: these systems do not tell who holds a lock, or waits for it.
type lockTable struct{ complete bool }

const tellsWaiters = false

func readLockTable() lockTable { return lockTable{} }

func (lockTable) of(*os.File) []systemLock { return nil }

func isStopped(int) bool { return false }

func processHolder(pid int) Holder { return Holder{PID: pid, Host: hostname()} }
