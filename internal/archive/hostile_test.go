package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
)

func TestHostileArchives(t *testing.T) {
	dir := ent{name: "top/docs/x/"}
	in := func(more ...ent) []ent { return wellFormed("dir:x\n", append([]ent{dir}, more...)...) }
	for _, tc := range []struct {
		name string
		ents []ent
		want string // in the message
	}{
		{"dot dot", in(ent{name: "top/docs/x/../../../../escape"}), `tar path is not supported: its path has ".."`},
		{"dot dot as top", in(ent{name: "../docs/x/escape"}), `".."`},
		{"dot dot in another component", in(ent{name: "top/other/../../escape"}), `".."`},
		{"absolute", in(ent{name: "/top/docs/x/escape"}), "absolute"},
		{"part too long", in(ent{name: "top/docs/x/" + strings.Repeat("q", 256)}), "too long"},
		{"not UTF-8", in(ent{name: "top/docs/x/\xff"}), "not UTF-8"},
		{"newline", in(ent{name: "top/docs/x/a\nb"}), "control character"},
		{"escape sequence", in(ent{name: "top/docs/x/\x1b[2J"}), "control character"},
		{"symlink", in(ent{name: "top/docs/x/l", kind: tar.TypeSymlink, link: "/etc"}, ent{name: "top/docs/x/l/passwd"}), "tar entry kind 'Symlink' is not supported"},
		{"hard link", in(ent{name: "top/docs/x/l", kind: tar.TypeLink, link: "top/components"}), "tar entry kind 'Link' is not supported"},
		{"link above the component", in(ent{name: "l", kind: tar.TypeSymlink, link: "/etc"}), "tar entry kind 'Symlink' is not supported"},
		{"character device", in(ent{name: "top/docs/x/d", kind: tar.TypeChar}), "tar entry kind 'Char' is not supported"},
		{"block device", in(ent{name: "top/docs/x/d", kind: tar.TypeBlock}), "tar entry kind 'Block' is not supported"},
		{"fifo", in(ent{name: "top/docs/x/d", kind: tar.TypeFifo}), "tar entry kind 'Fifo' is not supported"},
		{"contiguous file", in(ent{name: "top/docs/x/d", kind: tar.TypeCont}), "tar entry kind 'Continuous' is not supported"},
		{"unknown kind", in(ent{name: "top/docs/x/d", kind: 'Q'}), "tar entry kind 'Q' is not supported"},
		{"file twice", in(ent{name: "top/docs/x/f"}, ent{name: "top/docs/x/f"}), "comes twice"},
		{"file twice, spelled otherwise", in(ent{name: "top/docs/x/f"}, ent{name: "top/docs/x/./f"}), "comes twice"},
		{"file and directory", in(ent{name: "top/docs/x/f"}, ent{name: "top/docs/x/f/"}), "as a file and as a directory"},
		{"directory and file", in(ent{name: "top/docs/x/f/"}, ent{name: "top/docs/x/f"}), "as a file and as a directory"},
		{"implied directory and file", in(ent{name: "top/docs/x/f/g"}, ent{name: "top/docs/x/f"}), "as a file and as a directory"},
		{"file below a file", in(ent{name: "top/docs/x/f"}, ent{name: "top/docs/x/f/g"}), "which is a file"},
		{"component is a file", wellFormed("", ent{name: "top/docs"}), "not a directory"},
		{"both names of the component", in(ent{name: "top/" + testLong + "/x/f"}), "has the component as"},
		{"version twice", in(ent{name: "top/rust-installer-version", body: "3"}), "comes twice"},
		{"version is a directory", []ent{{name: "top/rust-installer-version/"}}, "not a regular file"},
		{"other version", []ent{{name: "top/rust-installer-version", body: "4\n"}}, "unsupported installer version: 4"},
		{"huge version", []ent{{name: "top/rust-installer-version", body: strings.Repeat("3", 100)}}, "over the allowed 64 B"},
		{"no version", []ent{{name: "top/components", body: "docs"}, {name: "top/docs/manifest.in"}}, "no rust-installer-version"},
		{"no components", []ent{{name: "top/rust-installer-version", body: "3"}, {name: "top/docs/manifest.in"}}, "no components"},
		{"not this component", []ent{{name: "top/rust-installer-version", body: "3"}, {name: "top/components", body: "other"}, {name: "top/other/manifest.in"}}, "no manifest.in for " + testLong},
		{"unlisted component", []ent{{name: "top/rust-installer-version", body: "3"}, {name: "top/components", body: "other"}, {name: "top/docs/manifest.in"}}, "list of components lacks docs"},
		{"empty", nil, "no rust-installer-version"},
		{"manifest names a missing file", wellFormed("file:bin/gone\n"), "names file:bin/gone, which it lacks"},
		{"manifest names a missing directory", wellFormed("dir:gone\n"), "names dir:gone, which it lacks"},
		{"manifest names a directory as file", wellFormed("file:x\n", dir), "other kind"},
		{"manifest names a file as directory", wellFormed("dir:f\n", ent{name: "top/docs/f"}), "other kind"},
		{"manifest names itself", wellFormed("file:manifest.in\n"), "which it lacks"},
		{"manifest leaves the tree", wellFormed("file:../../x\n"), `".."`},
		{"manifest is absolute", wellFormed("dir:/etc\n"), "absolute"},
		{"manifest names everything", wellFormed("dir:.\n", dir), "names no path"},
		{"manifest of another kind", wellFormed("link:x\n", dir), "neither file:<path> nor dir:<path>"},
		{"manifest without colon", wellFormed("x\n", dir), "neither file:<path> nor dir:<path>"},
		{"manifest with blank line", wellFormed("dir:x\n\n", dir), "neither file:<path> nor dir:<path>"},
		{"manifest names a path twice", wellFormed("dir:x\ndir:x\n", dir), `names "x" twice`},
		{"manifest names what is below", wellFormed("file:x/f\ndir:x\n", dir, ent{name: "top/docs/x/f"}), `names "x/f" twice`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, c, err := unpackTar(t, buildTar(t, tc.ents), nil)
			wantCorrupt(t, c, err, tc.want)
		})
	}
}

