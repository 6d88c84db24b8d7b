//go:build darwin || windows

package build

// debugInfoIsBeside: debuggers look for objects (macOS) and databases (Windows) by the path that the compiler was told.
const debugInfoIsBeside = true
