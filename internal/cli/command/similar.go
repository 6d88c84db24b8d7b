package command

import (
	"slices"
	"strings"
)

// likeness is from where on two names are taken for the same with a slip, as
// stock's parser has it.
const likeness = 0.7

// similarFlag is the long flag that was meant, or one of a command that is named
// further on.
func (p *parser) similarFlag(name string) (flag, below string) {
	word, long := strings.CutPrefix(name, "--")
	if !long {
		return "", ""
	}
	if best := similar(word, p.cmd.longs()); len(best) > 0 {
		return "--" + best[len(best)-1], ""
	}
	for _, next := range p.rest {
		sub := p.cmd.exactly(next)
		if sub == nil {
			continue
		}
		if best := similar(word, sub.longs()); len(best) > 0 {
			return "--" + best[len(best)-1], sub.Name
		}
	}
	return "", ""
}

func (c *Command) longs() (longs []string) {
	for _, f := range c.flags() {
		if f.Long != "" {
			longs = append(append(longs, f.Long), f.Aliases...)
		}
	}
	return longs
}

// exactly is the command of that very name.
func (c *Command) exactly(name string) *Command {
	for _, sub := range c.Commands {
		if sub.Name == name {
			return c.below(sub)
		}
	}
	return nil
}

func (c *Command) similarCommands(name string) []string {
	var known []string
	for _, sub := range c.Commands {
		known = append(append(known, sub.Name), sub.Aliases...)
	}
	return similar(name, known)
}

// similar are the candidates that look like word, the best one last.
func similar(word string, candidates []string) []string {
	type scored struct {
		text  string
		score float64
	}
	var found []scored
	for _, c := range candidates {
		if s := jaro(word, c); s > likeness {
			found = append(found, scored{c, s})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int {
		switch {
		case a.score < b.score:
			return -1
		case a.score > b.score:
			return 1
		}
		return 0
	})
	var names []string
	for _, f := range found {
		names = append(names, f.text)
	}
	return names
}

// jaro is the Jaro similarity of two words, from 0 to 1: how many letters they
// share at about the same place, and how many of these are out of order.
func jaro(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	window := max(0, max(len(x), len(y))/2-1)
	taken := make([]bool, len(y))
	var mine []rune
	for i, r := range x {
		for j := max(0, i-window); j < min(len(y), i+window+1); j++ {
			if !taken[j] && y[j] == r {
				taken[j] = true
				mine = append(mine, r)
				break
			}
		}
	}
	if len(mine) == 0 {
		return 0
	}
	k, swapped := 0, 0
	for j, r := range y {
		if taken[j] {
			if mine[k] != r {
				swapped++
			}
			k++
		}
	}
	m := float64(len(mine))
	return (m/float64(len(x)) + m/float64(len(y)) + (m-float64(swapped/2))/m) / 3
}
