package lockfs

import "golang.org/x/sys/windows"

// Alive errs on the side of life, where it may not ask.
func Alive(pid int) bool {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err == windows.ERROR_INVALID_PARAMETER {
		return false // there is no such process
	}
	if err != nil {
		return true
	}
	defer windows.CloseHandle(h)
	var code uint32
	return windows.GetExitCodeProcess(h, &code) != nil || code == uint32(windows.STATUS_PENDING)
}
