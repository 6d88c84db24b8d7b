package resolve

import (
	"errors"
	"maps"

	"berth/internal/crate"
)

// Rounds is a Registry that knows of which sources stock Cargo hears in rounds: of those whose index is read by HTTP, a
// file for each package. It chooses versions with the packages that it has heard of, as if nobody needed the others,
// asks for those that it came upon, and begins anew, until there are none. What it finds cannot be chosen in one round
// it remembers in the next, and what is remembered is not always the whole truth (features that others ask for may
// count): so the graph that is found first can be another one. Often it is found much sooner, too.
//
// Where nothing ever stands in the way of anything there is nothing to remember. So the search begins without rounds,
// and begins anew in rounds as soon as a dependency has no candidate left. All was asked for long before, if it is
// needed: nobody waits for a round.
type Rounds interface {
	InRounds(source crate.SourceID) bool
}

// errInRounds says that the search is to begin anew, in rounds.
var errInRounds = errors.New("the search goes on in rounds")

// rounds is what was heard of so far.
type rounds struct {
	heard map[lockKey]bool // in the rounds before this one
	asked map[lockKey]bool // in this one
}

// run finds a graph for the packages of the workspace.
func (s *search) run(roots []Root) error {
	err := s.once(roots)
	if err != errInRounds {
		return err
	}
	s.known, s.rounds = newCache(s.w), &rounds{heard: map[lockKey]bool{}}
	for {
		s.state, s.back, s.rounds.asked = newState(s.w), nil, map[lockKey]bool{}
		if err := s.once(roots); err != nil || len(s.rounds.asked) == 0 {
			return err
		}
		maps.Copy(s.rounds.heard, s.rounds.asked)
	}
}

// startsRounds tells whether the search is to begin anew.
func (s *search) startsRounds() bool {
	_, known := s.w.input.Registry.(Rounds)
	return known && s.rounds == nil
}

// present leaves out the dependencies on packages that are not heard of yet.
func (s *search) present(list []found) []found {
	if s.rounds == nil {
		return list
	}
	kept := make([]found, 0, len(list))
	for _, f := range list {
		key := keyOf(f.Name, f.Source)
		if s.rounds.heard[key] || !s.comesInRounds(f.dep) {
			kept = append(kept, f)
		} else {
			s.rounds.asked[key] = true
		}
	}
	return kept
}

// comesInRounds: what is known of the package on this machine will not do, and no patch comes instead of it.
func (s *search) comesInRounds(d *dep) bool {
	if s.w.settled[d.Source.Key()] || d.locked && len(s.w.patch.matching(d.query())) == 1 {
		return false
	}
	return s.w.input.Registry.(Rounds).InRounds(d.Source)
}
