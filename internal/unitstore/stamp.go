package unitstore

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
)

// A stamp is a text: the name of the format, "key value" lines, and last
// "end <xxhash64>" over all before it, which tells a stamp that was torn by a power loss. JSON would take ten times as
// long to read, and a build of 800 units reads 800 of them to find that there is nothing to do.

const (
	stampName = "stamp"
	stampHead = "berth unit 2\n"
	stampEnd  = "end "
)

// Var is a variable of the environment that was asked for.
type Var struct {
	Name  string
	Value string
	Set   bool
}

// Variant is a unit that was made.
type Variant struct {
	Key
	Identity
	Dir     string // where its outputs lie
	Made    time.Time
	Took    time.Duration
	Files   []File // what was read beyond the key
	Vars    []Var
	Outputs []File // with paths below Dir
	Missing []string
	Note    []byte // the maker's
	MadeIn  string // Dir when it was made: what was made may name it

	boot   string
	uptime time.Duration
	sound  time.Time // when it was made, or held against its digests last
	file   string    // the stamp
	used   time.Time
	stale  bool // the shortcuts in the stamp are not those of today
}

// Output is the file of that path below Dir.
func (v *Variant) Output(path string) (File, bool) {
	for _, o := range v.Outputs {
		if o.Path == path {
			return o, true
		}
	}
	return File{}, false
}

// Noted says that accept has noted better shortcuts in Files.
func (v *Variant) Noted() { v.stale = true }

// Bytes is how much the outputs take.
func (v *Variant) Bytes() (sum int64) {
	for _, o := range v.Outputs {
		sum += o.Size
	}
	return sum
}

func (v *Variant) encode() []byte {
	b := make([]byte, 0, 1024+128*len(v.Files))
	b = append(b, stampHead...)
	b = line(b, "key", hex.EncodeToString(v.Key[:]))
	b = line(b, "package", v.Package)
	b = line(b, "what", v.What)
	b = line(b, "in", v.MadeIn)
	b = line(b, "made", strconv.FormatInt(v.Made.UnixNano(), 10))
	b = line(b, "took", strconv.FormatInt(int64(v.Took), 10))
	b = line(b, "boot", v.boot)
	b = line(b, "sound", strconv.FormatInt(v.sound.UnixNano(), 10))
	b = line(b, "uptime", strconv.FormatInt(int64(v.uptime), 10))
	for _, x := range v.Vars {
		if x.Set {
			b = line(b, "var", x.Name+"="+x.Value)
		} else {
			b = line(b, "unset", x.Name)
		}
	}
	for i := range v.Files {
		b = v.Files[i].encode(b, "file")
	}
	for i := range v.Outputs {
		b = v.Outputs[i].encode(b, "out")
	}
	for _, path := range v.Missing {
		b = line(b, "missing", path)
	}
	b = line(b, "note", string(v.Note))
	return fmt.Appendf(b, "%s%016x\n", stampEnd, xxhash.Sum64(b))
}

func line(b []byte, key, value string) []byte {
	b = append(append(b, key...), ' ')
	if strings.ContainsAny(value, "\n\\") {
		value = strings.NewReplacer("\\", `\\`, "\n", `\n`).Replace(value)
	}
	return append(append(b, value...), '\n')
}

func (f *File) encode(b []byte, key string) []byte {
	if f.Tree {
		key = "tree"
	}
	b = append(append(b, key...), ' ')
	b = append(strconv.AppendInt(b, f.Size, 10), ' ')
	b = append(strconv.AppendInt(b, f.Time, 10), ' ')
	b = append(strconv.AppendUint(b, f.Inode, 10), ' ')
	b = hex.AppendEncode(b, f.Digest[:])
	return line(b, "", f.Path)
}

// stampError says what is wrong with a stamp; its variant is then as good as absent.
type stampError struct{ path, reason string }

func (e *stampError) Error() string { return e.path + " is damaged: " + e.reason }

