package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestBarsLookLikeRustups(t *testing.T) {
	s := newStage(t, 80, 24)
	p := s.Progress()
	p.Announce("cargo", "rust-std", "rustc")
	cargo, std, rustc := p.Task("cargo"), p.Task("rust-std"), p.Task("rustc")
	cargo.Stage("downloading", 3_000_000)
	std.Stage("downloading", 200<<20)
	std.Skip(100 << 20)
	rustc.Stage("waiting for pid 123", 0)
	s.want("nothing is drawn before the first frame", "info: downloading 3 components\n")

	s.after(100 * time.Millisecond)
	cargo.Add(1_000_000)
	std.Add(5 << 20)
	s.after(time.Second)
	s.want("three at work", ""+
		"info: downloading 3 components\n"+
		"        cargo downloading [#####          ]   1.0/2.9 MiB (977 KiB/s, ETA 2s)\n"+
		"     rust-std downloading [#######        ]   105/200 MiB (5.0 MiB/s, ETA 19s)\n"+
		"        rustc waiting for pid 123\n")

	cargo.Stage("unpacking", 3_000_000)
	cargo.Add(3_000_000)
	rustc.Stage("downloading", 0)
	rustc.Add(700)
	s.after(100 * time.Millisecond)
	s.want("other stages", ""+
		"info: downloading 3 components\n"+
		"        cargo unpacking   [###############]   2.9/2.9 MiB\n"+
		"     rust-std downloading [#######        ]   105/200 MiB (4.8 MiB/s, ETA 20s)\n"+
		"        rustc downloading                           700 B\n")

	s.Warnf("a line\nor two")
	std.Finish("installed")
	s.want("lines for good stand above", ""+
		"info: downloading 3 components\n"+
		"warn: a line\n"+
		"or two\n"+
		"     rust-std installed                        200.00 MiB\n"+
		"        cargo unpacking   [###############]   2.9/2.9 MiB\n"+
		"        rustc downloading                           700 B\n")

	cargo.Finish("installed")
	rustc.Done()
	p.Done()
	s.want("and remain", ""+
		"info: downloading 3 components\n"+
		"warn: a line\n"+
		"or two\n"+
		"     rust-std installed                        200.00 MiB\n"+
		"        cargo installed                          2.86 MiB\n")
	<-s.clock.stopped
}

