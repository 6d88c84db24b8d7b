// Package cli is berth's own command line.
package cli

import (
	"context"

	"berth/internal/app"
)

// Run carries out one command line, without the program's name, and returns the
// exit code.
func Run(ctx context.Context, a *app.App, args []string) int { return 0 }
