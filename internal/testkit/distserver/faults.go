package distserver

import "berth/internal/testkit/faulthttp"

// What the users of a dist server say of faults and counts, so that they need not know both packages.
type (
	Fault   = faulthttp.Fault
	Kind    = faulthttp.Kind
	Request = faulthttp.Request
	Stats   = faulthttp.Stats
)

// The kinds of faults.
const (
	Hold        = faulthttp.Hold
	Status      = faulthttp.Status
	Rate        = faulthttp.Rate
	Cut         = faulthttp.Cut
	Truncate    = faulthttp.Truncate
	Stall       = faulthttp.Stall
	Flip        = faulthttp.Flip
	Short       = faulthttp.Short
	Long        = faulthttp.Long
	WrongRange  = faulthttp.WrongRange
	IgnoreRange = faulthttp.IgnoreRange
	Refuse      = faulthttp.Refuse
	NoRanges    = faulthttp.NoRanges
)