func TestNameIsBold(t *testing.T) {
	task := &Task{p: &Progress{width: nameWidth}, name: "rustc", stage: "linking"}
	if got, want := task.render(79, pen{on: true}), "\x1b[1m        rustc\x1b[0m linking"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRowsFitTheTerminal(t *testing.T) {
	tests := []struct {
		cols             int
		name, stage      string
		total, size, add int64
		want             string
	}{
		{81, "rustc", "downloading", 3 << 20, 0, 1 << 20, "        rustc downloading [#####          ]   1.0/3.0 MiB (1.0 MiB/s, ETA 2s)"},
		{70, "rustc", "downloading", 3 << 20, 0, 1 << 20, "        rustc downloading [#####          ]   1.0/3.0 MiB"},
		{50, "rustc", "downloading", 3 << 20, 0, 1 << 20, "        rustc downloading 1.0/3.0 MiB"},
		{33, "rustc", "downloading", 3 << 20, 0, 1 << 20, "        rustc downloading  33%"},
		{29, "rustc", "downloading", 3 << 20, 0, 1 << 20, "        rustc downloading"},
		{20, "rustc", "downloading", 3 << 20, 0, 1 << 20, "rustc downloading"},
		{12, "rustc", "downloading", 3 << 20, 0, 1 << 20, "rustc do..."},
		{5, "rustc", "downloading", 3 << 20, 0, 1 << 20, "rust"},
		{40, "rustc", "waiting for pid 123 (rustup update)", 0, 0, 0, "        rustc waiting for pid 123 (r..."},
		{40, "a-very-long-component", "linking", 0, 1, 0, "a-very-lon... linking"},
		{40, "工具鏈工具鏈工具鏈", "下載下載", 0, 0, 0, "工具鏈工具... 下載下載"},
		{31, "工具", "下載下載下載下載下載", 0, 0, 0, "         工具 下載下載下載..."},
		{60, "e\u0301tude\x1b[31m\n", "a\tb\r\x07", 0, 0, 0, "        e\u0301tude a b??"},
	}
	for _, test := range tests {
		now := time.Unix(1000, 0)
		task := &Task{p: &Progress{width: nameWidth}, name: oneLine(test.name), size: test.size}
		task.enter(test.stage, test.total)
		task.sample(now)
		task.Add(test.add)
		task.sample(now.Add(time.Second))
		got := task.render(test.cols-1, pen{})
		if got != test.want {
			t.Errorf("%d columns:\n%q\nwant\n%q", test.cols, got, test.want)
		}
		if columnsOf(got) >= test.cols {
			t.Errorf("%q does not fit %d columns", got, test.cols)
		}
	}
}

func TestWait(t *testing.T) {
	s := newStage(t, 80, 24)
	said := "12 of 30 MiB"
	w := s.Wait("toolchain 'stable'", "berth update (pid 123)", func() string { return said })
	again := s.Wait("toolchain 'stable'", "berth update (pid 123)", nil)
	again.Done()
	first := "info: waiting for toolchain 'stable', held by berth update (pid 123)\n"
	s.want("said at once, and once", first)

	s.after(1500 * time.Millisecond)
	s.want("live", first+"      waiting for toolchain 'stable', 1s: 12 of 30 MiB\n")
	said = ""
	s.after(time.Minute)
	s.want("later", first+"      waiting for toolchain 'stable', held by berth update (pid 123), 61s\n")
	said = "unpacking rust-docs: 12034 of 52000 files"
	s.after(time.Second)
	s.want("the holder gives way to its progress", first+
		"      waiting for toolchain ..., 62s: unpacking rust-docs: 12034 of 52000 files\n")

	p := s.Progress()
	task := p.Task("rustc")
	task.Stage("linking", 0)
	s.after(time.Second)
	s.want("tasks stand above", first+"        rustc linking\n"+
		"      waiting for toolchain ..., 63s: unpacking rust-docs: 12034 of 52000 files\n")
	w.Done()
	task.Done()
	s.want("over", first)
}

func TestWaitRowNarrow(t *testing.T) {
	w := &Wait{what: "toolchain 'stable'", holder: "berth update (pid 123)", state: "12 of 30 MiB", elapsed: 5 * time.Second}
	for width, want := range map[int]string{
		90: "      waiting for toolchain 'stable', held by berth update (pid 123), 5s: 12 of 30 MiB",
		79: "      waiting for toolchain 'stable', 5s: 12 of 30 MiB",
		50: "      waiting for toolchain '..., 5s: 12 of 30 MiB",
		40: "      waiting 5s: 12 of 30 MiB",
		22: "waiting, 5s: 12 of ...",
	} {
		if got := w.render(width, pen{}); got != want {
			t.Errorf("%d columns:\n%s\nwant\n%s", width, got, want)
		}
	}
}

func TestWaitDoneEndsAsking(t *testing.T) {
	s := newStage(t, 80, 24)
	calls := 0
	w := s.Wait("x", "", func() string { calls++; return "" })
	s.frame()
	w.Done()
	w.ask()
	if calls != 1 {
		t.Errorf("progress was called %d times, want 1", calls)
	}
}

func TestCountdown(t *testing.T) {
	s := newStageIn(t, Cargo, 80, 24, "NO_COLOR=1")
	now := CountdownState{Done: 0, Total: 40, Text: "40 crates"}
	done := s.Countdown("Downloading", func() CountdownState { return now })
	wait := s.Wait("crates that it downloads", "", nil)
	s.after(100 * time.Millisecond)
	blocking := "    Blocking waiting for crates that it downloads\n"
	row := "      waiting for crates that it downloads, 0s\n"
	s.want("nothing yet", blocking+" Downloading [                           ] 40 crates\n"+row)
	wait.Done()
	now = CountdownState{Done: 28, Total: 40, Text: "12 crates, remaining bytes: 3.2MiB"}
	s.Statusf("Downloaded", "a v1.0.0")
	s.after(100 * time.Millisecond)
	s.want("on the way", blocking+"  Downloaded a v1.0.0\n Downloading [=================>         ] 12 crates, remaining bytes: 3.2MiB\n")
	done()
	s.want("over", blocking+"  Downloaded a v1.0.0\n")
	if speak(t, Config{Style: Cargo}, func(u *UI) {
		if u.Countdown("Downloading", func() CountdownState { return now }) != nil {
			t.Error("a row is drawn where there is no terminal")
		}
	}) != "" {
		t.Error("something was written where there is no terminal")
	}
}

func TestCountdownFits(t *testing.T) {
	for width, want := range map[int]string{
		79: " Downloading [============>              ] 20 of them",
		40: " Downloading [======>       ] 20 of them",
		30: " Downloading 20 of them",
		20: " Downloading 20 o...",
	} {
		b := &countdown{verb: "Downloading", now: CountdownState{Done: 20, Total: 40, Text: "20 of them"}}
		if got := b.render(width, pen{}); got != want {
			t.Errorf("%d columns:\n%s\nwant\n%s", width, got, want)
		}
	}
	if got := arrow(40, 40, 4) + arrow(3, 40, 4) + arrow(50, 40, 4); got != "====    ====" {
		t.Errorf("got %q", got)
	}
}

func TestProgressMayLog(t *testing.T) {
	s := newStage(t, 80, 24)
	s.Wait("x", "y", func() string { s.Infof("asked"); return "z" })
	s.frame()
	s.want("a callback that logs", "info: waiting for x, held by y\ninfo: asked\n      waiting for x, held by y, 0s: z\n")
}

func TestMoreRowsThanLines(t *testing.T) {
	s := newStage(t, 60, 5)
	p := s.Progress()
	var tasks []*Task
	for i := range 9 {
		tasks = append(tasks, p.Task(fmt.Sprint("part", i)))
		tasks[i].Stage("linking", 0)
	}
	s.frame()
	s.want("nine on five lines", ""+
		"        part0 linking\n        part1 linking\n        part2 linking\n          and 6 more\n")
	for _, task := range tasks[1:] {
		task.Finish("installed")
	}
	s.frame()
	text := s.text()
	if want := "        part8 installed\n        part0 linking\n"; !strings.HasSuffix(text, want) || strings.Count(text, "\n") != 9 {
		t.Errorf("got\n%s", text)
	}
}

func TestNarrowedTerminal(t *testing.T) {
	s := newStage(t, 80, 24)
	s.Infof("before")
	p := s.Progress()
	a, b := p.Task("cargo"), p.Task("rustc")
	a.Stage("downloading", 1<<20)
	b.Stage("downloading", 1<<20)
	s.frame()
	s.resize(40)
	s.frame()
	s.want("after", "info: before\n        cargo downloading 0.0/1.0 MiB\n        rustc downloading 0.0/1.0 MiB\n")
}

// What the terminal echoes where a row nearly fills the width wraps nothing: the region is found where it was drawn.
func TestEchoOfAFullRow(t *testing.T) {
	for _, names := range [][]string{{"rustc"}, {"cargo", "rustc"}} {
		s := newStage(t, 40, 24)
		p := s.Progress()
		for _, name := range names {
			p.Task(name).Stage("waiting for "+strings.Repeat("x", 40), 0)
		}
		s.frame()
		if _, err := s.screen.Write([]byte("^C")); err != nil {
			t.Fatal(err)
		}
		s.Close()
		s.want("after", "\n")
	}
}

func TestWidthFromEnvironment(t *testing.T) {
	for env, want := range map[string]int{
		"RUSTUP_TERM_WIDTH=40": 40, "RUSTUP_TERM_WIDTH=200": 80, "RUSTUP_TERM_WIDTH=x": 80, "RUSTUP_TERM_WIDTH=-1": 80,
	} {
		s := newStage(t, 80, 24, env)
		if got, _ := s.size(); got != want {
			t.Errorf("%s: %d columns, want %d", env, got, want)
		}
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	s := newStage(t, 80, 24)
	p := s.Progress()
	task := p.Task("rustc")
	task.Stage("downloading", 1<<20)
	w := s.Wait("x", "", nil)
	s.frame()
	if !strings.Contains(s.text(), "rustc") {
		t.Fatalf("no row before Close:\n%s", s.text())
	}
	s.Print("result\n")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	<-s.clock.stopped
	p.Task("late").Stage("linking", 0)
	s.frame()
	task.Finish("installed")
	w.Done()
	s.Infof("after")
	s.want("closed", "info: waiting for x\nresult\ninfo: after\n")
}

func TestDrawsOnlyWhileLiveAndOnlyWhatChanged(t *testing.T) {
	s := newStage(t, 80, 24)
	s.wrote = make(chan struct{}, 1)
	p := s.Progress()
	if s.clock.started != 0 {
		t.Fatal("the clock ticks without a task")
	}
	task := p.Task("rustc")
	task.Stage("linking", 0)
	s.clock.ticks <- time.Time{}
	<-s.wrote
	before := s.writes
	s.clock.ticks <- time.Time{}
	s.clock.ticks <- time.Time{} // taken only when the frame before it is over
	if s.writes != before {
		t.Errorf("an unchanged frame was written")
	}
	task.Done()
	<-s.wrote
	<-s.clock.stopped
	next := p.Task("cargo")
	next.Stage("linking", 0)
	s.clock.ticks <- time.Time{}
	<-s.wrote
	next.Done()
	<-s.wrote
	<-s.clock.stopped
	if s.clock.started != 2 {
		t.Errorf("%d tickers for two pieces of work", s.clock.started)
	}
	s.wrote = nil
}

func TestSystemClockDraws(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.wrote = make(chan struct{}, 100)
	u := New(Config{Stderr: s, Getenv: environment("TERM=xterm")})
	task := u.Progress().Task("rustc")
	<-s.wrote
	task.Done()
	<-s.wrote
	if err := u.Close(); err != nil {
		t.Fatal(err)
	}
	s.want("clean", "\n")
}

// FuzzRegion does what a command may do, in any order, and holds the screen against the lines that have to be on it.
func FuzzRegion(f *testing.F) {
	seeds := []string{"", "tfld", "ttftflfwfxfdd", "tttttttttfffxxxx", "wtwtfffdxldxl", "tpftfpf", "tf\x00l"}
	for _, seed := range seeds {
		f.Add([]byte(seed), uint8(70), uint8(6))
	}
	f.Fuzz(func(t *testing.T, ops []byte, cols, rows uint8) {
		s := newStage(t, 31+int(cols), 1+int(rows)%40)
		p := s.Progress()
		var tasks []*Task
		var waits []*Wait
		var want strings.Builder
		for i, op := range ops {
			switch op {
			case 't':
				task := p.Task(fmt.Sprint("組", i))
				task.Stage("downloading", int64(i)<<20)
				tasks = append(tasks, task)
			case 'w':
				waits = append(waits, s.Wait(fmt.Sprint(i), "", nil))
				fmt.Fprintf(&want, "info: waiting for %d\n", i)
			case 'l':
				s.Infof("line %d", i)
				fmt.Fprintf(&want, "info: line %d\n", i)
			case 'p':
				s.Printf("result %d\n", i)
				fmt.Fprintf(&want, "result %d\n", i)
				if s.Flush() != nil {
					t.Fatal("flush failed")
				}
			case 'f':
				s.after(frameInterval)
			case 'd', 'x':
				if len(tasks) > 0 && op == 'x' {
					task := tasks[0]
					tasks = tasks[1:]
					task.size = 0
					task.Finish("ok")
					fmt.Fprintf(&want, "%s ok\n", padLeft(task.name, nameWidth))
				} else if len(waits) > 0 {
					waits[0].Done()
					waits = waits[1:]
				}
			}
		}
		p.Done()
		for _, w := range waits {
			w.Done()
		}
		s.want("at the end", strings.TrimRight(want.String(), "\n")+"\n")
	})
}
