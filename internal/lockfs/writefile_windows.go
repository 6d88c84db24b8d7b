package lockfs

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// renamePatience bounds how long a reader that has the old file open, a virus
// scanner above all, can keep it from being replaced. The system gives no event when
// somebody else closes a file, so there is nothing to wait for but the next try.
const renamePatience = 2 * time.Second

func rename(from, to string) error {
	for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		err := os.Rename(from, to)
		inUse := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !inUse || time.Since(start) > renamePatience {
			return err
		}
	}
}

func cannotReplace(error) bool { return false }

func keepOwner(*os.File, fs.FileInfo) {}
