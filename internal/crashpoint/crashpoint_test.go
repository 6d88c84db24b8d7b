package crashpoint

import (
	"bufio"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets the test binary play the process that passes points.
func TestMain(m *testing.M) {
	if points := os.Getenv("CRASHPOINT_TEST_PASS"); points != "" {
		for _, p := range strings.Split(points, " ") {
			if err := Here(Point(p)); err != nil {
				os.Stdout.WriteString(err.Error())
				os.Exit(3)
			}
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func pass(points string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), append(env, "CRASHPOINT_TEST_PASS="+points)...)
	return cmd
}

func TestUnarmedIsNil(t *testing.T) {
	if err := Here("x"); err != nil {
		t.Fatal(err)
	}
}

func TestKillAtNthPassage(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	err := pass("a b a c", "BERTH_CRASHPOINT=a#2=kill", "BERTH_CRASHPOINT_TRACE="+trace).Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("expected death by a signal, got %v", err)
	}
	got, _ := os.ReadFile(trace)
	if string(got) != "a\nb\na\n" {
		t.Fatalf("trace %q: it must end at the second a", got)
	}
}

func TestErrorAndFull(t *testing.T) {
	out, err := pass("a", "BERTH_CRASHPOINT=a=error").Output()
	if err == nil || !strings.Contains(string(out), ErrInjected.Error()) {
		t.Fatalf("%s %v", out, err)
	}
	out, err = pass("a", "BERTH_CRASHPOINT=b=error,a=full").Output()
	if err == nil || !strings.Contains(string(out), syscall.ENOSPC.Error()) {
		t.Fatalf("%s %v", out, err)
	}
}

func TestPark(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	cmd := pass("a", "BERTH_CRASHPOINT=a=park:"+ln.Addr().String())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(conn).ReadString('\n'); line != "a\n" {
		t.Fatalf("parked at %q", line)
	}
	conn.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}
