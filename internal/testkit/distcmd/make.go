package distcmd

import (
	"context"
	"fmt"

	"berth/internal/testkit/disttree"
	"berth/internal/testkit/kitcmd"
	"berth/internal/testkit/stock"
)

const aboutRebuild = `Make a release out of a toolchain that stock rustup has installed: its components as archives again, and its channel manifest
with their hashes. Archives are kept in a pool by content, so that an interrupted run goes on and a second date costs what differs. xz
runs the xz program at preset 9 (two at a time, 674 MiB each).`

func rebuild(ctx context.Context, args []string, std Streams) error {
	flags := newFlags("rebuild", aboutRebuild, std)
	toolchain := flags.String("toolchain", "", "folder of the toolchain")
	out := flags.String("out", "", "folder of the tree")
	format := flags.String("format", "xz", "xz, gz or zst")
	date := flags.String("date", "", "date of the release (default: the toolchain's)")
	served := flags.Bool("only-served", false, "mark what is not in the tree as not available, instead of leaving it to be a 404")
	dated := flags.Bool("dated-only", false, "leave the undated channel files as they are")
	var channels, only, change, stdAs kitcmd.List
	flags.Var(&channels, "channels", "`names` to publish under (default: stable)")
	flags.Var(&only, "only", "`packages` to rebuild (default: all that are installed)")
	flags.Var(&change, "change", "`packages` that get one file more than the installed ones")
	flags.Var(&stdAs, "std-as", "`targets` under whose names the host's rust-std is published too")
	if err := kitcmd.Parse(flags, args, "toolchain", "out"); err != nil {
		return err
	}
	if len(channels) == 0 {
		channels = kitcmd.List{"stable"}
	}
	tree, err := disttree.Open(*out, "")
	if err != nil {
		return err
	}
	release, err := tree.Rebuild(ctx, disttree.Rebuild{
		Toolchain: *toolchain, Format: disttree.Format(*format), Channels: channels, Date: *date, Only: only, Change: change,
		StdAs: stdAs, OnlyServed: *served, DatedOnly: *dated,
		Progress: func(message string) { fmt.Fprintln(std.Err, message) },
	})
	if err != nil {
		return err
	}
	return report(std, release)
}

func report(std Streams, releases ...disttree.Release) error {
	for _, r := range releases {
		if _, err := fmt.Fprintf(std.Out, "%s %v %s\n", r.Date, r.Channels, r.Manifest); err != nil {
			return err
		}
		for _, a := range r.Archives {
			if _, err := fmt.Fprintf(std.Out, "%s %12d %s\n", a.Hash, a.Size, a.Path); err != nil {
				return err
			}
		}
	}
	return nil
}

const aboutTiny = `Make a tree of tiny toolchains whose tools are shell scripts: stable (also 1.95 and 1.95.0) on two dates of which the second
is 1.95.1 with rustc, cargo and rust-docs changed; beta; and nightly on two dates of which the later one lacks rustfmt and clippy. The first
date of stable is the current one; "distserver point" or /_kit/point goes on to the second.`

func tiny(_ context.Context, args []string, std Streams) error {
	flags := newFlags("tiny", aboutTiny, std)
	out := flags.String("out", "", "folder of the tree")
	root := flags.String("default-root", "", "dist root that clients were compiled with (default: what an installed toolchain says)")
	docs := flags.Int("docs", 3, "`pages` in rust-docs")
	ballast := flags.Int("ballast", 0, "incompressible `bytes` in rustc")
	format := flags.String("format", "xz", "xz, gz or zst")
	if err := kitcmd.Parse(flags, args, "out"); err != nil {
		return err
	}
	if *root == "" {
		var err error
		if *root, err = stock.DefaultRoot(); err != nil {
			return fmt.Errorf("%w (--default-root)", err)
		}
	}
	tree, err := disttree.Open(*out, *root)
	if err != nil {
		return err
	}
	base := disttree.Tiny{Docs: *docs, Ballast: *ballast, Formats: []disttree.Format{disttree.Format(*format)}}
	releases, err := tree.PublishAll(disttree.TinySet(base)...)
	if err != nil {
		return err
	}
	return report(std, releases...)
}

const aboutPoint = `Let the undated files of the channels be those of a date that is in the tree: an update of a server that may be running.`

func point(_ context.Context, args []string, std Streams) error {
	flags := newFlags("point", aboutPoint, std)
	root := flags.String("root", "", "folder of the tree")
	date := flags.String("date", "", "date to point at")
	var channels kitcmd.List
	flags.Var(&channels, "channels", "`names` of the channels")
	if err := kitcmd.Parse(flags, args, "root", "date", "channels"); err != nil {
		return err
	}
	tree, err := disttree.Open(*root, "")
	if err != nil {
		return err
	}
	return tree.Point(*date, channels...)
}
