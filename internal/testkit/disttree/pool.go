package disttree

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// pooled is an archive in the pool of a tree.
type pooled struct {
	part    part
	archive Archive
	file    string
}

// pool makes the archive of a part unless it is there. It is named by the SHA-256 of the tar, which is quick to know, so a run that was
// killed, and a second date, compress only what is new. FILE.sha256 is written last and says that FILE is whole.
func (t *Tree) pool(ctx context.Context, p part, format Format, progress func(string)) (pooled, error) {
	key := sha256.New()
	if err := p.image.writeTar(key); err != nil {
		return pooled{}, err
	}
	file := filepath.Join(t.Root, "pool", hex.EncodeToString(key.Sum(nil))+".tar."+string(format))
	hash, err := os.ReadFile(file + ".sha256")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		progress("compressing " + p.image.top)
		hash, err = fillPool(ctx, p.image, format, file)
	case err == nil:
		progress("found " + p.image.top)
	}
	if err != nil {
		return pooled{}, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return pooled{}, err
	}
	a := Archive{Component: p.pkg, Target: p.target, Format: format, Hash: strings.TrimSpace(string(hash)), Size: info.Size()}
	progress(fmt.Sprintf("%s: %.1f MiB", p.image.top, float64(a.Size)/(1<<20)))
	return pooled{part: p, archive: a, file: file}, nil
}

func fillPool(ctx context.Context, im image, format Format, file string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	partial := file + ".part" // one writer per root: the next run writes over what a killed one left
	out, err := os.Create(partial)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	err = compressImage(ctx, im, format, io.MultiWriter(out, sum))
	if err = errors.Join(err, out.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(partial))
	}
	if err := os.Rename(partial, file); err != nil {
		return nil, err
	}
	hash := []byte(hex.EncodeToString(sum.Sum(nil)))
	return hash, replaceFile(file+".sha256", hash)
}

// replaceFile makes a file appear with all its content at once.
func replaceFile(file string, data []byte) error {
	if err := os.WriteFile(file+".part", data, 0o644); err != nil {
		return err
	}
	return os.Rename(file+".part", file)
}

func compressImage(ctx context.Context, im image, format Format, w io.Writer) error {
	if format == XZ {
		return compressByProgram(ctx, im, w, "xz", "-9", "-T1", "-c")
	}
	enc, err := format.encoder(w)
	if err != nil {
		return err
	}
	if err := im.writeTar(enc); err != nil {
		return err
	}
	return enc.Close()
}

// compressByProgram pipes the tar through a program. The real archives are made at preset 9 with its dictionary of 64 MiB, and the time
// to decode depends on that; the encoder that serves tiny archives has neither the ratio nor the speed.
func compressByProgram(ctx context.Context, im image, w io.Writer, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout = w
	var complaint strings.Builder
	cmd.Stderr = &complaint
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w (install the %s program, or rebuild with --format gz)", err, name)
	}
	written := errors.Join(im.writeTar(in), in.Close())
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(complaint.String()))
	}
	return written
}
