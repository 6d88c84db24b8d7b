package distcmd

import (
	"context"
	"fmt"
	"strings"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/kitcmd"
)

const aboutServe = `Serve a dist tree, count requests and misbehave as told over HTTP below /_kit/ (fault, clear, release, await, stats, count,
reset, point; see the package distserver). Prints its URL, which is a value for RUSTUP_DIST_SERVER.`

func serve(ctx context.Context, args []string, std Streams) error {
	flags := newFlags("serve", aboutServe, std)
	root := flags.String("root", "", "folder of the tree")
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	portFile := flags.String("port-file", "", "file to write the URL to once the server listens")
	ignore := flags.Bool("ignore-stdin", false, "go on when standard input, a pipe, ends")
	var points kitcmd.List
	flags.Var(&points, "point", "CHANNEL=DATE: serve that date as the channel's newest")
	if err := kitcmd.Parse(flags, args, "root"); err != nil {
		return err
	}
	server, err := distserver.New(*root)
	if err != nil {
		return err
	}
	for _, p := range points {
		channel, date, ok := strings.Cut(p, "=")
		if !ok {
			return kitcmd.UsageError{Message: fmt.Sprintf("--point %s, expected CHANNEL=DATE", p)}
		}
		server.Point(channel, date)
	}
	if err := server.Start(*addr); err != nil {
		return err
	}
	if err := kitcmd.Announce(server.URL(), *portFile, std.Out); err != nil {
		return err
	}
	kitcmd.WaitForEnd(ctx, std.In, *ignore)
	return server.Close()
}
