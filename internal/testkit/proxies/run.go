package proxies

// TB is the part of testing.TB that is needed.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	TempDir() string
}

// Server is any of these, and of other servers that are started so.
type Server interface {
	Start() error
	Close() error
}

// Run starts a server on loopback until the test ends.
func Run[S Server](t TB, s S) S {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// CA is a file with the certificate that f is to be trusted by.
func (f *TLS) CA(t TB) string {
	t.Helper()
	return f.authority.CA(t)
}

// CA is WriteCA in a place that goes with the test.
func (a *Authority) CA(t TB) string {
	t.Helper()
	file, err := a.WriteCA(t.TempDir())
	if err != nil {
		t.Fatalf("%v", err)
	}
	return file
}
