package toolchain

import "time"

// SetTurn makes turns (quiet.go) so long that nothing of a test falls behind them, or so short that everything does.
func (h *Home) SetTurn(d time.Duration) { h.turn = d }
