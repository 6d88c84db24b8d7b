package cargo_test

import (
	"regexp"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// withoutScript leaves out where the script itself lies.
func withoutScript(r stock.Result) string {
	return regexp.MustCompile("`[^`]*/build[-_]script[-_]build[^`]*`").ReplaceAllString(r.Stderr, "`<script>`")
}

// A build script that fails, by what it says or by how it ends: what is said of it is stock's.
func TestScriptsThatFailAsByStock(t *testing.T) {
	p := newPair(t)
	p.write("Cargo.toml", "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("src/lib.rs", "")
	const says = `println!("cargo::warning=look"); println!("cargo::error=one"); println!("talk"); eprintln!("more"); println!("cargo::error=two"); `
	for _, ends := range []string{"", "std::process::exit(3)"} {
		p.write("build.rs", "fn main() { "+says+ends+" }\n")
		for _, line := range []string{"check", "check -q"} {
			p.both(nil, line, func(theirs, ours stock.Result) bool {
				return theirs.Code != 101 || withoutScript(theirs) != withoutScript(ours)
			})
		}
	}
}

// Profiles that differ in nothing but their names: what a script has made for one is not looked for in the directory of
// the other.
func TestScriptsOfProfilesThatAreTheSame(t *testing.T) {
	p := newPair(t)
	p.pkg(".", "p", "0.1.0", "[profile.odd]\ninherits = \"dev\"\n")
	p.write("build.rs", "fn main() { std::fs::write(std::env::var(\"OUT_DIR\").unwrap() + \"/x.rs\", \"1\").unwrap(); }\n")
	p.write("src/lib.rs", "pub const X: u8 = include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));\n")
	for _, line := range []string{"check", "check --profile odd", "check"} {
		if r := p.berth(nil, strings.Fields(line)...); r.Code != 0 {
			t.Errorf("cargo %s: %+v", line, r)
		}
	}
}
