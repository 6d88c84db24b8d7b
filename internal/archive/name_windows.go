package archive

const strictWindowsNames = true
