package credential_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/credential"
)

// TestMain lets the test binary be a provider: one that speaks the protocol, and one that prints.
func TestMain(m *testing.M) {
	play()
	switch say := os.Getenv("CREDENTIAL_TEST_SAY"); {
	case say == "":
		os.Exit(m.Run())
	case len(os.Args) > 1 && os.Args[1] == "--cargo-plugin":
		fmt.Fprint(os.Stderr, "Password: ")
		fmt.Println(`{"v":[1]}`)
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		record(line)
		fmt.Println(say)
	default:
		fmt.Fprint(os.Stderr, "PIN: ")
		record(strings.Join(os.Args[1:], " ") + " " + os.Getenv("CARGO_REGISTRY_INDEX_URL") + " " + os.Getenv("CARGO_REGISTRY_NAME_OPT") + "\n")
		fmt.Print(say)
	}
	os.Exit(0)
}

func record(line string) {
	f, err := os.OpenFile(os.Getenv("CREDENTIAL_TEST_RECORD"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	f.WriteString(line)
	f.Close()
}

const index = "sparse+http://127.0.0.1:9/index/"

// finder has a configuration in CARGO_HOME, in which $SELF is the test binary, and what a provider is to say.
func finder(t *testing.T, toml, credentials, say string) (f *credential.Finder, asked func() string) {
	t.Helper()
	return finderFor(t, credential.Streams{}, toml, credentials, say)
}

func finderFor(t *testing.T, user credential.Streams, toml, credentials, say string) (f *credential.Finder, asked func() string) {
	t.Helper()
	home := t.TempDir()
	toml = strings.ReplaceAll(toml, "$SELF", filepath.ToSlash(os.Args[0]))
	toml += fmt.Sprintf("\n[registries.mine]\nindex = %q\n", index)
	for file, text := range map[string]string{"config.toml": toml, "credentials.toml": credentials} {
		if err := os.WriteFile(filepath.Join(home, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(config.Options{Dir: home, Home: home, Files: config.Disk{}})
	if err != nil {
		t.Fatal(err)
	}
	asked = func() string {
		data, _ := os.ReadFile(filepath.Join(home, "record"))
		return string(data)
	}
	t.Setenv("CREDENTIAL_TEST_SAY", say)
	t.Setenv("CREDENTIAL_TEST_RECORD", filepath.Join(home, "record"))
	return credential.New(cfg, user), asked
}

func mine(t *testing.T) crate.SourceID {
	t.Helper()
	id, err := crate.RegistrySource(index, "")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

const token = "[registries.mine]\ntoken = \"Bearer secret\"\n"

func providers(list string) string {
	return "[registry]\nglobal-credential-providers = [" + list + "]\n"
}

func TestProviders(t *testing.T) {
	ok := `{"Ok":{"kind":"get","token":"from program","cache":"session","operation_independent":true}}`
	for name, c := range map[string]struct{ toml, credentials, say, want, fails string }{
		"none named":         {"", token, "-", "", "require a credential-provider"},
		"token":              {providers(`"cargo:token"`), token, "-", "Bearer secret", ""},
		"no token":           {providers(`"cargo:token"`), "", "-", "", "please run `cargo login --registry mine` or set CARGO_REGISTRIES_MINE_TOKEN"},
		"the last one first": {providers(`"cargo:token", "cargo:token-from-stdout $SELF {index_url}"`), token, "printed\n", "printed", ""},
		"two lines":          {providers(`"cargo:token-from-stdout $SELF"`), token, "one\ntwo\n", "", "more than one line"},
		"program":            {providers(`"$SELF a b"`), token, ok, "from program", ""},
		"next after unknown": {providers(`"cargo:token", "$SELF"`), token, `{"Err":{"kind":"not-found"}}`, "Bearer secret", ""},
		"next after foreign": {providers(`"cargo:token", "$SELF"`), token, `{"Err":{"kind":"url-not-supported"}}`, "Bearer secret", ""},
		"foreign to all":     {providers(`"$SELF"`), token, `{"Err":{"kind":"url-not-supported"}}`, "", "no credential provider knows"},
		"fails":              {providers(`"cargo:token", "$SELF"`), token, `{"Err":{"kind":"other","message":"locked","caused-by":["x"]}}`, "", "other: locked: x"},
		"nonsense":           {providers(`"$SELF"`), token, "secret nonsense", "", "as a line of JSON, got something else"},
		"of stock alone":     {providers(`"cargo:libsecret"`), token, "-", "", "part of stock Cargo alone"},
		"alias":              {providers(`"short"`) + "[credential-alias]\nshort = [\"$SELF\", \"a\"]\n", "", ok, "from program", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, _ := finder(t, c.toml, c.credentials, c.say)
			got, err := f.Authorize(t.Context(), mine(t), nil)
			if got != c.want || (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("got %q, %v; expected %q, %q", got, err, c.want, c.fails)
			}
			if err != nil && strings.Contains(err.Error(), "secret nonsense") {
				t.Error("the error quotes what may be a token")
			}
		})
	}
}

func TestWhatProgramsAreTold(t *testing.T) {
	never := `{"Ok":{"kind":"get","token":"x","cache":"never","operation_independent":true}}`
	f, asked := finder(t, providers(`"$SELF a b"`), "", never)
	refused := http.Header{"Www-Authenticate": {`Cargo login_url="http://x/me"`}}
	for range 2 {
		if _, err := f.Authorize(t.Context(), mine(t), refused); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(asked()), "\n")
	want := `{"v":1,"registry":{"index-url":"` + index + `","name":"mine","headers":["Www-Authenticate: Cargo login_url=\"http://x/me\""]},"kind":"get","operation":"read","args":["a","b"]}`
	if len(lines) != 2 || lines[0] != want || !json.Valid([]byte(lines[0])) {
		t.Errorf("it was told\n%s\nexpected twice\n%s", asked(), want)
	}
}

// TestProgramsSpeakToTheUser: the stream is the user's, and stays open.
func TestProgramsSpeakToTheUser(t *testing.T) {
	for list, c := range map[string]struct{ say, want string }{
		`"$SELF"`:                         {`{"Ok":{"kind":"get","token":"x","cache":"never","operation_independent":true}}`, "Password: "},
		`"cargo:token-from-stdout $SELF"`: {"x", "PIN: "},
	} {
		var said strings.Builder
		f, _ := finderFor(t, credential.Streams{Err: &said}, providers(list), "", c.say)
		if _, err := f.Authorize(t.Context(), mine(t), nil); err != nil || said.String() != c.want {
			t.Errorf("%s: the user saw %q (%v), expected %q", list, said.String(), err, c.want)
		}
	}
}

func TestTokenIsAskedForOnce(t *testing.T) {
	f, asked := finder(t, providers(`"cargo:token-from-stdout $SELF {index_url} x"`), "", "printed")
	for range 3 {
		if got, err := f.Authorize(t.Context(), mine(t), nil); got != "printed" || err != nil {
			t.Fatal(got, err)
		}
	}
	if want := index + " x " + index + " mine\n"; asked() != want {
		t.Errorf("it was asked %q, expected once %q", asked(), want)
	}
}

func TestSameIndexTwice(t *testing.T) {
	f, _ := finder(t, providers(`"cargo:token"`)+fmt.Sprintf("[registries.other]\nindex = %q\n", index), token, "-")
	if _, err := f.Authorize(t.Context(), mine(t), nil); err == nil || !strings.Contains(err.Error(), "multiple registries") {
		t.Error(err, errors.Unwrap(err))
	}
}
