package disttree

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// manifest renders the channel manifest of a description, with the archives that were made for it.
func (tc *Toolchain) manifest(root string, archives []Archive) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "manifest-version = \"2\"\ndate = %q\n", tc.Date)
	// Real manifests carry tables that a client has to ignore.
	fmt.Fprintf(&b, "\n[[artifacts.installer-msi.target.x86_64-pc-windows-msvc]]\nurl = %q\nhash-sha256 = %q\n",
		root+"/dist/"+tc.Date+"/rust.msi", digest(nil))
	names := map[string]bool{"rust": true}
	for _, c := range tc.Components {
		names[c.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if name == "rust" {
			tc.writeRust(&b, root)
			continue
		}
		tc.writePackage(&b, name, root, archives)
	}
	tc.writeTables(&b)
	return b.Bytes()
}

// writeRust writes the package that names the others. Its own archive, the combined installer, is never fetched by a toolchain
// manager, so there is none behind the url.
func (tc *Toolchain) writeRust(b *bytes.Buffer, root string) {
	fmt.Fprintf(b, "\n[pkg.rust]\nversion = %q\n", tc.Version)
	for _, host := range tc.Hosts {
		table := "pkg.rust.target." + quoteKey(host)
		url := fmt.Sprintf("%s/dist/%s/rust-%s-%s.tar", root, tc.Date, tc.release(), host)
		fmt.Fprintf(b, "\n[%s]\navailable = true\n", table)
		fmt.Fprintf(b, "url = %q\nhash = %q\nxz_url = %q\nxz_hash = %q\n", url+".gz", digest([]byte(url+".gz")), url+".xz", digest([]byte(url+".xz")))
		for _, c := range tc.Components {
			if c.Unlisted || !c.partOf(host, tc.Hosts) {
				continue
			}
			kind := "components"
			if c.Extension || c.Target != host && c.Target != AnyTarget {
				kind = "extensions"
			}
			fmt.Fprintf(b, "\n[[%s.%s]]\npkg = %q\ntarget = %q\n", table, kind, c.Name, c.Target)
		}
	}
}

// partOf tells whether a host's release names the component: what belongs to another host is no part of it, but the standard
// library of another host may be added as a target.
func (c *Component) partOf(host string, hosts []string) bool {
	return c.Target == host || c.Name == "rust-std" || !slices.Contains(hosts, c.Target)
}

func (tc *Toolchain) writePackage(b *bytes.Buffer, name, root string, archives []Archive) {
	first := true
	for i := range tc.Components {
		c := &tc.Components[i]
		if c.Name != name {
			continue
		}
		if first {
			fmt.Fprintf(b, "\n[pkg.%s]\nversion = %q\n", name, c.version(tc))
			first = false
		}
		fmt.Fprintf(b, "\n[pkg.%s.target.%s]\navailable = %t\n", name, quoteKey(c.Target), !c.Unavailable)
		writeArchives(b, root, archivesOf(archives, c.Name, c.Target))
	}
}

func archivesOf(archives []Archive, name, target string) []Archive {
	var of []Archive
	for _, a := range archives {
		if a.Component == name && a.Target == target {
			of = append(of, a)
		}
	}
	return of
}

// writeArchives writes the url and hash pairs of one target; gz is the format without a prefix.
func writeArchives(b *bytes.Buffer, root string, archives []Archive) {
	for _, a := range archives {
		prefix := string(a.Format) + "_"
		if a.Format == Gzip {
			prefix = ""
		}
		fmt.Fprintf(b, "%surl = %q\n%shash = %q\n", prefix, root+"/"+a.Path, prefix, a.Hash)
	}
}

func (tc *Toolchain) writeTables(b *bytes.Buffer) {
	for _, from := range slices.Sorted(maps.Keys(tc.Renames)) {
		fmt.Fprintf(b, "\n[renames.%s]\nto = %q\n", quoteKey(from), tc.Renames[from])
	}
	if tc.Profiles == nil {
		return
	}
	b.WriteString("\n[profiles]\n")
	for _, name := range slices.Sorted(maps.Keys(tc.Profiles)) {
		quoted := make([]string, len(tc.Profiles[name]))
		for i, component := range tc.Profiles[name] {
			quoted[i] = fmt.Sprintf("%q", component)
		}
		fmt.Fprintf(b, "%s = [%s]\n", name, strings.Join(quoted, ", "))
	}
}

// quoteKey quotes what is no bare key in TOML: the target "*", and triples with a dot in them.
func quoteKey(key string) string {
	if strings.ContainsAny(key, "*.") {
		return `"` + key + `"`
	}
	return key
}
