package measure

import "time"

// Repeat makes one sample out of n runs of what is short: the mean of their times, which one run is too short to tell.
func Repeat(n int, run func() Sample) Sample {
	var all Sample
	for range n {
		s := run()
		if s.Err != nil {
			return s
		}
		all.Wall += s.Wall / time.Duration(n)
		all.CPU += s.CPU / time.Duration(n)
		all.MaxRSS = max(all.MaxRSS, s.MaxRSS)
	}
	return all
}
