package ui

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestNilIsSilent calls every method there is on nil receivers.
func TestNilIsSilent(t *testing.T) {
	for _, none := range []any{(*UI)(nil), (*Progress)(nil), (*Task)(nil), (*Wait)(nil)} {
		v := reflect.ValueOf(none)
		if v.NumMethod() == 0 {
			t.Errorf("%T has no methods", none)
		}
		for i := range v.NumMethod() {
			m := v.Method(i)
			args := make([]reflect.Value, m.Type().NumIn())
			for j := range args {
				args[j] = reflect.Zero(m.Type().In(j))
			}
			call := m.Call
			if m.Type().IsVariadic() {
				call = m.CallSlice
			}
			for _, result := range call(args) {
				if w, ok := result.Interface().(io.Writer); ok {
					if _, err := io.WriteString(w, "x"); err != nil {
						t.Errorf("%T: %v", none, err)
					}
				}
			}
		}
	}
}

func TestZeroConfig(t *testing.T) {
	u := New(Config{})
	everything(u)
	u.Print("x")
	if err := u.Close(); err != nil {
		t.Error(err)
	}
}

// TestConcurrentUse lets many goroutines speak at once, with a clock that ticks without a pause, and looks that each line came
// out whole and that nothing else is left.
func TestConcurrentUse(t *testing.T) {
	s := newStage(t, 100, 50)
	stop := make(chan struct{})
	var ticking, talking sync.WaitGroup
	ticking.Go(func() {
		for {
			select {
			case s.clock.ticks <- time.Time{}:
				s.clock.pass(frameInterval)
			case <-stop:
				return
			}
		}
	})
	p := s.Progress()
	const speakers, lines = 8, 50
	for i := range speakers {
		talking.Go(func() {
			for j := range lines {
				task := p.Task(fmt.Sprint("part", i))
				task.Stage("downloading", 100)
				w := s.Wait(fmt.Sprintf("thing %d", i), "", func() string { return "at it" })
				task.Add(50)
				task.Skip(10)
				p.Announce()
				s.Warnf("line %d of %d", j, i)
				w.Done()
				s.Printf("result %d of %d\n", j, i)
				task.Finish("installed")
				task.Done()
			}
		})
	}
	talking.Wait()
	close(stop)
	ticking.Wait()
	p.Done()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for line := range strings.Lines(s.text()) {
		counts[strings.TrimSuffix(line, "\n")]++
	}
	for i := range speakers {
		for j := range lines {
			for _, want := range []string{fmt.Sprintf("warn: line %d of %d", j, i), fmt.Sprintf("result %d of %d", j, i)} {
				if counts[want] != 1 {
					t.Errorf("%q is there %d times", want, counts[want])
				}
				delete(counts, want)
			}
		}
		waiting, installed := fmt.Sprintf("info: waiting for thing %d", i), fmt.Sprintf("        part%d installed                             100 B", i)
		if counts[waiting] != 1 || counts[installed] != lines {
			t.Errorf("speaker %d: waits said %d times, %d rows finished", i, counts[waiting], counts[installed])
		}
		delete(counts, waiting)
		delete(counts, installed)
	}
	if len(counts) != 0 {
		t.Errorf("left over: %v", counts)
	}
}

func TestEachLineIsOneWrite(t *testing.T) {
	var w countingWriter
	u := New(Config{Stderr: &w})
	u.Infof("one\nmessage of %s lines", "two")
	if w.writes != 1 {
		t.Errorf("%d writes for a line", w.writes)
	}
}

type countingWriter struct {
	bytes.Buffer
	writes int
}

func (w *countingWriter) Write(p []byte) (int, error) { w.writes++; return w.Buffer.Write(p) }

func TestColumns(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "漢字": 4, "한글": 4, "ｆｕ": 4, "e\u0301": 1, "\x1b[1mab\x1b[0m": 2, "🦀": 2, "\u200b": 0, "ä": 1, "§": 1, "\xff": 1, "…": 1,
	} {
		if got := columnsOf(text); got != want {
			t.Errorf("%q takes %d columns, want %d", text, got, want)
		}
	}
}

func TestAmounts(t *testing.T) {
	for got, want := range map[string]string{
		byteCount(0): "0 B", byteCount(1023): "1023 B", byteCount(1 << 10): "1.00 KiB", byteCount(3_000_000): "2.86 MiB", byteCount(5 << 30): "5.00 GiB",
		amount(0, 10): "0/10 B", amount(1<<20, 1500<<20): "0.0/1.5 GiB", amount(99<<20, 102400<<10): "99/100 MiB", amount(1<<19, 99<<20): "0.5/99.0 MiB",
		amount(1536, -1): "1.5 KiB", amount(0, -1): "0 B",
		duration(0): "0s", duration(time.Millisecond): "1s", duration(100 * time.Second): "2m", duration(2 * time.Hour): "2h",
		duration(1000 * time.Hour): "?", duration(-time.Second): "?",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
