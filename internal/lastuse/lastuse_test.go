package lastuse_test

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the oracle

	"berth/internal/lastuse"
)

// TestMain lets the test binary be another program that has the database open:
// it does each statement that it reads and answers with the first value of the
// result, or "ok".
func TestMain(m *testing.M) {
	if path := os.Getenv("LASTUSE_TEST_DATABASE"); path != "" {
		db := must(sql.Open("sqlite", path))
		db.SetMaxOpenConns(1)
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			fmt.Println(answer(db, lines.Text()))
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func answer(db *sql.DB, statement string) string {
	if !strings.HasPrefix(statement, "SELECT") && !strings.HasPrefix(statement, "PRAGMA") {
		if _, err := db.Exec(statement); err != nil {
			return err.Error()
		}
		return "ok"
	}
	var v string
	if err := db.QueryRow(statement).Scan(&v); err != nil {
		return err.Error()
	}
	return v
}

type program struct {
	t     *testing.T
	stdin io.Writer
	lines *bufio.Reader
}

func startProgram(t *testing.T, path string) *program {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LASTUSE_TEST_DATABASE="+path, "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	stdin, stdout := must(cmd.StdinPipe()), must(cmd.StdoutPipe())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return &program{t, stdin, bufio.NewReader(stdout)}
}

func (p *program) expect(statement, want string) {
	p.t.Helper()
	fmt.Fprintln(p.stdin, statement)
	if got, _ := p.lines.ReadString('\n'); got != want+"\n" {
		p.t.Fatalf("%s: %q, expected %q", statement, got, want)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// tables are made as Cargo makes them.
const tables = `
CREATE TABLE registry_index (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, timestamp INTEGER NOT NULL);
CREATE TABLE registry_crate (registry_id INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, timestamp INTEGER NOT NULL,
	PRIMARY KEY (registry_id, name), FOREIGN KEY (registry_id) REFERENCES registry_index (id) ON DELETE CASCADE);
CREATE TABLE registry_src (registry_id INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER, timestamp INTEGER NOT NULL,
	PRIMARY KEY (registry_id, name), FOREIGN KEY (registry_id) REFERENCES registry_index (id) ON DELETE CASCADE);
CREATE TABLE git_db (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, timestamp INTEGER NOT NULL);
CREATE TABLE git_checkout (git_id INTEGER NOT NULL, name TEXT UNIQUE NOT NULL, size INTEGER, timestamp INTEGER NOT NULL,
	PRIMARY KEY (git_id, name), FOREIGN KEY (git_id) REFERENCES git_db (id) ON DELETE CASCADE);
CREATE TABLE global_data (last_auto_gc INTEGER NOT NULL);
INSERT INTO global_data VALUES (1700000000);
PRAGMA user_version = 7;`

const (
	longAgo  = 1_700_000_000
	perTable = 500 // enough for trees of two levels
)

// newDatabase has two registries with crates of both, and a git database.
func newDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), ".global-cache")
	db := must(sql.Open("sqlite", path))
	db.SetMaxOpenConns(1)
	defer db.Close()
	exec := func(statement string, args ...any) {
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("PRAGMA synchronous = off")
	exec(tables)
	exec("BEGIN")
	for id, registry := range []string{"", "one-0011223344556677", "two-0011223344556677"} {
		if id == 0 {
			continue
		}
		exec("INSERT INTO registry_index (name, timestamp) VALUES (?, ?)", registry, longAgo)
		for i := range perTable {
			exec("INSERT INTO registry_crate VALUES (?, ?, ?, ?)", id, fmt.Sprintf("c%d-1.0.0.crate", i), i*i, longAgo+i)
			exec("INSERT INTO registry_src VALUES (?, ?, ?, ?)", id, fmt.Sprintf("c%d-1.0.0", i), sql.NullInt64{Int64: int64(i), Valid: i%2 == 0}, longAgo)
		}
	}
	exec("INSERT INTO git_db (name, timestamp) VALUES ('lib-0011223344556677', ?)", longAgo)
	exec("INSERT INTO git_checkout VALUES (1, '0123456', NULL, ?)", longAgo)
	exec("INSERT INTO git_checkout VALUES (1, ?, NULL, ?)", strings.Repeat("long", 3000), longAgo)
	exec("COMMIT")
	return path
}

// contents are all rows of all tables, sorted.
func contents(t *testing.T, path string) (rows []string) {
	t.Helper()
	db := must(sql.Open("sqlite", path))
	defer db.Close()
	if got := answer(db, "PRAGMA integrity_check"); got != "ok" {
		t.Fatal(got)
	}
	for _, query := range []string{
		"SELECT 'index', name, '', '', timestamp FROM registry_index ORDER BY id",
		"SELECT 'crate', registry_id, name, size, timestamp FROM registry_crate ORDER BY registry_id, name",
		"SELECT 'src', registry_id, name, ifnull(size, 'null'), timestamp FROM registry_src ORDER BY registry_id, name",
		"SELECT 'db', name, '', '', timestamp FROM git_db ORDER BY id",
		"SELECT 'checkout', git_id, substr(name, 1, 8), '', timestamp FROM git_checkout ORDER BY name",
		"SELECT 'gc', '', '', '', last_auto_gc FROM global_data",
	} {
		result := must(db.Query(query))
		for result.Next() {
			var a, b, c, d, e string
			if err := result.Scan(&a, &b, &c, &d, &e); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, strings.Join([]string{a, b, c, d, e}, " "))
		}
		if err := result.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

func uses() []lastuse.Use {
	return []lastuse.Use{
		{Kind: lastuse.Crate, Parent: "two-0011223344556677", Name: "c7-1.0.0.crate"},
		{Kind: lastuse.Source, Parent: "two-0011223344556677", Name: "c499-1.0.0"},
		{Kind: lastuse.Source, Parent: "two-0011223344556677", Name: "not-there"},
		{Kind: lastuse.Checkout, Parent: "lib-0011223344556677", Name: "0123456"},
		{Kind: lastuse.Index, Parent: "three-0011223344556677"},
	}
}

func TestMarksWhatWasUsedAndNothingElse(t *testing.T) {
	path := newDatabase(t)
	before := contents(t, path)
	now := time.Unix(longAgo+1_000_000, 0)
	if n, err := lastuse.Mark(path, uses(), now); n != 5 || err != nil {
		t.Fatalf("%d rows, %v; expected 5: two registries' rows, their parent, a checkout and its database", n, err)
	}
	var want []string
	for _, row := range before {
		for _, marked := range []string{"index two-", "crate 2 c7-1.0.0.crate ", "src 2 c499-1.0.0 ", "db lib-", "checkout 1 0123456 "} {
			if strings.HasPrefix(row, marked) {
				row = row[:strings.LastIndexByte(row, ' ')+1] + fmt.Sprint(now.Unix())
			}
		}
		want = append(want, row)
	}
	after := contents(t, path)
	for i := range max(len(want), len(after)) {
		if i >= len(want) || i >= len(after) || want[i] != after[i] {
			t.Fatalf("row %d of %d and %d: %q, expected %q", i, len(after), len(want), after[i], want[i])
		}
	}
	if n, err := lastuse.Mark(path, uses(), now.Add(4*time.Minute)); n != 0 || err != nil {
		t.Errorf("%d rows again within five minutes, %v", n, err)
	}
}

func TestWhoHasItOpenSeesTheChange(t *testing.T) {
	path := newDatabase(t)
	other := startProgram(t, path)
	const query = "SELECT timestamp FROM registry_crate WHERE registry_id = 2 AND name = 'c7-1.0.0.crate'"
	other.expect(query, fmt.Sprint(longAgo+7))
	now := time.Unix(longAgo+1_000_000, 0)
	if n, err := lastuse.Mark(path, uses(), now); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	other.expect(query, fmt.Sprint(now.Unix()))
	other.expect("UPDATE registry_index SET timestamp = 1", "ok")
	other.expect("PRAGMA integrity_check", "ok")
}

func TestBusy(t *testing.T) {
	now := time.Unix(longAgo+1_000_000, 0)
	for name, statements := range map[string][]string{
		"reader":  {"BEGIN", "SELECT count(*) FROM registry_index"},
		"writer":  {"BEGIN IMMEDIATE"},
		"written": {"BEGIN", "UPDATE registry_index SET timestamp = 5"},
		"alone":   {"BEGIN EXCLUSIVE"},
	} {
		t.Run(name, func(t *testing.T) {
			path := newDatabase(t)
			other := startProgram(t, path)
			for _, s := range statements {
				want := "ok"
				if strings.HasPrefix(s, "SELECT") {
					want = "2"
				}
				other.expect(s, want)
			}
			if n, err := lastuse.Mark(path, uses(), now); n != 0 && err == nil || !errors.Is(err, lastuse.ErrBusy) {
				t.Fatalf("%d rows, %v; expected that it is busy", n, err)
			}
			other.expect("ROLLBACK", "ok")
			if n, err := lastuse.Mark(path, uses(), now); n != 5 || err != nil {
				t.Fatal(n, err)
			}
		})
	}
}

func TestLeftJournal(t *testing.T) {
	path := newDatabase(t)
	if err := os.WriteFile(path+"-journal", []byte("left by a killed writer"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := lastuse.Mark(path, uses(), time.Now()); !errors.Is(err, lastuse.ErrBusy) {
		t.Fatal(err)
	}
}

func TestMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".global-cache")
	if n, err := lastuse.Mark(path, uses(), time.Now()); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("it was made")
	}
}

func TestForeignFiles(t *testing.T) {
	whole := must(os.ReadFile(newDatabase(t)))
	change := func(at int, to ...byte) []byte {
		data := append([]byte{}, whole...)
		copy(data[at:], to)
		return data
	}
	for name, data := range map[string][]byte{
		"empty":       {},
		"text":        []byte(strings.Repeat("text", 1024)),
		"cut":         whole[:len(whole)-100],
		"log":         change(18, 2, 2),
		"UTF-16":      change(56, 0, 0, 0, 2),
		"older":       change(60, 0, 0, 0, 6),
		"page size":   change(16, 0, 100),
		"no tables":   change(100, 10),
		"wrong cells": change(103, 0xff, 0xff),
	} {
		path := filepath.Join(t.TempDir(), ".global-cache")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if n, err := lastuse.Mark(path, uses(), time.Now()); n != 0 || err == nil {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
		if string(must(os.ReadFile(path))) != string(data) {
			t.Errorf("%s: it was changed", name)
		}
	}
}
