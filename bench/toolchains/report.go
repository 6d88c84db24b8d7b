package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// row is one line of the table.
type row struct {
	what   string
	stock  string
	berth  string
	ratio  string
	target string
}

func (r row) String() string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s |", r.what, r.stock, r.berth, r.ratio, r.target)
}

const (
	begin = "<!-- toolchains: begin -->"
	end   = "<!-- toolchains: end -->"
)

// writeReport replaces the table between the two marks.
func writeReport(path string, rows []row) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, rest, ok1 := strings.Cut(string(old), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s: expected the lines %q and %q around the table", path, begin, end)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%s\n\n%s\n\n", begin, machine())
	table.WriteString("| what | stock rustup | berth | berth / stock | to reach |\n|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintln(&table, r)
	}
	fmt.Fprintf(&table, "\n%s", end)
	return os.WriteFile(path, []byte(head+table.String()+tail), 0o644)
}

func machine() string {
	version, _ := exec.Command("rustup", "--version").Output()
	return fmt.Sprintf("%d cores, %s/%s, %s, %s.", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), strings.TrimSpace(string(version)))
}
