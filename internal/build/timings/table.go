package timings

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"berth/internal/build"
)

// origin is where a unit came from, in words.
func origin(o build.Origin) string {
	switch o {
	case build.MadeHere:
		return "made"
	case build.Kept:
		return "was there"
	case build.Shared:
		return "shared"
	case build.Elsewhere:
		return "made by another process"
	case build.Failed:
		return "failed"
	}
	return ""
}

// table lists all units, those that took longest first.
func (p *page) table() {
	order := make([]int, len(p.Times.Units))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p.spent(b), p.spent(a)) })
	p.put("<h2>All units</h2>\n<table class=units><thead><tr><th>Unit</th><th>From</th><th>Took</th><th>Turn</th><th>Others</th><th>Metadata</th><th>Spared</th><th>Features</th><th>Why again</th></tr></thead><tbody>\n")
	for _, i := range order {
		p.tableRow(i)
	}
	p.put("</tbody></table>\n")
}

func (p *page) spent(i int) time.Duration {
	if t := &p.Times.Units[i]; t.Begun > 0 && t.Done > t.Begun {
		return t.Done - t.Begun
	}
	return 0
}

func (p *page) tableRow(i int) {
	t, u := &p.Times.Units[i], p.Graph.Units[i]
	cell := func(text string) { p.put("<td>", escape(text), "</td>") }
	span := func(d time.Duration) {
		if d <= 0 {
			p.put("<td></td>")
			return
		}
		cell(seconds(d))
	}
	p.put("<tr>")
	cell(nameOf(u))
	cell(origin(t.Origin))
	span(p.spent(i))
	turn, metadata := time.Duration(0), time.Duration(0)
	if t.Begun > 0 {
		turn = t.Begun - t.Ready
	}
	if t.Metadata > 0 {
		metadata = t.Metadata - t.Begun
	}
	span(turn)
	var others time.Duration
	for _, w := range t.Waits {
		others += max(0, w.To-w.From)
	}
	span(others)
	span(metadata)
	spared := time.Duration(0)
	if t.Origin == build.Shared || t.Origin == build.Elsewhere {
		spared = t.Worth
	}
	span(spared)
	cell(strings.Join(u.Features, ", "))
	cell(t.Why)
	p.put("</tr>\n")
}

// head is the page up to what differs.
const head = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Build timings</title>
<style>
:root { --ink: #1b1f24; --paper: #fff; --faint: #6a737d; --line: #e3e6ea; --work: #4a80c4; --rest: #9dc0ea; --turn: #d8dbe0; --other: #c9a227; --slot: #9a9fa6; --bad: #c8483f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #16191d; --faint: #9098a1; --line: #2a2f36; --work: #4a80c4; --rest: #2d4f7c; --turn: #3a4048; --slot: #7a8088; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
main { max-width: 1140px; margin: 0 auto; padding: 1em 20px 3em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 1.8em; }
table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: 2px 12px 2px 0; border-bottom: 1px solid var(--line); }
.summary th { color: var(--faint); font-weight: normal; white-space: nowrap; } .error td { color: var(--bad); } pre { margin: 0; white-space: pre-wrap; }
.units { font-size: 13px; } .units td:nth-child(n+3):nth-child(-n+7) { font-variant-numeric: tabular-nums; white-space: nowrap; }
.wide { overflow-x: auto; } svg { display: block; font: 11px system-ui, sans-serif; } svg text { fill: var(--ink); } text.grid { fill: var(--faint); } line.grid { stroke: var(--line); }
rect.work { fill: var(--work); } rect.rest { fill: var(--rest); } rect.turn { fill: var(--turn); } rect.other { fill: var(--other); } rect.bad { fill: var(--bad); }
polyline { fill: none; stroke-width: 1.5; } polyline.work { stroke: var(--work); } polyline.slot { stroke: var(--slot); } polyline.other { stroke: var(--other); }
.key { color: var(--faint); } .key span { display: inline-block; width: 12px; height: 12px; margin: 0 4px 0 14px; vertical-align: -1px; }
.key .work { background: var(--work); } .key .rest { background: var(--rest); } .key .turn { background: var(--turn); } .key .other { background: var(--other); } .key .slot { background: var(--slot); } .key .bad { background: var(--bad); }
</style></head><body><main>
`
