// Package calls has no code of the program: its tests hold the calls that package compile makes of whole graphs against
// those that stock Cargo makes of the same workspaces. They take longer than others: stock runs once for each command line,
// and nothing else shows that all arguments are right.
package calls
