package dist

import "fmt"

// updateHashSize is how much of a manifest's SHA-256 rustup keeps in update-hashes/<toolchain>.
const updateHashSize = 20

// ParseChecksum takes the SHA-256 out of a file as sha256sum writes it. Only the hash counts, not the name after it.
func ParseChecksum(doc []byte) (string, error) {
	hash := string(doc[:min(len(doc), hashSize)])
	if err := checkHash(hash); err != nil {
		return "", fmt.Errorf("checksum file: %w", err)
	}
	return hash, nil
}

// UpdateHash is what update-hashes/<toolchain> holds after an install from the manifest with that SHA-256: no newline.
func UpdateHash(hash string) string { return hash[:min(len(hash), updateHashSize)] }

// UpToDate says whether stored, the content of update-hashes/<toolchain>, stands for the manifest with that SHA-256. It
// compares exactly: with a newline after it rustup takes a hash for another one, and so does this.
func UpToDate(stored []byte, hash string) bool {
	return len(hash) == hashSize && string(stored) == UpdateHash(hash)
}
