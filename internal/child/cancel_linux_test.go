package child_test

import (
	"context"
	"testing"
	"time"

	"berth/internal/child"
	"berth/internal/testkit/deaths"
)

// TestCancelIsOverInTime: from the cancel to the death of the last process, as the kernel reports it. What else goes on
// on the machine makes a try longer and never shorter, so the shortest counts.
func TestCancelIsOverInTime(t *testing.T) {
	for _, c := range []struct {
		name, script string
		within       time.Duration
	}{
		{"an obedient tree", `sleep 1000 & echo $$ $!; wait`, 20 * time.Millisecond}, // 0.3 ms here
		{"one that ignores the signal", tree, 100 * time.Millisecond},                // 50 ms of grace
	} {
		var took []time.Duration
		for range 25 {
			took = append(took, cancelOnce(t, c.script))
			if took[len(took)-1] <= c.within {
				break
			}
		}
		t.Logf("%s: dead after %v", c.name, took)
		if took[len(took)-1] > c.within {
			t.Errorf("%s: dead after %v, expected %v at most", c.name, took, c.within)
		}
	}
}

func cancelOnce(t *testing.T, script string) time.Duration {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said := make(chan string, 1)
	c, err := child.Start(ctx, shell(script, lines(said)))
	if err != nil {
		t.Fatal(err)
	}
	watch, err := deaths.Of(pids(t, <-said)...)
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close()
	begin := time.Now()
	cancel()
	if err := watch.Wait(30 * time.Second); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	return watch.Last.Sub(begin)
}