func wantCorrupt(t *testing.T, c *Contents, err error, want string) {
	t.Helper()
	var damaged *CorruptError
	var disk *DiskError
	if c != nil || !errors.As(err, &damaged) || errors.As(err, &disk) {
		t.Fatalf("got %v, %v, want a CorruptError", c, err)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("got %q, want it to say %q", err, want)
	}
}

// Bytes that no tar writer makes.
func TestHostileBytes(t *testing.T) {
	good := buildTar(t, wellFormed("file:f\n", ent{name: "top/docs/f", body: "f"}))
	noTrailer := good[:len(good)-1024]
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"no end marker", noTrailer, "no end marker"},
		{"half an end marker", good[:len(good)-512], "no end marker"},
		{"cut in a body", noTrailer[:len(noTrailer)-512], "too early"},
		{"cut in a header", noTrailer[:len(noTrailer)-600], "too early"},
		{"data behind the end", append(bytes.Clone(good), "garbage"...), "data behind its end"},
		{"data far behind the end", append(append(bytes.Clone(good), make([]byte, 1<<20)...), 1), "data behind its end"},
		{"not a tar", bytes.Repeat([]byte("garbage "), 1000), "malformed"},
		{"nothing", nil, "no end marker"},
		{"old GNU sparse file", sparseGNU(t), "'GNUSparse' is not supported"},
		{"PAX sparse file", sparsePAX(t), "'GNUSparse' is not supported"},
		{"negative size", patch(good, "top/docs/f", func(h []byte) { copy(h[124:136], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe") }), "malformed"},
		{"enormous size", patch(good, "top/docs/f", func(h []byte) { copy(h[124:136], "\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff") }), "over the allowed"},
		{"wrong header sum", patchRaw(good, "top/docs/f", func(h []byte) { h[148] ^= 1 }), "malformed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, c, err := unpackTar(t, tc.data, nil)
			wantCorrupt(t, c, err, tc.want)
		})
	}
	t.Run("padding is no data", func(t *testing.T) {
		if _, _, err := unpackTar(t, append(bytes.Clone(good), make([]byte, 10240)...), nil); err != nil {
			t.Fatal(err)
		}
	})
}

// patchRaw changes the header of one entry.
func patchRaw(data []byte, name string, change func(header []byte)) []byte {
	data = bytes.Clone(data)
	at := bytes.Index(data, append([]byte(name), 0))
	change(data[at : at+512])
	return data
}

// patch makes the header's checksum right again.
func patch(data []byte, name string, change func(header []byte)) []byte {
	return patchRaw(data, name, func(h []byte) {
		change(h)
		copy(h[148:156], "        ")
		sum := 0
		for _, b := range h {
			sum += int(b)
		}
		for i := 5; i >= 0; i, sum = i-1, sum/8 {
			h[148+i] = '0' + byte(sum%8)
		}
		h[154], h[155] = 0, ' '
	})
}

func sparseGNU(t *testing.T) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "top/docs/f", Typeflag: tar.TypeReg, Mode: 0o644, Format: tar.FormatGNU})
	w.Close()
	return patch(b.Bytes(), "top/docs/f", func(h []byte) {
		h[156] = tar.TypeGNUSparse
		copy(h[386:], "00000000000\x0000000000000\x00")
		copy(h[483:495], "77777777777\x00")
	})
}

