package distcmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"berth/internal/testkit/distserver"
)

const aboutServe = `Serve a dist tree, count requests and misbehave as told over HTTP below /_kit/ (fault, clear, release, await, stats, count,
reset, point; see the package distserver). Prints its URL, which is a value for RUSTUP_DIST_SERVER.`

func serve(ctx context.Context, args []string, std Streams) error {
	flags := newFlags("serve", aboutServe, std)
	root := flags.String("root", "", "folder of the tree")
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	portFile := flags.String("port-file", "", "file to write the URL to once the server listens")
	ignore := flags.Bool("ignore-stdin", false, "go on when standard input, a pipe, ends")
	var points list
	flags.Var(&points, "point", "CHANNEL=DATE: serve that date as the channel's newest")
	if err := parse(flags, args, "root"); err != nil {
		return err
	}
	server, err := distserver.New(*root)
	if err != nil {
		return err
	}
	for _, p := range points {
		channel, date, ok := strings.Cut(p, "=")
		if !ok {
			return usageError{fmt.Sprintf("--point %s, expected CHANNEL=DATE", p)}
		}
		server.Point(channel, date)
	}
	if err := server.Start(*addr); err != nil {
		return err
	}
	if err := announce(server.URL(), *portFile, std.Out); err != nil {
		return err
	}
	waitForEnd(ctx, std.In, *ignore)
	return server.Close()
}

func announce(url, portFile string, out io.Writer) error {
	fmt.Fprintln(out, url)
	if portFile == "" {
		return nil
	}
	// A script that waits for the file must not read half of it.
	if err := os.WriteFile(portFile+".part", []byte(url+"\n"), 0o644); err != nil {
		return err
	}
	return os.Rename(portFile+".part", portFile)
}

// waitForEnd returns at a signal or when a standard input that is a pipe or socket ends. /dev/null, which a shell gives to what
// it starts in the background, has ended before it began, and says nothing.
func waitForEnd(ctx context.Context, in *os.File, ignore bool) {
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
