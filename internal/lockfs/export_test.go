package lockfs

// ExchangeBySteps is what Exchange does where it cannot be one step.
func ExchangeBySteps(a, b Filesystem) error { return exchangeBySteps("test.swap", a.path, b.path) }

// Overwrite is what WriteFile does where it cannot rename.
func Overwrite(target string, data []byte, cause error) error { return overwrite(target, data, cause) }
