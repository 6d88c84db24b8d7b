package main

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"berth/bench/internal/measure"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
)

// slow is a build script that tells by a connection that it runs, and goes on for so many milliseconds, unless nobody
// measures any more: then the other end closes it.
const slow = `use std::{env, io::Read, net::TcpStream, time::Duration};
fn main() {
    println!("cargo::rerun-if-env-changed=TICK");
    let Ok(bench) = env::var("BENCH") else { return };
    let mut held = TcpStream::connect(bench).unwrap();
    held.set_read_timeout(Some(Duration::from_millis(env::var("TAKES").unwrap().parse().unwrap()))).unwrap();
    let _ = held.read(&mut [0]);
}
`

// beside checks and runs a package in which nothing changed while the build script of another one takes its time.
func (b *bench) beside() ([]report.Row, error) {
	defer b.clear()
	dirs, err := b.inEach(func(s sides.Side) (string, error) {
		dir := b.place()
		err := write(dir, map[string]string{
			"Cargo.toml": "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n", "a/Cargo.toml": manifestOf("a", ""), "a/src/lib.rs": "", "a/build.rs": slow,
			"b/Cargo.toml": manifestOf("b", ""), "b/src/main.rs": "fn main() {}\n",
		})
		if err == nil {
			err = errors.Join(s.Must(dir, "build"), s.Must(dir, "check"))
		}
		return dir, err
	})
	if err != nil {
		return nil, err
	}
	var rows []report.Row
	ticks := 0
	for _, line := range [][]string{{"check", "-p", "b"}, {"run", "-p", "b"}} {
		pairs, err := b.homes.Compare(b.Few(), func(s sides.Side) measure.Sample {
			ticks++
			return b.besideSlow(s, dirs[s.Home], ticks, line)
		})
		if err != nil {
			return nil, err
		}
		what := fmt.Sprintf("`cargo %s`, nothing changed, beside a build whose build script takes %.0f s", strings.Join(line, " "), b.script.Seconds())
		row := report.Wall(what, pairs, "0.5 s")
		row.Ratio = ""
		rows = append(rows, row)
	}
	return rows, nil
}

func (b *bench) besideSlow(s sides.Side, dir string, tick int, line []string) measure.Sample {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return measure.Sample{Err: err}
	}
	other := s.Command(dir, "build", "-p", "a")
	other.Env = append(other.Env, fmt.Sprintf("TICK=%d", tick), "BENCH="+listener.Addr().String(), fmt.Sprintf("TAKES=%d", b.script.Milliseconds()))
	ended := make(chan measure.Sample, 1)
	go func() {
		sample := measure.Run(other)
		listener.Close() // a build that ends without its script calls nobody
		ended <- sample
	}()
	script, err := listener.Accept()
	if err != nil {
		built := <-ended
		return measure.Sample{Err: errors.Join(errors.New("the slow build script was not run"), built.Err), Output: built.Output}
	}
	sample := s.Run(dir, line...)
	script.Close()
	if o := <-ended; o.Err != nil {
		return o
	}
	return sample
}
