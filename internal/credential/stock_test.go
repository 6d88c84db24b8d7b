package credential_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// unauthorized is the answer of a registry that wants a token.
func unauthorized(url string) (http.Header, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	return resp.Header, resp.Body.Close()
}

func gives(fields string) string {
	return `{"Ok":{"kind":"get","token":` + must(secret) + `,` + fields + `}}`
}

const (
	tokenLine  = "token = \"" + secret + "\"\n"
	session    = `"cache":"session","operation_independent":true`
	listed     = "[registry]\nglobal-credential-providers = [\"cargo:token\"]\n"
	ofProcess  = "credential-provider = [\"{self}\"]\n"
	ofStdout   = "credential-provider = [\"cargo:token-from-stdout\", \"{self}\", \"print\", \"x {index_url} y\"]\n"
	inFile     = "[registries.own]\n" + tokenLine
	both       = "[registry]\nglobal-credential-providers = [\"cargo:token\", \"{self}\"]\n"
	bothTurned = "[registry]\nglobal-credential-providers = [\"{self}\", \"cargo:token\"]\n"
	inEnv      = "CARGO_REGISTRIES_OWN_TOKEN=" + secret
)

func scenes() []scene {
	wrong := `{"Ok":{"kind":"get","token":"wrong","cache":"session","operation_independent":true}}`
	failing := "TEST_FAIL=1"
	return []scene{
		{name: "nothing is configured"},
		{name: "a token without a provider", credentials: inFile},
		{name: "no token", config: listed},
		{name: "credentials.toml", config: listed, credentials: inFile},
		{name: "config.toml", config: tokenLine + listed},
		{name: "variable", config: listed, env: []string{inEnv}},
		{name: "variable wins", config: listed, credentials: "[registries.own]\ntoken = \"old\"\n", env: []string{inEnv}},
		{name: "empty token", config: listed, env: []string{"CARGO_REGISTRIES_OWN_TOKEN="}},
		{name: "wrong token", config: listed, env: []string{"CARGO_REGISTRIES_OWN_TOKEN=wrong"}},
		{name: "token of another registry", config: "[registries.two]\nindex = \"sparse+http://127.0.0.1:1/\"\n" + tokenLine + listed},
		{name: "index of two names", config: "[registries.two]\nindex = \"{index}\"\n" + listed, credentials: inFile},
		{name: "another name by a variable", config: listed, env: []string{"CARGO_REGISTRIES_NEW_INDEX={index}", "CARGO_REGISTRIES_NEW_TOKEN=" + secret}},
		{name: "providers by a variable", credentials: inFile, env: []string{"CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS=cargo:token"}},
		{name: "provider of the registry", config: "credential-provider = \"cargo:token\"\n", credentials: inFile},

		{name: "stdout", config: ofStdout, env: []string{"TEST_PRINT=" + secret}},
		{name: "stdout with newline", config: ofStdout, env: []string{"TEST_PRINT=" + secret + "\n"}},
		{name: "stdout of two lines", config: ofStdout, env: []string{"TEST_PRINT=" + secret + "\nmore"}},
		{name: "stdout of no text", config: ofStdout, env: []string{"TEST_PRINT=" + secret + "\xff"}},
		{name: "stdout and failure", config: ofStdout, env: []string{"TEST_PRINT=" + secret, failing}},
		{name: "stdout of nobody", config: "credential-provider = [\"cargo:token-from-stdout\"]\n"},
		{name: "stdout of nothing there", config: "credential-provider = [\"cargo:token-from-stdout\", \"{self}-not\"]\n"},
		{name: "global stdout", config: "[registry]\nglobal-credential-providers = [\"cargo:token-from-stdout {self} print {index_url}\"]\n", env: []string{"TEST_PRINT=" + secret}},

		{name: "process", config: ofProcess, answer: gives(session)},
		{name: "process that expires", config: ofProcess, answer: gives(`"cache":"expires","expiration":4102444800,"operation_independent":true`)},
		{name: "process that expires some day", config: ofProcess, answer: gives(`"cache":"expires","operation_independent":true`)},
		{name: "process that never keeps", config: ofProcess, answer: gives(`"cache":"never","operation_independent":true`)},
		{name: "process with a new kind of cache", config: ofProcess, answer: gives(`"cache":"new","operation_independent":true`)},
		{name: "process of few words", config: ofProcess, answer: gives(`"cache":"session"`)},
		{name: "process without cache", config: ofProcess, answer: gives(`"operation_independent":true`)},
		{name: "process with arguments", config: "credential-provider = [\"{self}\", \"one\", \"two <&> three\"]\n", answer: gives(session)},
		{name: "process with a wrong token", config: ofProcess, answer: wrong},
		{name: "process fails after its answer", config: ofProcess, answer: gives(session), env: []string{failing}},
		{name: "process that has nothing", config: ofProcess, answer: `{"Err":{"kind":"not-found"}}`},
		{name: "process for others", config: ofProcess, answer: `{"Err":{"kind":"url-not-supported"}}`},
		{name: "process that cannot", config: ofProcess, answer: `{"Err":{"kind":"operation-not-supported"}}`},
		{name: "process with an error", config: ofProcess, answer: `{"Err":{"kind":"other","message":"the vault is shut","caused-by":["no key"]}}`},
		{name: "process with a new error", config: ofProcess, answer: `{"Err":{"kind":"new"}}`},
		{name: "process that says nonsense", config: ofProcess, answer: "nonsense " + secret},
		{name: "process that answers login", config: ofProcess, answer: `{"Ok":{"kind":"login"}}`},
		{name: "process without a token", config: ofProcess, answer: `{"Ok":{"kind":"get","cache":"session"}}`},
		{name: "process of a later protocol", config: ofProcess, answer: gives(session), env: []string{`TEST_HELLO={"v":[2]}`}},
		{name: "process of both protocols", config: ofProcess, answer: gives(session), env: []string{`TEST_HELLO={"v":[2,1],"new":true}`}},
		{name: "process with a bad hello", config: ofProcess, answer: gives(session), env: []string{"TEST_HELLO=hello"}},
		{name: "no such process", config: "credential-provider = \"{self}-not\"\n"},
		{name: "process and ignored token", config: ofProcess, credentials: inFile, answer: wrong},

		{name: "last of the list first", config: both, credentials: inFile, answer: wrong},
		{name: "last of the list first, turned", config: bothTurned, credentials: inFile, answer: wrong},
		{name: "next where nothing is found", config: both, credentials: inFile, answer: `{"Err":{"kind":"not-found"}}`},
		{name: "next where it is not supported", config: both, credentials: inFile, answer: `{"Err":{"kind":"url-not-supported"}}`},
		{name: "no next after an error", config: both, credentials: inFile, answer: `{"Err":{"kind":"other","message":"broken","caused-by":[]}}`},
		{name: "token that no provider reads", config: "[registry]\nglobal-credential-providers = [\"{self}\"]\n", credentials: inFile, answer: wrong},
		{name: "store of another system", config: "[registry]\nglobal-credential-providers = [\"cargo:token\", \"cargo:wincred\", \"cargo:macos-keychain\"]\n", credentials: inFile},
		{name: "unstable provider", config: "credential-provider = \"cargo:paseto\"\n"},

		{name: "alias", config: "credential-provider = \"vault\"\n[credential-alias]\nvault = [\"{self}\", \"aliased\"]\n", answer: gives(session)},
		{name: "alias in words", config: "[credential-alias]\nvault = \"{self} aliased\"\n[registry]\nglobal-credential-providers = [\"vault\"]\n", answer: gives(session)},
		{name: "alias with arguments is none", config: "credential-provider = [\"vault\", \"x\"]\n[credential-alias]\nvault = [\"{self}\"]\n", answer: gives(session)},
		{name: "alias of something built in", config: "credential-provider = \"cargo:token\"\n[credential-alias]\n\"cargo:token\" = [\"{self}\"]\n", credentials: inFile, answer: wrong},
	}
}

