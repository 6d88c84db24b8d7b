package tree

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"

	"berth/internal/crate"
)

// symbols are the lines.
type symbols struct{ down, tee, ell, right string }

// printer writes one tree after the other.
type printer struct {
	*graph
	chunks  []chunk
	lines   symbols
	out     *bufio.Writer
	seen    map[int]bool
	levels  []level
	path    []int // from the root to where we are
	failure error
}

type level struct {
	style     string
	continues bool
}

// The styles of stock, as it writes them.
const (
	dimmed      = "\x1b[2m"
	boldBlue    = "\x1b[1m\x1b[34m"
	boldCyan    = "\x1b[1m\x1b[36m"
	dimmedPink  = "\x1b[2m\x1b[35m"
	reset       = "\x1b[0m"
	starStyle   = "\x1b[33m\x1b[2m"
	headBuild   = "\x1b[94m\x1b[1m"
	headDev     = "\x1b[96m\x1b[1m"
	attributes0 = "\x1b[39m\x1b[22m"
)

func styleOf(kind int) string { return []string{dimmed, boldBlue, boldCyan, dimmedPink}[kind] }

func newPrinter(g *graph, w io.Writer) (*printer, error) {
	chunks, err := parseFormat(g.in.Options.Format)
	if err != nil {
		return nil, fmt.Errorf("tree format `%s` not valid: %w", g.in.Options.Format, err)
	}
	p := &printer{graph: g, chunks: chunks, out: bufio.NewWriter(w), lines: symbols{"│", "├", "└", "─"}, seen: map[int]bool{}}
	if g.in.Options.ASCII {
		p.lines = symbols{"|", "|", "`", "-"}
	}
	return p, nil
}

func (p *printer) print(roots []int) error {
	for i, root := range roots {
		if i > 0 {
			p.out.WriteString("\n")
		}
		p.levels, p.path = nil, nil
		p.node(root)
	}
	if err := p.out.Flush(); err != nil && p.failure == nil {
		return err
	}
	return p.failure
}

func (p *printer) styled(style, text, end string) string {
	if !p.in.Options.Colors {
		return text
	}
	return style + text + end
}

// node prints a line, and what is below it, unless it was printed before or lies in itself.
func (p *printer) node(at int) {
	isNew := p.in.Options.NoDedupe || !p.seen[at]
	p.seen[at] = true
	p.prefix()
	inCycle := slices.Contains(p.path, at)
	p.out.WriteString(p.text(at))
	if (!isNew || inCycle) && p.hasEdges(at) {
		p.out.WriteString(" " + p.styled(starStyle, "(*)", attributes0))
	}
	if _, err := p.out.WriteString("\n"); err != nil && p.failure == nil {
		p.failure = err
	}
	if !isNew || inCycle || p.failure != nil {
		return
	}
	p.path = append(p.path, at)
	for kind := range p.nodes[at].edges {
		p.dependencies(at, kind)
	}
	p.path = p.path[:len(p.path)-1]
}

func (p *printer) hasEdges(at int) bool {
	return slices.ContainsFunc(p.nodes[at].edges[:], func(edges []int) bool { return len(edges) > 0 })
}

func (p *printer) prefix() {
	switch p.in.Options.Prefix {
	case Depth:
		p.out.WriteString(strconv.Itoa(len(p.levels)))
	case Indent:
		if len(p.levels) == 0 {
			return
		}
		last := p.levels[len(p.levels)-1]
		p.indent(p.levels[:len(p.levels)-1])
		corner := p.lines.ell
		if last.continues {
			corner = p.lines.tee
		}
		p.out.WriteString(p.styled(last.style, corner+p.lines.right+p.lines.right, reset) + " ")
	}
}

func (p *printer) indent(levels []level) {
	for _, l := range levels {
		line := " "
		if l.continues {
			line = p.lines.down
		}
		p.out.WriteString(p.styled(l.style, line, reset) + "   ")
	}
}

// dependencies prints those of one kind. The heading stands there even where the depth leaves nothing below it.
func (p *printer) dependencies(at, kind int) {
	edges := p.nodes[at].edges[kind]
	if len(edges) == 0 {
		return
	}
	if p.in.Options.Prefix == Indent && (kind == build || kind == dev) {
		p.indent(p.levels)
		if kind == build {
			p.out.WriteString(p.styled(headBuild, "[build-dependencies]", attributes0) + "\n")
		} else {
			p.out.WriteString(p.styled(headDev, "[dev-dependencies]", attributes0) + "\n")
		}
	}
	if depth := p.in.Options.MaxDepth; depth >= 0 && len(p.levels)+1 > depth {
		return
	}
	shown := slices.DeleteFunc(slices.Clone(edges), p.isPruned)
	slices.SortFunc(shown, p.compare)
	for i, to := range shown {
		p.levels = append(p.levels, level{styleOf(kind), i+1 < len(shown)})
		p.node(to)
		p.levels = p.levels[:len(p.levels)-1]
	}
}

func (p *printer) isPruned(at int) bool {
	n := p.nodes[at]
	if n.of >= 0 {
		return false
	}
	id := p.id(n.pkg)
	return p.in.Options.WorkspaceOnly && !p.in.IsMember(id) ||
		slices.ContainsFunc(p.in.Options.Prune, func(s crate.Spec) bool { return s.Matches(id) })
}
