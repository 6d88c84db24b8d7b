package unitstore

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Use is what the store was good for in one directory.
type Use struct {
	Dir        string
	Commands   int
	Hits, Made int64
	Last       time.Time
}

const usesName = "uses"

// mostUses bounds the notes, in bytes; after that they begin anew.
const mostUses = 256 << 10

// noteUse appends a line, in one write: lines of several processes stay whole. Nothing depends on it.
func (s *Store) noteUse() {
	hits, made := s.count.hits.Swap(0), s.count.made.Swap(0)
	if s.Dir == "" || hits+made == 0 {
		return
	}
	f, err := os.OpenFile(s.root.Join(usesName).Display(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > mostUses {
		f.Truncate(0)
	}
	fmt.Fprintf(f, "%d %d %d %s\n", s.now().Unix(), hits, made, strconv.Quote(s.Dir))
}

// Uses are the directories in which the store was used, the last one first.
func (s *Store) Uses() []Use {
	data, _ := s.root.Join(usesName).ReadFile()
	uses := map[string]*Use{}
	for text := range strings.Lines(string(data)) {
		fields := strings.SplitN(strings.TrimSpace(text), " ", 4)
		if len(fields) < 4 {
			continue
		}
		seconds, err1 := strconv.ParseInt(fields[0], 10, 64)
		hits, err2 := strconv.ParseInt(fields[1], 10, 64)
		made, err3 := strconv.ParseInt(fields[2], 10, 64)
		dir, err4 := strconv.Unquote(fields[3])
		if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
			continue
		}
		u := uses[dir]
		if u == nil {
			u = &Use{Dir: dir}
			uses[dir] = u
		}
		u.Commands++
		u.Hits += hits
		u.Made += made
		u.Last = time.Unix(seconds, 0)
	}
	var all []Use
	for _, u := range uses {
		all = append(all, *u)
	}
	slices.SortFunc(all, func(a, b Use) int { return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.Dir, b.Dir)) })
	return all
}

// NoteHits notes that a command has used so many units which it knew to be right without asking the store.
func (s *Store) NoteHits(n int) {
	s.count.hits.Add(int64(n))
	s.noteUse()
}