// TestAsStock: in each scene the registry is read, or not, as stock does it, and providers are asked the same.
func TestAsStock(t *testing.T) {
	w := newWorld(t)
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			s.config = strings.ReplaceAll(s.config, "{index}", w.server.Index())
			for i := range s.env {
				s.env[i] = strings.ReplaceAll(s.env[i], "{index}", w.server.Index())
			}
			theirs, mine := w.stock(t, s), w.ours(t, s)
			if theirs.accepted != mine.accepted {
				t.Errorf("accepted by stock: %v, by us: %v\nstock\n%s\nours\n%s", theirs.accepted, mine.accepted, theirs.text, mine.text)
			}
			if a, b := first(theirs.asked), first(mine.asked); a != b {
				t.Errorf("stock asked\n%s\nwe asked\n%s", a, b)
			}
			if strings.Contains(mine.text, secret) {
				t.Errorf("shows the token: %s", mine.text)
			}
		})
	}
}

// first is the first question, with its headers in order and without the date in them.
func first(asked string) string {
	line, _, _ := strings.Cut(asked, "\n")
	before, rest, ok := strings.Cut(line, `"headers":[`)
	if !ok {
		return line
	}
	list, after, _ := strings.Cut(rest, "]")
	var headers, kept []string
	if json.Unmarshal([]byte("["+list+"]"), &headers) != nil {
		return line
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":") // later releases write names in small letters
		if name = strings.ToLower(name); name != "date" {
			kept = append(kept, name+":"+value)
		}
	}
	slices.Sort(kept)
	return before + must(kept) + after
}
