//go:build !darwin && !windows

package build

// debugInfoIsBeside: it is in the outputs themselves, unless a profile says otherwise.
const debugInfoIsBeside = false
