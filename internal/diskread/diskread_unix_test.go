//go:build unix

package diskread

import (
	"errors"
	"syscall"
	"testing"
)

func TestDevices(t *testing.T) {
	if got, err := File("/dev/null"); err != nil || len(got) != 0 {
		t.Errorf("%d bytes: %v", len(got), err)
	}
	if got, err := File("/dev/zero"); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("%d bytes: %v", len(got), err)
	}
}
