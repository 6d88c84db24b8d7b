package scripttest

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// savesCmd is an editor: N times a source file is saved, and what checks it is stopped by SIGTERM as soon as another file
// says that a compiler is at work. In the end the source is as it was. That the machine is busy elsewhere makes some stops
// longer, and none shorter.
func savesCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 3, "saves N SOURCE FILE COMMAND…")
	times, err := strconv.Atoi(args[0])
	ts.Check(err)
	source, begun := ts.MkAbs(args[1]), ts.MkAbs(args[2])
	text, err := os.ReadFile(source)
	ts.Check(err)
	var took []time.Duration
	for i := range times {
		ts.Check(os.WriteFile(source, fmt.Appendf(nil, "%s// saved %d times\n", text, i+1), 0o644))
		took = append(took, stop(ts, syscall.SIGTERM, begun, args[3:]))
	}
	ts.Check(os.WriteFile(source, text, 0o644))
	if left := heldLocks(ts); len(left) > 0 {
		ts.Fatalf("locks that are still held: %q", left)
	}
	ts.Logf("the last process was dead after %v", took)
	if fastest := slices.Min(took); fastest > endsWithin {
		ts.Fatalf("the last process was dead after %v at the best, expected %v at most", fastest, endsWithin)
	}
}
