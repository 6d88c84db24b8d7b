package download

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Who reads "run the command again" beside "retrying in 500ms" does not know which.
func TestProblemIsWithoutAdvice(t *testing.T) {
	for _, err := range []error{
		&StatusError{URL: "http://x/y", Status: http.StatusBadGateway},
		&AnswerError{URL: "http://x/y", Expected: "1", Got: "2"},
		&TransportError{URL: "http://x/y", Expected: "an answer", Hint: "check the network", Err: errors.New("refused")},
	} {
		short := Problem(fmt.Errorf("component x: %w", err))
		advice, ok := strings.CutPrefix(err.Error(), short+"; ")
		if !ok || advice == "" || strings.Contains(short, ";") {
			t.Errorf("%q is not the problem of %q", short, err)
		}
	}
	if got := Problem(errors.New("x")); got != "x" {
		t.Errorf("got %q of an error of another kind", got)
	}
}
