//go:build unix

package app

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

func wantedSignals() (wanted []os.Signal) {
	for _, s := range []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT} {
		if !signal.Ignored(s) {
			wanted = append(wanted, s)
		}
	}
	return wanted
}
