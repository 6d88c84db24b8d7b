package credential

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"berth/internal/config"
)

// maxReply bounds what a program may say.
const maxReply = 1 << 20

// lingering is how long a token is read on after its program has ended: an agent that it has started may keep the pipe open
// for ever.
const lingering = 2 * time.Second

// fromStdout runs a program that prints a token and nothing else.
func (f *Finder) fromStdout(ctx context.Context, command []string, r request) (reply, error) {
	if len(command) == 0 {
		return reply{}, errors.New("expected a program that prints a token, as in cargo:token-from-stdout PROGRAM ARGUMENTS")
	}
	args := make([]string, len(command)-1)
	for i, arg := range command[1:] {
		args[i] = strings.ReplaceAll(arg, "{index_url}", r.registry.URL())
	}
	cmd := exec.CommandContext(ctx, command[0], args...)
	cmd.Env = append(os.Environ(), "CARGO_REGISTRY_INDEX_URL="+r.registry.URL())
	if r.name != "" {
		cmd.Env = append(cmd.Env, "CARGO_REGISTRY_NAME_OPT="+r.name)
	}
	cmd.Stdin, cmd.Stderr = f.user.In, f.user.Err
	cmd.WaitDelay = lingering
	out, err := cmd.Output()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return reply{}, err
	}
	token, rest, _ := strings.Cut(string(out), "\n")
	if !utf8.ValidString(token) {
		return reply{}, errors.New("expected a line of text with a token, got bytes that are no UTF-8")
	}
	if rest != "" {
		return reply{}, errors.New("expected one line with a token, got more than one line")
	}
	return reply{token: config.NewSecret(strings.TrimSuffix(token, "\r")), again: true}, nil
}

// The messages of the protocol (https://doc.rust-lang.org/cargo/reference/credential-provider-protocol.html).
type (
	hello struct {
		Versions []int `json:"v"`
	}
	question struct {
		Version   int      `json:"v"`
		Registry  about    `json:"registry"`
		Kind      string   `json:"kind"`
		Operation string   `json:"operation"`
		Args      []string `json:"args,omitempty"`
	}
	about struct {
		IndexURL string   `json:"index-url"`
		Name     string   `json:"name,omitempty"`
		Headers  []string `json:"headers,omitempty"`
	}
	answer struct {
		OK *struct {
			Kind       string  `json:"kind"`
			Token      *string `json:"token"`
			Cache      *string `json:"cache"`
			Anywhere   *bool   `json:"operation_independent"` // good for more than reading
			Expiration *int64  `json:"expiration"`
		} `json:"Ok"`
		Err *struct {
			Kind     string   `json:"kind"`
			Message  string   `json:"message"`
			CausedBy []string `json:"caused-by"`
		} `json:"Err"`
	}
)

const protocol = 1

// fromProgram asks a program that speaks the protocol.
func (f *Finder) fromProgram(ctx context.Context, command []string, r request) (reply, error) {
	cmd := exec.CommandContext(ctx, command[0], "--cargo-plugin")
	cmd.Stderr = f.user.Err
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return reply{}, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return reply{}, err
	}
	if err := cmd.Start(); err != nil {
		return reply{}, err
	}
	got, err := converse(bufio.NewReader(io.LimitReader(stdout, maxReply)), stdin, question{
		Version: protocol, Kind: "get", Operation: "read", Args: command[1:],
		Registry: about{IndexURL: r.registry.URL(), Name: r.name, Headers: r.headers},
	})
	if err != nil {
		cmd.Process.Kill()
		cmd.Wait()
		return reply{}, err
	}
	stdin.Close() // that is all; it ends now
	if err := cmd.Wait(); err != nil {
		return reply{}, err
	}
	return got.reply()
}

func converse(from *bufio.Reader, to io.Writer, q question) (answer, error) {
	var h hello
	if err := readMessage(from, "the versions of the protocol", &h); err != nil {
		return answer{}, err
	}
	if !slices.Contains(h.Versions, protocol) {
		return answer{}, fmt.Errorf("expected a program that speaks version %d of the protocol, got versions %v", protocol, h.Versions)
	}
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	if err := out.Encode(q); err != nil {
		return answer{}, err
	}
	var a answer
	return a, readMessage(from, "an answer", &a)
}

// readMessage does not quote what it could not read: a token may be in it.
func readMessage(from *bufio.Reader, what string, into any) error {
	line, err := from.ReadBytes('\n')
	if err != nil && (err != io.EOF || len(bytes.TrimSpace(line)) == 0) {
		return fmt.Errorf("expected %s as a line of JSON, got: %w", what, err)
	}
	if json.Unmarshal(line, into) != nil {
		return fmt.Errorf("expected %s as a line of JSON, got something else", what)
	}
	return nil
}

func (a answer) reply() (reply, error) {
	switch {
	case a.OK != nil && a.OK.Kind == "get":
		if a.OK.Token == nil || a.OK.Cache == nil || a.OK.Anywhere == nil { // stock refuses it as well
			return reply{}, errors.New("expected `token`, `cache` and `operation_independent` in the answer, and one is missing")
		}
		got := reply{token: config.NewSecret(*a.OK.Token), again: *a.OK.Cache == "session" || *a.OK.Cache == "expires"}
		if *a.OK.Cache == "expires" {
			if a.OK.Expiration == nil {
				return reply{}, errors.New("expected `expiration` in the answer, as the token expires, and there is none")
			}
			got.expires = time.Unix(*a.OK.Expiration, 0)
		}
		return got, nil
	case a.Err == nil:
		return reply{}, errors.New("expected an answer with a token or an error, got neither")
	case a.Err.Kind == "not-found":
		return reply{}, errNotFound
	case a.Err.Kind == "url-not-supported":
		return reply{}, errNotSupported
	}
	return reply{}, errors.New(strings.Join(append([]string{a.Err.Kind + ": " + a.Err.Message}, a.Err.CausedBy...), ": "))
}
