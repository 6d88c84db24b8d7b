package rustup

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/toolchain"
)

// docPage is a book or crate that has a flag of its own.
type docPage struct{ flag, about string }

// file is the page below the folder of the documentation.
func (p docPage) file() string {
	switch p.flag {
	case "":
		return "index.html"
	case "error-codes":
		return "error_codes/index.html"
	case "releases":
		return "releases.html"
	}
	return p.flag + "/index.html"
}

// docPages are the flags of `doc`, in the order of its help.
func docPages() []docPage {
	return []docPage{
		{"alloc", "Crate alloc: allocation and collections without std"},
		{"book", "The Rust Programming Language"},
		{"cargo", "The Cargo Book"},
		{"clippy", "Clippy and its lints"},
		{"core", "Crate core: what needs no system"},
		{"edition-guide", "The Edition Guide"},
		{"embedded-book", "The Embedded Rust Book"},
		{"error-codes", "The compiler's error codes"},
		{"nomicon", "The Rustonomicon, on unsafe code"},
		{"proc_macro", "Crate proc_macro, for writing macros"},
		{"reference", "The Rust Reference"},
		{"releases", "Release notes"},
		{"rust-by-example", "Rust by Example"},
		{"rustc", "The rustc book"},
		{"rustc-docs", "The compiler's own crates"},
		{"rustdoc", "The rustdoc book"},
		{"std", "The standard library"},
		{"style-guide", "The Style Guide"},
		{"test", "Crate test: unit tests and benchmarks"},
		{"unstable-book", "The Unstable Book"},
	}
}

// docs is the folder of a toolchain's documentation.
type docs struct{ root string }

func (d docs) has(file string) bool {
	return toolchain.IsFile(filepath.Join(d.root, filepath.FromSlash(file)))
}

// first is the first of the files that there is.
func (d docs) first(files ...string) (string, bool) {
	for _, f := range files {
		if d.has(f) {
			return f, true
		}
	}
	return "", false
}

// docPlace is a file of the documentation, and the section in it if the topic is one.
type docPlace struct{ file, section string }

// find gives the place of a page and a topic, either of which may be empty. Only a
// topic is looked for; a page is taken to be there.
func (d docs) find(page docPage, topic string) (docPlace, error) {
	if topic == "" {
		return docPlace{file: page.file()}, nil
	}
	parts := strings.Split(topic, "::")
	inside := slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" })
	if len(inside) == 0 || !filepath.IsLocal(path.Join(inside...)) {
		return docPlace{}, &noTopicError{page, topic}
	}
	if dir := path.Dir(page.file()); dir != "." {
		if place, ok := d.inBook(dir, inside); ok {
			return place, nil
		}
		parts = append([]string{dir}, inside...)
	}
	if file, ok := d.inCrates(parts); ok {
		return docPlace{file: file}, nil
	}
	return docPlace{}, &noTopicError{page, topic}
}

// inBook takes a topic as a path below a page: `--reference destructors`. The last
// part may be a section of a chapter: `--rustdoc lints::bare_urls`.
func (d docs) inBook(dir string, parts []string) (docPlace, bool) {
	file := path.Join(append([]string{dir}, parts...)...)
	if file, ok := d.first(file+"/index.html", file+".html", file); ok {
		return docPlace{file: file}, true
	}
	if len(parts) == 1 {
		return docPlace{}, false
	}
	chapter, ok := d.first(path.Dir(file) + ".html")
	return docPlace{chapter, path.Base(file)}, ok
}

// inCrates takes a topic as a path of the language: `fn`, `std::fs`. What stands
// alone is a crate, or a word of the language, which std documents.
func (d docs) inCrates(parts []string) (string, bool) {
	last := parts[len(parts)-1]
	kind, name, isKindGiven := strings.Cut(last, ":") // keyword:fn, where several things have the name
	switch {
	case len(parts) == 1 && isKindGiven:
		return d.first(path.Join("std", kind+"."+name+".html"))
	case len(parts) == 1 && slices.Contains([]string{"std", "core", "alloc"}, last):
		return d.first(last + "/index.html")
	case len(parts) == 1:
		return d.item("std", last)
	}
	if file, ok := d.first(path.Join(path.Join(parts...), "index.html")); ok {
		return file, true
	}
	return d.item(path.Join(parts[:len(parts)-1]...), last)
}

// item is the page of an item in a module. rustdoc puts the kind in front of the
// name. Of several kinds stock prefers these in front of a crate's module and those
// inside one; which it never looks for come last.
func (d docs) item(dir, name string) (string, bool) {
	words := []string{"keyword", "primitive", "macro"}
	items := []string{"fn", "struct", "trait", "enum", "type", "constant", "union"}
	others := []string{"static", "derive", "attr", "traitalias"}
	kinds := slices.Concat(words, items, others)
	if strings.Contains(dir, "/") {
		kinds = slices.Concat(items, words, others)
	}
	for _, kind := range kinds {
		if file, ok := d.first(path.Join(dir, kind+"."+name+".html")); ok {
			return file, true
		}
	}
	return "", false
}

// noTopicError says that the documentation has no such topic.
type noTopicError struct {
	page  docPage
	topic string
}

func (e *noTopicError) Error() string {
	if e.page.flag == "" {
		return fmt.Sprintf("no document for '%s'", e.topic)
	}
	return fmt.Sprintf("no document for '%s' in --%s", e.topic, e.page.flag)
}

// Hint is the next step.
func (e *noTopicError) Hint() string {
	return "topics are written like 'std::fs', 'std::fs::read_dir', 'usize' or 'vec!'; `rustup doc --std` can be searched"
}
