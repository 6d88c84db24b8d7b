// Package pty makes terminals for programs that look at theirs. It works on Linux.
package pty
