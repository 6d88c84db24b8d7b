package archive

import (
	"fmt"
	"strings"

	"berth/internal/diskspace"
)

// CorruptError says that the archive is not a whole, well-formed and harmless component archive: another download of the
// same bytes will not help.
type CorruptError struct {
	Entry  string // the entry at fault, as the archive spells it; empty if it is the archive as a whole
	Reason string
	Err    error // from the decoder or the tar reader; may be nil
	Crate  bool  // it is a .crate file
}

func (e *CorruptError) Error() string {
	var b strings.Builder
	if e.Crate {
		b.WriteString("invalid crate archive: ")
	} else {
		b.WriteString("corrupt component archive: ")
	}
	if e.Entry != "" {
		fmt.Fprintf(&b, "%q: ", e.Entry)
	}
	b.WriteString(e.Reason)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Crate {
		b.WriteString("; report it to whoever published the crate")
	} else {
		b.WriteString("; report it to whoever runs the server, or install from another one (RUSTUP_DIST_SERVER)")
	}
	return b.String()
}

func (e *CorruptError) Unwrap() error { return e.Err }

func corrupt(entry, format string, args ...any) error {
	return &CorruptError{Entry: entry, Reason: fmt.Sprintf(format, args...)}
}

// DiskError says that the local file system failed; the archive is good as far as it was read.
type DiskError struct {
	Op   string // open, create, write, mkdir, remove
	Dir  string // the directory that was unpacked into
	Path string // below it
	Size int64  // of the file that was being written
	Err  error
}

func (e *DiskError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q", e.Op, e.Path)
	if e.Size > 0 {
		fmt.Fprintf(&b, " (%s)", humanSize(e.Size))
	}
	if e.Dir != "" {
		fmt.Fprintf(&b, " in %s", e.Dir)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if e.Full() {
		b.WriteString("; free space on that file system and run the same command again")
	} else {
		b.WriteString("; look at that directory and run the same command again")
	}
	return b.String()
}

func (e *DiskError) Unwrap() error { return e.Err }

// Full tells whether room (blocks, inodes or quota) is what was missing. At least Size more bytes are needed then.
func (e *DiskError) Full() bool { return diskspace.IsFull(e.Err) }

func humanSize(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	v, i := float64(n)/unit, 0
	for v >= unit && i < len("KMGTPE")-1 {
		v /= unit
		i++
	}
	return fmt.Sprintf("%.1f %ciB", v, "KMGTPE"[i])
}
