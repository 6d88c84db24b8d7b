package locate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
	"berth/internal/workspace"
)

// TestAsStock: each situation is files, the directory, and the command line.
func TestAsStock(t *testing.T) {
	const root, list, member = "[workspace]\nresolver='3'\n", "members=['a','gone']\n", "[package]\nname='a'\nedition='2021'\n[lib]\npath='l.rs'\n"
	for name, s := range map[string]struct {
		files     map[string]string
		dir, line string
	}{
		"package":                 {map[string]string{"Cargo.toml": member}, "", ""},
		"from below":              {map[string]string{"Cargo.toml": member, "x/y/z": ""}, "x/y", ""},
		"anything":                {map[string]string{"Cargo.toml": "="}, "", ""},
		"none":                    {map[string]string{"x": ""}, "", ""},
		"lower case":              {map[string]string{"cargo.toml": ""}, "", ""},
		"path":                    {map[string]string{"a/Cargo.toml": member}, "", "--manifest-path a/Cargo.toml"},
		"path with dots":          {map[string]string{"a/Cargo.toml": member, "b/x": ""}, "b", "--manifest-path ../a/./Cargo.toml"},
		"path of nothing":         {map[string]string{"x": ""}, "", "--manifest-path a/Cargo.toml"},
		"path of a directory":     {map[string]string{"a/Cargo.toml": member}, "", "--manifest-path a"},
		"path of another file":    {map[string]string{"a.toml": member}, "", "--manifest-path a.toml"},
		"plain":                   {map[string]string{"Cargo.toml": member}, "", "--message-format plain"},
		"plain in capitals":       {map[string]string{"Cargo.toml": member}, "", "--message-format PLAIN"},
		"strange letters":         {map[string]string{"a <é> &\"b/Cargo.toml": member}, "a <é> &\"b", ""},
		"root":                    {map[string]string{"Cargo.toml": root}, "", "--workspace"},
		"root of a missing one":   {map[string]string{"Cargo.toml": root + list}, "", "--workspace"},
		"member":                  {map[string]string{"Cargo.toml": root + list, "a/Cargo.toml": member, "a/l.rs": ""}, "a", "--workspace"},
		"member, of the package":  {map[string]string{"Cargo.toml": root + list, "a/Cargo.toml": member, "a/l.rs": ""}, "a", ""},
		"member by a pattern":     {map[string]string{"Cargo.toml": root + "members=['?','gone']", "a/Cargo.toml": member, "a/l.rs": ""}, "a", "--workspace"},
		"member by a pointer":     {map[string]string{"w/Cargo.toml": root + "members=['../a']", "a/Cargo.toml": strings.Replace(member, "[lib]", "workspace='../w'\n[lib]", 1), "a/l.rs": ""}, "a", "--workspace"},
		"pointer to nothing":      {map[string]string{"a/Cargo.toml": strings.Replace(member, "[lib]", "workspace='../w'\n[lib]", 1), "a/l.rs": ""}, "a", "--workspace"},
		"no member":               {map[string]string{"Cargo.toml": root, "a/Cargo.toml": member, "a/l.rs": ""}, "a", "--workspace"},
		"excluded":                {map[string]string{"Cargo.toml": root + "exclude=['a']", "a/Cargo.toml": member, "a/l.rs": ""}, "a", "--workspace"},
		"alone":                   {map[string]string{"Cargo.toml": member, "l.rs": ""}, "", "--workspace"},
		"broken root":             {map[string]string{"Cargo.toml": "x=", "a/Cargo.toml": member, "a/l.rs": ""}, "a", "--workspace"},
		"broken package":          {map[string]string{"Cargo.toml": root + list, "a/Cargo.toml": "x="}, "a", "--workspace"},
		"default members":         {map[string]string{"Cargo.toml": root + "members=['a']\ndefault-members=['a']", "a/Cargo.toml": member, "a/l.rs": ""}, "", "--workspace"},
		"missing default members": {map[string]string{"Cargo.toml": root + list + "default-members=['a']", "a/Cargo.toml": member, "a/l.rs": ""}, "", "--workspace"},
		"dependency":              {map[string]string{"Cargo.toml": root + "[package]\nname='r'\nedition='2021'\n[lib]\npath='a/l.rs'\n[dependencies]\na={path='a'}", "a/Cargo.toml": member, "a/l.rs": ""}, "a", "--workspace"},
	} {
		t.Run(name, func(t *testing.T) {
			cargo := stock.NewCargo(t)
			dir := t.TempDir()
			for file, text := range s.files {
				path := filepath.Join(dir, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			dir = filepath.Join(dir, filepath.FromSlash(s.dir))
			words := strings.Fields(s.line)
			want := cargo.Try(dir, nil, append([]string{"locate-project"}, words...)...)
			got, err := run(Options{Load: workspace.Options{Cwd: dir, Home: cargo.Home}}, words)
			if (err == nil) != (want.Code == 0) || err == nil && got != want.Stdout {
				t.Errorf("%s%v\nstock: %s%s", got, err, want.Stdout, want.Stderr)
			}
		})
	}
}

func run(o Options, words []string) (string, error) {
	plain := false
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "--manifest-path":
			i++
			o.Manifest = words[i]
		case "--message-format":
			i++
			plain = strings.EqualFold(words[i], "plain")
		case "--workspace":
			o.Workspace = true
		}
	}
	path, err := Manifest(o)
	if plain {
		return path + "\n", err
	}
	return JSON(path), err
}
