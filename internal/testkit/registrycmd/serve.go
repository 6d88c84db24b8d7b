package registrycmd

import (
	"context"
	"fmt"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/kitcmd"
	"berth/internal/testkit/proxies"
	"berth/internal/testkit/registryserver"
)

const aboutServe = `Serve a folder (index/<prefix>/<crate> beside <crate>-<version>.crate) as a registry, count requests and misbehave as told over HTTP
below /_kit/ (fault, clear, release, await, stats, count, reset; see the package faulthttp). Prints its URL: the registry is
sparse+URL/index/.`

func serve(ctx context.Context, args []string, std kitcmd.Streams) error {
	flags := newFlags("serve", aboutServe, std)
	var options registryserver.Options
	root := flags.String("root", "", "folder of the registry")
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	portFile := flags.String("port-file", "", "file to write the URL to once the server listens")
	ignore := flags.Bool("ignore-stdin", false, "go on when standard input, a pipe, ends")
	flags.StringVar(&options.Token, "token", "", "the token that everything asks for")
	flags.StringVar(&options.Download, "dl", "", "dl of config.json, with Cargo's markers and {url} for the server's")
	flags.BoolVar(&options.Gzip, "gzip", false, "compress index files")
	flags.StringVar(&options.GitIndex, "git-index", "", "repository to make of the index, served as URL/git/<its last name>")
	ca := flags.String("tls", "", "serve over HTTPS and HTTP/2; folder to write the authority's testkit-ca.pem into")
	http1 := flags.Bool("http1", false, "with --tls: no HTTP/2")
	if err := kitcmd.Parse(flags, args, "root"); err != nil {
		return err
	}
	tree, err := cratekit.NewTree(*root)
	if err != nil {
		return err
	}
	server, err := registryserver.New(tree, options)
	if err != nil {
		return err
	}
	if err := start(server, *addr, *ca, *http1); err != nil {
		return err
	}
	if options.GitIndex != "" {
		if _, err := server.CommitIndex(ctx); err != nil {
			return fmt.Errorf("make the git index: %w", err)
		}
	}
	if err := kitcmd.Announce(server.URL(), *portFile, std.Out); err != nil {
		return err
	}
	kitcmd.WaitForEnd(ctx, std.In, *ignore)
	return server.Close()
}

func start(server *registryserver.Server, addr, caDir string, http1 bool) error {
	if caDir == "" {
		return server.Start(addr)
	}
	authority, err := proxies.NewAuthority()
	if err != nil {
		return err
	}
	cert, err := authority.Certificate()
	if err != nil {
		return err
	}
	if _, err := authority.WriteCA(caDir); err != nil {
		return err
	}
	offer := faulthttp.HTTP2
	if http1 {
		offer = faulthttp.HTTP1
	}
	return server.StartTLS(addr, cert, offer)
}
