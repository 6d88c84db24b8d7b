package rustup

// rootHelp is what `rustup --help` says beside the list of commands.
const rootHelp = `
Discussion:
  A toolchain is a Rust of one release: rustc, cargo and what goes with
  them. rustc, cargo and the other tools, called by their names, are those
  of the active toolchain. It is chosen by, in this order: +toolchain as
  the first argument, RUSTUP_TOOLCHAIN, the override or rust-toolchain.toml
  of this directory or of the nearest one above it, the default toolchain.

Common commands:

  Install the current stable release, or bring it up to date:

    $ rustup update stable

  Use another release for one command:

    $ cargo +nightly test

  See what is installed, what is active here, and why:

    $ rustup show

Exit codes:
  0 for success, 100 where 'rustup check' found an update, 1 for any other
  failure; 'rustup run' ends as the command that it runs.`
