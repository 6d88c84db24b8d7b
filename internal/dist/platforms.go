package dist

import (
	_ "embed"
	"sort"
	"strings"
)

// targetList is what `rustc --print target-list` of 1.95.0 prints: sorted, one target a line.
//
//go:embed target-list.txt
var targetList string

// KnownTarget says whether rustc knows a target, be there a standard library for it to download or not.
func KnownTarget(target string) bool {
	// A binary search for the line, by the offsets of bytes: start-up must not split a list that is hardly ever used.
	at := sort.Search(len(targetList), func(i int) bool { return lineAt(targetList, i) >= target })
	return at < len(targetList) && lineAt(targetList, at) == target
}

// lineAt is the line of text that holds byte i, its newline counting as its last byte.
func lineAt(text string, i int) string {
	start := strings.LastIndexByte(text[:i], '\n') + 1
	line, _, _ := strings.Cut(text[start:], "\n")
	return line
}
