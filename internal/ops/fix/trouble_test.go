package fix

import "testing"

// TestReports: from 1.100 on what went wrong is a report, which who wants it quiet is spared.
func TestReports(t *testing.T) {
	b := newBench(t, "xaya")
	b.verdict = failsOn("b")
	if _, err := b.run(Options{Release: 100}); err != nil {
		t.Error(err)
	}
	b.expect("xaya", 2, "error: errors present after applying fixes to crate `p`\n --> lib.rs\n  = cause: m\n", "\nnote: ")

	b = newBench(t, "xa")
	b.verdict = func(text string) int { return 9 * failsOn("b")(text) }
	if _, err := b.run(Options{Release: 100}); err != nil {
		t.Error(err)
	}
	b.expect("xa", 2, "crate `p`\n  |\n  = cause: rustc exited abnormally: ")

	b = newBench(t, "xa")
	b.verdict = failsOn("b")
	if _, err := b.run(Options{Release: 100, Quiet: true}); err != nil || len(b.said) != 0 {
		t.Error(err, b.said)
	}
}
