package jobslot

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// semaphore is what a jobserver is here: its count is the tokens that lie unused.
type semaphore struct {
	name   string
	handle windows.Handle
}

// mostTokens is the count that a semaphore may have: more slots than any machine has.
const mostTokens = 1 << 16

// accessAll is SEMAPHORE_ALL_ACCESS.
const accessAll = 0x1f0003

var (
	kernel32         = windows.NewLazySystemDLL("kernel32.dll")
	createSemaphore  = kernel32.NewProc("CreateSemaphoreW")
	openSemaphore    = kernel32.NewProc("OpenSemaphoreW")
	releaseSemaphore = kernel32.NewProc("ReleaseSemaphore")
)

func newFeed() (feed, error) {
	name := "berth_jobserver_" + rand.Text()
	text, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	handle, _, err := createSemaphore.Call(0, 0, mostTokens, uintptr(unsafe.Pointer(text)))
	if handle == 0 {
		return nil, fmt.Errorf("cannot make a semaphore for tokens: %w", err)
	}
	return &semaphore{name, windows.Handle(handle)}, nil
}

func (s *semaphore) flags() string {
	return "-j --jobserver-fds=" + s.name + " --jobserver-auth=" + s.name
}
func (s *semaphore) files() []*os.File { return nil }
func (s *semaphore) close()            { windows.CloseHandle(s.handle) }

func (s *semaphore) offer() bool { return s.release(nil) }

func (s *semaphore) release(before *int32) bool {
	ok, _, _ := releaseSemaphore.Call(uintptr(s.handle), 1, uintptr(unsafe.Pointer(before)))
	return ok != 0
}

func (s *semaphore) withdraw() bool {
	event, err := windows.WaitForSingleObject(s.handle, 0)
	return err == nil && event == windows.WAIT_OBJECT_0
}

// pending takes a token and puts it back: the count is told then, and not otherwise.
func (s *semaphore) pending() int {
	var before int32
	if !s.withdraw() || !s.release(&before) {
		return 0
	}
	return int(before) + 1
}

// openPipe opens a jobserver that was inherited.
func openPipe(auth string) tokenPipe {
	text, err := windows.UTF16PtrFromString(auth)
	if err != nil {
		return nil
	}
	handle, _, _ := openSemaphore.Call(accessAll, 0, uintptr(unsafe.Pointer(text)))
	if handle == 0 {
		return nil
	}
	return &semaphore{auth, windows.Handle(handle)}
}

// wait takes what comes and puts it back: to wait and to take are one here.
func (s *semaphore) wait() error {
	event, err := windows.WaitForSingleObject(s.handle, windows.INFINITE)
	if err == nil && event != windows.WAIT_OBJECT_0 {
		err = errors.New("the jobserver is gone")
	}
	if err == nil {
		s.release(nil)
	}
	return err
}

func (s *semaphore) take() (byte, bool) { return '+', s.withdraw() }

func (s *semaphore) put(byte) { s.release(nil) }
