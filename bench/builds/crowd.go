package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"berth/bench/internal/measure"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
)

// busy is a build script that tells by a connection that it runs, and uses a core until the other end closes it.
const busy = `use std::{env, io::Read, net::TcpStream};
fn main() {
    println!("cargo::rerun-if-env-changed=TICK");
    let mut held = TcpStream::connect(env::var("BENCH").unwrap()).unwrap();
    held.set_nonblocking(true).unwrap();
    while held.read(&mut [0]).is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock) {}
}
`

// others is how many builds are busy beside what is measured.
const others = 6

// crowd checks an edit while builds of other workspaces keep all cores busy.
func (b *bench) crowd() ([]report.Row, error) {
	defer b.clear()
	dirs, err := b.inEach(func(s sides.Side) (string, error) {
		dir := b.place()
		files := map[string]string{"own/Cargo.toml": manifestOf("own", ""), "own/src/main.rs": "fn main() {}\n"}
		for i := range others {
			name := fmt.Sprintf("other%d", i)
			files[name+"/Cargo.toml"], files[name+"/build.rs"], files[name+"/src/lib.rs"] = manifestOf(name, ""), busy, ""
		}
		err := write(dir, files)
		if err == nil {
			err = s.Must(filepath.Join(dir, "own"), "check")
		}
		return dir, err
	})
	if err != nil {
		return nil, err
	}
	ticks := 0
	pairs, err := b.homes.Compare(b.Pairs, func(s sides.Side) measure.Sample {
		ticks++
		return b.inCrowd(s, dirs[s.Home], ticks)
	})
	if err != nil {
		return nil, err
	}
	return []report.Row{report.Wall(fmt.Sprintf("check of an edit beside %d builds with long jobs in other workspaces", others), pairs, "")}, nil
}

// inCrowd is a sample of the check, once all of the others are at work.
func (b *bench) inCrowd(s sides.Side, dir string, tick int) measure.Sample {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return measure.Sample{Err: err}
	}
	ended := make(chan measure.Sample, others)
	var scripts []net.Conn
	for i := range others {
		other := s.Command(filepath.Join(dir, fmt.Sprintf("other%d", i)), "build")
		other.Env = append(other.Env, fmt.Sprintf("TICK=%d", tick), "BENCH="+listener.Addr().String())
		go func() {
			sample := measure.Run(other)
			if sample.Err != nil {
				listener.Close()
			}
			ended <- sample
		}()
	}
	for err == nil && len(scripts) < others {
		var script net.Conn
		if script, err = listener.Accept(); err == nil {
			scripts = append(scripts, script)
		}
	}
	var sample measure.Sample
	for _, edit := range []string{"first", "second"} { // the first waits until the last of the others has begun, too
		if err == nil {
			text := fmt.Sprintf("fn main() { println!(\"%s edit of %d\") }\n", edit, tick)
			err = os.WriteFile(filepath.Join(dir, "own", "src", "main.rs"), []byte(text), 0o644)
		}
		if err == nil {
			sample = s.Run(filepath.Join(dir, "own"), "check")
		}
	}
	listener.Close()
	for _, script := range scripts {
		script.Close()
	}
	for range others {
		if o := <-ended; o.Err != nil {
			return o
		}
	}
	sample.Err = errors.Join(sample.Err, err)
	return sample
}
