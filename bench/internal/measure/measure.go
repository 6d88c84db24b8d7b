// Package measure runs two programs side by side: in pairs, in turn (AB BA AB …),
// with a sync and a rest between, so that neither has the warmer cache or the
// quieter disk. What is reported is the median of the pairs' ratios, with the
// smallest and the largest one.
package measure

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// Sample is one run.
type Sample struct {
	Wall   time.Duration
	CPU    time.Duration // user and system, of the process and its children
	MaxRSS int64         // bytes, of the largest process; 0 where the system does not say
	Each   time.Duration // wall, of the median process where several are a sample
	Failed int           // of the processes that are a sample
	Share  float64       // of a whole, where that is what is measured
	Err    error
	Output string
}

// Failure is the error of a run that failed, with what it said.
func (s Sample) Failure() error {
	if s.Err == nil {
		return nil
	}
	return fmt.Errorf("%w\n%s", s.Err, s.Output)
}

// Run runs cmd to its end.
func Run(cmd *exec.Cmd) Sample {
	start := time.Now()
	out, err := cmd.CombinedOutput()
	s := Sample{Wall: time.Since(start), Err: err, Output: string(out)}
	if cmd.ProcessState != nil {
		s.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		s.MaxRSS = maxRSS(cmd.ProcessState)
	}
	return s
}

// Pair is one run of each.
type Pair struct{ Ours, Theirs Sample }

// Pairs runs n pairs; each function prepares what it needs, and returns the
// sample of the part that counts. A run that fails ends it, with what it said.
func Pairs(n int, ours, theirs func() Sample) ([]Pair, error) {
	pairs := make([]Pair, 0, n)
	for i := range n {
		var p Pair
		if i%2 == 0 {
			p.Ours = rested(ours)
			p.Theirs = rested(theirs)
		} else {
			p.Theirs = rested(theirs)
			p.Ours = rested(ours)
		}
		if err := errors.Join(p.Ours.Failure(), p.Theirs.Failure()); err != nil {
			return nil, err
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

const rest = 300 * time.Millisecond

func rested(run func() Sample) Sample {
	flushDisks()
	time.Sleep(rest)
	return run()
}

// Figure is a median with its spread.
type Figure struct{ Median, Low, High float64 }

// Of is the figure of a list.
func Of(values []float64) Figure {
	if len(values) == 0 {
		return Figure{}
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := len(sorted)
	return Figure{Median: (sorted[n/2] + sorted[(n-1)/2]) / 2, Low: sorted[0], High: sorted[n-1]}
}

// Ratio is the figure of ours/theirs over the pairs.
func Ratio(pairs []Pair, value func(Sample) float64) Figure {
	var ratios []float64
	for _, p := range pairs {
		if t := value(p.Theirs); t > 0 {
			ratios = append(ratios, value(p.Ours)/t)
		}
	}
	return Of(ratios)
}

// Median is the figure of one side.
func Median(pairs []Pair, side func(Pair) Sample, value func(Sample) float64) Figure {
	var values []float64
	for _, p := range pairs {
		values = append(values, value(side(p)))
	}
	return Of(values)
}

// Ours and Theirs choose a side.
func Ours(p Pair) Sample   { return p.Ours }
func Theirs(p Pair) Sample { return p.Theirs }

// Wall, CPU and Memory are what is compared: seconds, seconds and MiB.
func Wall(s Sample) float64   { return s.Wall.Seconds() }
func CPU(s Sample) float64    { return s.CPU.Seconds() }
func Memory(s Sample) float64 { return float64(s.MaxRSS) / (1 << 20) }

// Each is the median process of what ran at once, in seconds.
func Each(s Sample) float64 { return s.Each.Seconds() }

// Share is a part of a whole, in percent.
func Share(s Sample) float64 { return 100 * s.Share }

func (f Figure) String() string {
	return fmt.Sprintf("%s (%s–%s)", short(f.Median), short(f.Low), short(f.High))
}

func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}