// sparsePAX is version 1.0 of the format, where the map comes before the data; Go's writer does not make these records.
func sparsePAX(t *testing.T) []byte {
	records := "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n30 GNU.sparse.name=top/docs/f\n31 GNU.sparse.realsize=1000000\n"
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "pax", Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(records))})
	io.WriteString(w, records)
	sparseMap := "1\n1000000\n0\n" + strings.Repeat("\x00", 512-12)
	w.WriteHeader(&tar.Header{Name: "top/docs/f", Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(sparseMap))})
	io.WriteString(w, sparseMap)
	w.Close()
	return patch(b.Bytes(), "pax", func(h []byte) { h[156] = tar.TypeXHeader })
}

func TestLimits(t *testing.T) {
	data := buildTar(t, wellFormed("dir:x\n", ent{name: "top/docs/x/"}, ent{name: "top/docs/x/f", body: strings.Repeat("f", 3000)}))
	for _, tc := range []struct {
		name  string
		tight Limits
		want  string
	}{
		{"entries", Limits{Entries: 6}, "more than 6 entries"},
		{"bytes", Limits{Bytes: int64(len(data)) - 1}, "more than the allowed size"},
		{"one file", Limits{FileSize: 2999}, "2.9 KiB is over the allowed 2.9 KiB"},
		{"length of a path", Limits{PathLen: len("top/rust-installer-version") - 1}, "too long"},
		{"depth of a path", Limits{Depth: 3}, "too deep"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, c, err := unpackTar(t, data, func(o *Options) { o.Limits = tc.tight })
			wantCorrupt(t, c, err, tc.want)
		})
	}
	deep := buildTar(t, wellFormed("", ent{name: "top/docs/a/b/c/d/e/f/g/h"}, ent{name: "top/docs/i"}))
	_, c, err := unpackTar(t, deep, func(o *Options) { o.Limits.Entries = 8 })
	wantCorrupt(t, c, err, "more than 8 entries")
	just := Limits{Entries: 7, Bytes: int64(len(data)), FileSize: 3000, PathLen: len("top/rust-installer-version"), Depth: 4}
	if _, _, err := unpackTar(t, data, func(o *Options) { o.Limits = just }); err != nil {
		t.Errorf("at the limits: %v", err)
	}
}

func TestNamesOnWindows(t *testing.T) {
	for _, bad := range []string{`a\b`, "C:", "a:stream", "CON", "nul.txt", "Com1", "lpt9.log", "COM¹", "aux ", "aux .c", "a.", "a ", "...", "<", "a|b", "what?", "*"} {
		if windowsProblem(bad) == "" {
			t.Errorf("%q passes as a file name on Windows", bad)
		}
	}
	for _, good := range []string{"a", "macro.is_x86_feature_detected!.html", "com10", "COM", "console", "auxiliary.rs", ".cargo", "lpt", "nul_", "ä", "com12"} {
		if p := windowsProblem(good); p != "" {
			t.Errorf("%q: %s", good, p)
		}
	}
}

// Only a file system that folds case shows this, so the message is asked for directly.
func TestTwoNamesThatAreOneOnThisFileSystem(t *testing.T) {
	u := &unpacker{known: map[string]state{"bin/Tool": isFile, "bin/tool": isFile, "bin": isDir}}
	exists := &DiskError{Op: "create", Path: "bin/tool", Err: fs.ErrExist}
	err := u.explain(exists)
	wantCorrupt(t, nil, err, "the same name as bin/Tool")
	alone := &unpacker{known: map[string]state{"bin/tool": isFile}}
	if got := alone.explain(exists); got != error(exists) {
		t.Errorf("got %v", got)
	}
}
