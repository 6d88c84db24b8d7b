// Package calls has no code of the program: its tests hold the calls that package compile makes of whole graphs against
// those that stock Cargo makes of the same workspaces.
package calls
