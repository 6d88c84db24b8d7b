package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"berth/bench/internal/measure"
	"berth/bench/internal/report"
)

// slow is a build script that says that it runs and goes on for 30 s, unless nobody measures any more.
const slow = `use std::{env, fs, path::Path, thread, time::Duration};
fn main() {
    println!("cargo::rerun-if-env-changed=TICK");
    let Ok(marks) = env::var("MARKS") else { return };
    fs::write(Path::new(&marks).join("started"), "").unwrap();
    for _ in 0..1500 {
        if Path::new(&marks).join("enough").exists() { return }
        thread::sleep(Duration::from_millis(20));
    }
}
`

// beside checks and runs a package in which nothing changed while the build script of another one takes its time.
func (b *bench) beside() ([]report.Row, error) {
	defer b.clear()
	dirs := map[string]string{}
	for _, p := range []party{b.ours, b.theirs} {
		dir := b.place()
		err := write(dir, map[string]string{
			"Cargo.toml": "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n", "a/Cargo.toml": manifestOf("a", ""), "a/src/lib.rs": "", "a/build.rs": slow,
			"b/Cargo.toml": manifestOf("b", ""), "b/src/main.rs": "fn main() {}\n",
		})
		if err = errors.Join(err, p.must(dir, "build"), p.must(dir, "check")); err != nil {
			return nil, err
		}
		dirs[p.home] = dir
	}
	var rows []report.Row
	ticks := 0
	for _, line := range [][]string{{"check", "-p", "b"}, {"run", "-p", "b"}} {
		pairs, err := b.compared(b.few(), func(p party) measure.Sample {
			ticks++
			return b.besideSlow(p, dirs[p.home], ticks, line)
		})
		if err != nil {
			return nil, err
		}
		row := report.Wall("`cargo "+strings.Join(line, " ")+"`, nothing changed, beside a build whose build script takes 30 s", pairs, "0.5 s")
		row.Ratio = ""
		rows = append(rows, row)
	}
	return rows, nil
}

// patience is how long a build may take until its script runs.
const patience = time.Minute

func (b *bench) besideSlow(p party, dir string, tick int, line []string) measure.Sample {
	marks := b.place()
	if err := os.Mkdir(marks, 0o755); err != nil {
		return measure.Sample{Err: err}
	}
	other := p.Command(p.home, dir, "build", "-p", "a")
	other.Env = append(other.Env, fmt.Sprintf("TICK=%d", tick), "MARKS="+marks)
	ended := make(chan measure.Sample, 1)
	go func() { ended <- measure.Run(other) }()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(marks, "started")); err == nil {
			break
		}
		if time.Since(began) > patience {
			return measure.Sample{Err: errors.New("the slow build script was not run")}
		}
	}
	sample := p.run(dir, line...)
	if err := os.WriteFile(filepath.Join(marks, "enough"), nil, 0o644); err != nil {
		return measure.Sample{Err: err}
	}
	if o := <-ended; o.Err != nil {
		return o
	}
	return sample
}