func decode(path string, data []byte) (*Variant, error) {
	bad := func(reason string) (*Variant, error) { return nil, &stampError{path, reason} }
	end := bytes.LastIndex(data, []byte("\n"+stampEnd))
	if end < 0 {
		return bad("its last line is missing")
	}
	if want := fmt.Sprintf("%s%016x\n", stampEnd, xxhash.Sum64(data[:end+1])); string(data[end+1:]) != want {
		return bad("its digest does not match")
	}
	body, ok := strings.CutPrefix(string(data[:end]), stampHead)
	if !ok {
		return bad("it is of another format")
	}
	v := &Variant{file: path, Dir: filepath.Dir(path)}
	for number := 2; body != ""; number++ {
		var text string
		text, body, _ = strings.Cut(body, "\n")
		if err := v.line(text); err != nil {
			return bad(fmt.Sprintf("line %d: %v", number, err))
		}
	}
	return v, nil
}

var errLine = errors.New("expected a key and a value")

func (v *Variant) line(text string) (err error) {
	key, value, ok := strings.Cut(text, " ")
	if !ok {
		return errLine
	}
	if strings.IndexByte(value, '\\') >= 0 && key != "file" && key != "out" && key != "tree" {
		value = unescape(value)
	}
	switch key {
	case "key":
		var k []byte
		if k, err = hex.DecodeString(value); err == nil && copy(v.Key[:], k) != len(v.Key) {
			err = fmt.Errorf("expected %d hexadecimal digits", 2*len(v.Key))
		}
	case "package":
		v.Package = value
	case "what":
		v.What = value
	case "boot":
		v.boot = value
	case "in":
		v.MadeIn = value
	case "note":
		v.Note = []byte(value)
	case "missing":
		v.Missing = append(v.Missing, value)
	case "made", "took", "sound", "uptime":
		err = v.number(key, value)
	case "var":
		x := Var{Set: true}
		x.Name, x.Value, _ = strings.Cut(value, "=")
		v.Vars = append(v.Vars, x)
	case "unset":
		v.Vars = append(v.Vars, Var{Name: value})
	case "file", "tree":
		err = appendFile(&v.Files, value, File{Tree: key == "tree"})
	case "out":
		if err = appendFile(&v.Outputs, value, File{}); err == nil && !filepath.IsLocal(filepath.FromSlash(v.Outputs[len(v.Outputs)-1].Path)) {
			err = errors.New("an output that lies elsewhere")
		}
	default:
		err = fmt.Errorf("unknown key %q", key)
	}
	return err
}

func (v *Variant) number(key, value string) error {
	n, err := strconv.ParseInt(value, 10, 64)
	switch key {
	case "made":
		v.Made = time.Unix(0, n)
	case "took":
		v.Took = time.Duration(n)
	case "sound":
		v.sound = time.Unix(0, n)
	case "uptime":
		v.uptime = time.Duration(n)
	}
	return err
}

func appendFile(files *[]File, value string, f File) error {
	size, rest, ok1 := strings.Cut(value, " ")
	nanos, rest, ok2 := strings.Cut(rest, " ")
	inode, rest, ok3 := strings.Cut(rest, " ")
	digest, path, ok4 := strings.Cut(rest, " ")
	if !ok1 || !ok2 || !ok3 || !ok4 || len(digest) != 2*len(f.Digest) {
		return errors.New("expected size, time, inode, digest and path")
	}
	var err1, err2, err3, err4 error
	f.Size, err1 = strconv.ParseInt(size, 10, 64)
	f.Time, err2 = strconv.ParseInt(nanos, 10, 64)
	f.Inode, err3 = strconv.ParseUint(inode, 10, 64)
	_, err4 = hex.Decode(f.Digest[:], []byte(digest))
	if f.Path = path; strings.IndexByte(path, '\\') >= 0 {
		f.Path = unescape(path)
	}
	*files = append(*files, f)
	return errors.Join(err1, err2, err3, err4)
}

func unescape(text string) string {
	return strings.NewReplacer(`\\`, "\\", `\n`, "\n").Replace(text)
}

// Stamp is the path of the file that says that the variant is there: it goes first when the variant is removed.
func (v *Variant) Stamp() string { return v.file }
