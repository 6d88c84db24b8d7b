package app

import (
	"os"
	"syscall"
)

func wantedSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }
