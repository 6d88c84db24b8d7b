// Package search asks a registry's web API for packages, for "cargo search".
//
// Guarantee: the lines are those of Cargo 1.95, to the byte, of whatever a registry
// answers; what is not an answer is an error that names the address. The edge: nothing
// is remembered, so without the network there is nothing to be found.
package search

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"berth/internal/download"
)

// Most is how many packages a registry tells of at once.
const Most = 100

// maxAnswer bounds what is read: a hundred packages have a hundred descriptions.
const maxAnswer = 16 << 20

// Result is what a registry has found.
type Result struct {
	Crates []Crate `json:"crates"`
	Meta   struct {
		Total uint32 `json:"total"`
	} `json:"meta"`
}

// Crate is one of the packages.
type Crate struct {
	Name        string  `json:"name"`
	Description *string `json:"description"`
	Version     string  `json:"max_version"`
}

// Registry is where to ask.
type Registry struct {
	Client *download.Client
	Base   string // of the web API
	Header http.Header
}

// Search asks for packages that have to do with the words.
func Search(ctx context.Context, r Registry, query string, limit uint32) (*Result, error) {
	url := r.Base + "/api/v1/crates?q=" + escape(query) + "&per_page=" + strconv.FormatUint(uint64(limit), 10)
	var found *Result
	err := r.Client.Retry(ctx, func() (err error) {
		found, err = r.ask(ctx, url)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("failed to retrieve search results from the registry at %s: %w", r.Base, err)
	}
	return found, nil
}

func (r Registry) ask(ctx context.Context, url string) (*Result, error) {
	reply, err := r.Client.GetText(ctx, url, r.Header)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	data, err := io.ReadAll(io.LimitReader(reply.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxAnswer:
		return nil, fmt.Errorf("%s: the answer is larger than %d MiB, which no list of %d packages is", url, maxAnswer>>20, Most)
	case reply.StatusCode != http.StatusOK:
		return nil, r.refused(reply, url, data)
	}
	return parse(url, data)
}

// refused is the registry's own explanation, where it gives one.
func (r Registry) refused(reply *http.Response, url string, data []byte) error {
	err := r.Client.Unexpected(reply, url)
	if detail := details(data); detail != "" {
		return fmt.Errorf("%w: the registry says: %s", err, detail)
	}
	return err
}

func details(data []byte) string {
	var answer struct {
		Errors []struct {
			Detail string `json:"detail"`
		} `json:"errors"`
	}
	if json.Unmarshal(data, &answer) != nil {
		return ""
	}
	var all []string
	for _, e := range answer.Errors {
		all = append(all, e.Detail)
	}
	return strings.Join(all, ", ")
}

func parse(url string, data []byte) (*Result, error) {
	found := &Result{}
	if err := json.Unmarshal(data, found); err != nil {
		return nil, fmt.Errorf("%s: expected a list of packages as JSON: %w", url, err)
	}
	return found, nil
}

// escape writes everything but ASCII letters and digits as %XX, as Cargo does.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// Lines are the result for people: a package a line, descriptions in a column.
func (r *Result) Lines() []string {
	var names []string
	column := 0
	for _, c := range r.Crates {
		name := c.Name + " = \"" + c.Version + "\""
		names = append(names, name)
		column = max(column, len(name))
	}
	column += 4
	for i, c := range r.Crates {
		if c.Description != nil {
			text := strings.ReplaceAll(*c.Description, "\n", " ")
			names[i] += strings.Repeat(" ", column-len(names[i])) + "# " + cut(text, max(80, 128-column))
		}
	}
	return names
}

// cut shortens a text to so many characters, the last of which then says so.
func cut(text string, most int) string {
	runes := []rune(text)
	if len(runes) < most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// More is the line that tells of packages beyond those that were asked for, "" where
// there are none. Site is the page where all can be seen, if there is one.
func (r *Result) More(limit uint32, site string) string {
	if r.Meta.Total <= limit {
		return ""
	}
	line := fmt.Sprintf("... and %d crates more", r.Meta.Total-limit)
	switch {
	case limit < Most:
		line += " (use --limit N to see more)"
	case site != "":
		line += " (go to " + site + " to see more)"
	}
	return line
}
