package lockfs

import "os"

// signatureSuffix names the file beside the lock file that holds the signature:
// a lock here is mandatory, so nobody could read it in the locked file itself.
const signatureSuffix = ".holder"

func writeSignature(f *os.File, h Holder) bool {
	return os.WriteFile(f.Name()+signatureSuffix, encodeSignature(h), 0o666) == nil
}

func eraseSignature(f *os.File) { os.Remove(f.Name() + signatureSuffix) }

func readSignature(f *os.File) Holder {
	beside, err := os.Open(f.Name() + signatureSuffix)
	if err != nil {
		return Holder{}
	}
	defer beside.Close()
	return decodeSignature(beside)
}
