package measure

// times is how often a short command makes a sample.
const times = 3

// Repeat makes one sample out of some runs of what is short.
func Repeat(run func() Sample) Sample {
	var all Sample
	for range times {
		s := run()
		if s.Err != nil {
			return s
		}
		all.Wall += s.Wall / times
		all.CPU += s.CPU / times
		all.MaxRSS = max(all.MaxRSS, s.MaxRSS)
	}
	return all
}
