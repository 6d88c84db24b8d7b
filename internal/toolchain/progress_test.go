package toolchain

import (
	"slices"
	"testing"
)

// stages remembers the stages of a task.
type stages []string

func (s *stages) Stage(name string, _ int64) { *s = append(*s, name) }
func (s *stages) Add(int64)                  {}
func (s *stages) Skip(int64)                 {}
func (s *stages) Done()                      {}

func TestUnpackingIsShownWhenAllBytesAreThere(t *testing.T) {
	tests := map[string]struct {
		run  func(p *taskProgress)
		want []string
	}{
		"arrived":        {func(p *taskProgress) { p.Start(3, 0); p.Add(2); p.Add(1) }, []string{"downloading", "unpacking"}},
		"there before":   {func(p *taskProgress) { p.Start(3, 3) }, []string{"downloading", "unpacking"}},
		"not yet":        {func(p *taskProgress) { p.Start(3, 1); p.Add(1) }, []string{"downloading"}},
		"begun again":    {func(p *taskProgress) { p.Start(2, 0); p.Add(2); p.Start(2, 0) }, []string{"downloading", "unpacking", "downloading"}},
		"without length": {func(p *taskProgress) { p.Start(-1, 0); p.Add(2) }, []string{"downloading"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got stages
			test.run(&taskProgress{task: &got})
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
