package download

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// roots are the certificates that servers and proxies are checked against: the system's and those that SSL_CERT_FILE
// and SSL_CERT_DIR name. (Where OpenSSL is at home, crypto/x509 lets each variable replace the system's file or
// directories, as OpenSSL does; elsewhere they add to the system's store.) nil is the system's own check.
//
// What could not be read is no error by itself, since a request may do without; it belongs into the message when a
// certificate is not accepted.
func roots(getenv func(string) string) (pool *x509.CertPool, trouble error) {
	file, dirs := getenv("SSL_CERT_FILE"), getenv("SSL_CERT_DIR")
	if file == "" && dirs == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if file != "" {
		trouble = addFile(pool, "SSL_CERT_FILE", file)
	}
	for _, dir := range filepath.SplitList(dirs) {
		trouble = errors.Join(trouble, addDir(pool, dir))
	}
	return pool, trouble
}

func addFile(pool *x509.CertPool, name, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if !pool.AppendCertsFromPEM(data) {
		return fmt.Errorf("%s: no certificate in %s", name, file)
	}
	return nil
}

// addDir takes what is a certificate; such directories hold other files as well.
func addDir(pool *x509.CertPool, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("SSL_CERT_DIR: %w", err)
	}
	for _, e := range entries {
		if data, err := os.ReadFile(filepath.Join(dir, e.Name())); err == nil {
			pool.AppendCertsFromPEM(data)
		}
	}
	return nil
}
