package kitcmd

import (
	"context"
	"fmt"
	"io"
	"os"
)

// Announce tells where a server is.
func Announce(url, portFile string, out io.Writer) error {
	if portFile != "" {
		// A script that waits for the file must not read half of it.
		if err := os.WriteFile(portFile+".part", []byte(url+"\n"), 0o644); err != nil {
			return err
		}
		if err := os.Rename(portFile+".part", portFile); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, url)
	return err
}

// WaitForEnd returns at a signal or when a standard input that is a pipe or socket ends. /dev/null, which a shell gives to what
// it starts in the background, has ended before it began, and says nothing.
func WaitForEnd(ctx context.Context, in *os.File, ignore bool) {
	ended := make(chan struct{})
	if !ignore && isPipe(in) {
		go func() {
			defer close(ended)
			_, _ = io.Copy(io.Discard, in)
		}()
	}
	select {
	case <-ended:
	case <-ctx.Done():
	}
}

func isPipe(in *os.File) bool {
	if in == nil {
		return false
	}
	info, err := in.Stat()
	return err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0
}
