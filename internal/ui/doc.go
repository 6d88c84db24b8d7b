// Package ui is the program's only voice: whatever berth says, on whichever stream, goes through a UI, and nothing
// else in the program prints.
//
// # What holds
//
//   - A UI is safe for concurrent use. Every line is one write to its stream, so lines of threads, and of processes that
//     share a log, do not mix within a line (as far as the stream keeps a write together: a pipe up to PIPE_BUF).
//   - What is printed keeps its order across both streams: results that are buffered for stdout go out before the next
//     line on stderr.
//   - Credentials in URLs, and control characters that could steer a terminal, never leave through a message, a result
//     line or a progress row: redact.Text and a filter stand before each of them. [UI.Data] is the one way round both, for
//     formats that other programs read to the byte; what [UI.Relay] passes on is filtered and else as it was said.
//   - A reader that has gone away (EPIPE) is no failure of the command and does not end the process: neither `list | head`
//     nor an install whose terminal was closed.
//   - Progress is drawn in place at the bottom of a terminal, at most ten times a second, by a goroutine that lives only
//     while there is something to draw; log lines appear above it. It hides no cursor and changes no mode of the terminal
//     (but for telling a Windows console to understand escape sequences), so that kill -9 leaves at most some text behind. After [UI.Close] not even that: Close belongs into a
//     defer in main and into the handler of Ctrl-C.
//   - Every method of every type here is a no-op on a nil receiver, so that code may be called without a voice.
//
// # What does not
//
// A panic in a goroutine that nobody recovers ends the process without Close: its trace begins behind the last progress
// row. A child process that writes to the same terminal while progress is live writes across it. Widths of characters
// come from a table of the usual wide and zero-width ranges, not from the terminal.
//
// # Forms
//
// [Rustup] style follows rustup 1.29 as measured: `info: text`, bold or coloured as there, `-q` hides info and progress
// but no warning, and RUSTUP_LOG switches to lines with time, level and target. [Cargo] style has the verb right-aligned
// in twelve columns and `warning:`. BERTH_LOG comes before RUSTUP_LOG or CARGO_LOG.
package ui
