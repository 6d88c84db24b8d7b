package exe

// Suffix is what the names of programs end in.
const Suffix = ".exe"
