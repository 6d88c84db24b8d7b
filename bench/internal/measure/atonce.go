package measure

import (
	"os/exec"
	"sync"
	"time"
)

// AtOnce runs commands side by side. Wall is that of all, Each that of the median one, CPU the sum.
func AtOnce(cmds []*exec.Cmd) Sample {
	samples := make([]Sample, len(cmds))
	start := time.Now()
	var group sync.WaitGroup
	for i, cmd := range cmds {
		group.Go(func() { samples[i] = Run(cmd) })
	}
	group.Wait()
	all := Sample{Wall: time.Since(start)}
	var each []float64
	for _, s := range samples {
		each = append(each, s.Wall.Seconds())
		all.CPU += s.CPU
		all.MaxRSS = max(all.MaxRSS, s.MaxRSS)
		if s.Err != nil {
			all.Failed++
			all.Err, all.Output = s.Err, s.Output
		}
	}
	all.Each = time.Duration(Of(each).Median * float64(time.Second))
	return all
}
