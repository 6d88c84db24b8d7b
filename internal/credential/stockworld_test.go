package credential_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/credential"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// play lets the test binary be a credential process, or a program that prints a token.
func play() {
	switch {
	case os.Getenv("TEST_RECORD") == "":
	case len(os.Args) == 2 && os.Args[1] == "--cargo-plugin":
		os.Exit(process(os.Getenv("TEST_ANSWER")))
	case len(os.Args) > 1 && os.Args[1] == "print":
		noteDown(fmt.Sprintf("%q %q %q", os.Args[2:], os.Getenv("CARGO_REGISTRY_INDEX_URL"), os.Getenv("CARGO_REGISTRY_NAME_OPT")))
		fmt.Print(os.Getenv("TEST_PRINT"))
		if os.Getenv("TEST_FAIL") != "" {
			os.Exit(3)
		}
		os.Exit(0)
	}
}

func noteDown(line string) {
	f, err := os.OpenFile(os.Getenv("TEST_RECORD"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintln(f, line)
}

func process(answer string) int {
	hello := `{"v":[1]}`
	if h := os.Getenv("TEST_HELLO"); h != "" {
		hello = h
	}
	fmt.Println(hello)
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadString('\n')
	if err != nil {
		return 0 // nobody wants us
	}
	noteDown(strings.TrimSpace(line))
	fmt.Println(answer)
	io.ReadAll(in)
	if os.Getenv("TEST_FAIL") != "" {
		return 3
	}
	return 0
}

// world is a registry that wants a token, and a package that needs a crate of it.
type world struct {
	server *registryserver.Server
	cargo  *stock.Cargo
	dir    string
	self   string
}

const secret = "Bearer s3cr3t-of-the-registry"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{cargo: stock.NewCargo(t), dir: t.TempDir(), self: os.Args[0]}
	w.server = registryserver.Run(t, registryserver.Options{Token: secret}, cratekit.New("a", "1.0.0"))
	w.write(t, filepath.Join(w.dir, "Cargo.toml"), "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\na = { version = \"1\", registry = \"own\" }\n")
	w.write(t, filepath.Join(w.dir, "src", "lib.rs"), "")
	return w
}

func (w *world) write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// scene is one way to configure the registry's token.
type scene struct {
	name        string
	config      string // {self} is this program; after [registries.own]
	credentials string
	env         []string
	answer      string // of the credential process
}

// outcome is how it ended: whether the registry's token was there, and what providers were asked.
type outcome struct {
	accepted bool
	asked    string
	text     string
}

func (w *world) prepare(t *testing.T, s scene) []string {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(w.cargo.Home, "registry")); err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(w.dir, "Cargo.lock"))
	os.Remove(filepath.Join(w.cargo.Home, "asked"))
	os.Remove(filepath.Join(w.cargo.Home, "credentials.toml"))
	if s.credentials != "" {
		w.write(t, filepath.Join(w.cargo.Home, "credentials.toml"), s.credentials)
	}
	text := fmt.Sprintf("[registries.own]\nindex = %q\n", w.server.Index()) + s.config
	w.write(t, filepath.Join(w.cargo.Home, "config.toml"), strings.ReplaceAll(text, "{self}", filepath.ToSlash(w.self)))
	return append([]string{"TEST_ANSWER=" + s.answer, "TEST_RECORD=" + filepath.Join(w.cargo.Home, "asked")}, s.env...)
}

func (w *world) asked() string {
	data, _ := os.ReadFile(filepath.Join(w.cargo.Home, "asked"))
	return string(data)
}

func (w *world) stock(t *testing.T, s scene) outcome {
	t.Helper()
	r := w.cargo.Try(w.dir, w.prepare(t, s), "fetch")
	return outcome{r.Code == 0, w.asked(), r.Stderr}
}

// ours asks as the sparse registry does: after a first answer that wanted a token, whose headers are those of the server.
func (w *world) ours(t *testing.T, s scene) outcome {
	t.Helper()
	tokens, said := w.tokens(t, s)
	for _, name := range []string{"TEST_PRINT", "TEST_FAIL", "TEST_HELLO"} {
		t.Setenv(name, "")
	}
	for _, entry := range append(s.env, "TEST_ANSWER="+s.answer, "TEST_RECORD="+filepath.Join(w.cargo.Home, "asked")) {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "TEST_") {
			t.Setenv(name, value)
		}
	}
	id, err := crate.RegistrySource(w.server.Index(), "own")
	if err != nil {
		t.Fatal(err)
	}
	refused, err := unauthorized(w.server.URL() + "/index/config.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := tokens.Authorize(context.Background(), id, refused)
	if err == nil && got != secret {
		err = errors.New("the registry `own` refuses it")
	}
	if err != nil {
		fmt.Fprintln(said, "error:", err)
	}
	return outcome{err == nil, w.asked(), said.String()}
}

func (w *world) tokens(t *testing.T, s scene) (*credential.Finder, *strings.Builder) {
	t.Helper()
	said := &strings.Builder{}
	env := w.cargo.Env(w.prepare(t, s)...)
	say := func(kind string) func(string) { return func(text string) { fmt.Fprintln(said, kind, text) } }
	cfg, err := config.Load(config.Options{Dir: w.dir, Home: w.cargo.Home, Env: env, Files: config.Disk{}, Warn: say("warning:")})
	if err != nil {
		t.Fatal(err)
	}
	return credential.New(cfg, credential.Streams{}), said
}

func must(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}
