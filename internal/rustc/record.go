package rustc

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/exe"
	"berth/internal/lockfs"
)

// question is what is asked, in full; text is the same in one line.
type question struct {
	program   string
	args, env []string
	text      string
}

// variables change what a compiler says, or which compiler a program calls.
func variables() []string {
	return []string{"RUSTC_BOOTSTRAP", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "SYSROOT"}
}

func (a *Asker) question(in Surroundings, program string, args []string) (question, error) {
	var parts []string
	for _, path := range slices.Concat(in.Wrappers, []string{program}) {
		info, err := os.Stat(path)
		if err != nil {
			return question{}, err
		}
		parts = append(append(parts, path), identity(info)...)
	}
	if info, err := os.Stat(a.toolchainRustc()); err == nil {
		parts = append(parts, identity(info)...)
	}
	for _, name := range variables() {
		parts = append(parts, name+"="+a.variable(name))
	}
	if len(in.Env) > 0 {
		parts = append(parts, in.Env...)
		parts = append(parts, "") // where the arguments begin: no variable is empty
	}
	text, err := json.Marshal(append(parts, args...))
	if len(in.Wrappers) > 0 {
		args = slices.Concat(in.Wrappers[1:], []string{program}, args)
		program = in.Wrappers[0]
	}
	return question{program, args, in.Env, string(text)}, err
}

func identity(info os.FileInfo) []string {
	return []string{fmt.Sprint(info.Size()), fmt.Sprint(info.ModTime().UnixNano()), fileNumber(info)}
}

// toolchainRustc is the compiler of the toolchain that the environment names. A
// proxy of rustup's becomes that one, and is itself the same after an update.
func (a *Asker) toolchainRustc() string {
	toolchain := a.variable("RUSTUP_TOOLCHAIN")
	switch {
	case toolchain == "":
		return ""
	case !filepath.IsAbs(toolchain):
		toolchain = filepath.Join(a.variable("RUSTUP_HOME"), "toolchains", toolchain)
	}
	return filepath.Join(toolchain, "bin", "rustc"+exe.Suffix)
}

// record is a file with one answer.
type record struct {
	Question string `json:"question"`
	Answer   Answer `json:"answer"`
	Digest   string `json:"digest"` // of both: a power cut may leave half a file
}

func (r record) digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d", r.Question, r.Answer.Stdout, r.Answer.Stderr, r.Answer.Code))
	return hex.EncodeToString(sum[:8])
}

const recordSuffix = ".json"

func (q question) file() string {
	sum := sha256.Sum256([]byte(q.text))
	return hex.EncodeToString(sum[:8]) + recordSuffix
}

func (a *Asker) recorded(q question) (Answer, bool) {
	if !a.keep {
		return Answer{}, false
	}
	data, err := a.records.Join(q.file()).ReadFile()
	var r record
	if err != nil || json.Unmarshal(data, &r) != nil || r.Question != q.text || r.Digest != r.digest() {
		return Answer{}, false
	}
	return r.Answer, true
}

// settled is how old a program must be for its answer to be recorded: within one
// tick of the file system's clock it could be written again and look the same.
const settled = 50 * time.Millisecond

// record never fails and never waits: who finds another one writing leaves it at
// that, and the next to ask writes.
func (a *Asker) record(ctx context.Context, q question, answer Answer) {
	if !a.keep {
		return
	}
	if info, err := os.Stat(q.program); err != nil || time.Since(info.ModTime()) < settled {
		return
	}
	r := record{Question: q.text, Answer: answer}
	r.Digest = r.digest()
	data, err := json.Marshal(r)
	if err != nil || a.records.MkdirAll() != nil {
		return
	}
	lock := lockfs.NewLock(a.records.Join("answers.lock"), lockfs.RankAnswers, "the answers of compilers")
	_, held, err := lock.Try(ctx, lockfs.Exclusive)
	if err != nil {
		return
	}
	defer held.Close()
	// Not only that of this answer: who asks for one that a killed process was writing may find the lock taken, and leave it.
	held.RemoveUnfinished(a.records)
	if held.WriteUnsynced("rustc.answer", a.records.Join(q.file()), data) == nil {
		a.sweep(held)
	}
}

// mostRecords is how many are kept: a handful for each of the compilers that people
// have, and a night's updates of a few months.
const mostRecords = 256

// sweep removes the oldest records of programs that are asked no more.
func (a *Asker) sweep(held *lockfs.FileLock) {
	entries, err := a.records.ReadDir()
	if err != nil || len(entries) <= mostRecords {
		return
	}
	type aged struct {
		name string
		time time.Time
	}
	var files []aged
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasSuffix(e.Name(), recordSuffix) {
			files = append(files, aged{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(files, func(x, y aged) int { return x.time.Compare(y.time) })
	for _, f := range files[:max(0, len(files)-mostRecords/2)] {
		if held.Remove("rustc.sweep", a.records.Join(f.name)) != nil {
			return
		}
	}
}
