package gitdb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/gitdb"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/proxies"
)

// TestProxiesOfBothEngines: which proxy a repository is fetched through. The server's name is known to the proxies alone.
func TestProxiesOfBothEngines(t *testing.T) {
	root := t.TempDir()
	gitkit.NewRepo(t, filepath.Join(root, "team", "up")).Commit(map[string]string{"a": "1"})
	server := gitkit.RunHTTP(t, root, nil)
	hosts := map[string]string{"git.test:80": strings.TrimPrefix(server.URL(), "http://")}
	ours, users, all, env := proxy(t, hosts), proxy(t, hosts), proxy(t, hosts), proxy(t, hosts)
	of := func(address string, p *proxies.HTTP) gitdb.ProxyFor {
		return gitdb.ProxyFor{Address: address, Proxy: p.URL()}
	}
	none, first := "", ours.URL()
	for name, c := range map[string]struct {
		config *string
		git    []gitdb.ProxyFor
		env    []string
		want   *proxies.HTTP // nil where the server is not found
	}{
		"all_proxy":            {env: []string{"ALL_PROXY=" + all.URL()}, want: all},
		"http_proxy first":     {env: []string{"ALL_PROXY=" + all.URL(), "http_proxy=" + env.URL()}, want: env},
		"HTTP_PROXY":           {env: []string{"HTTP_PROXY=" + env.URL()}},
		"git's":                {git: []gitdb.ProxyFor{of("", users)}, env: []string{"http_proxy=" + env.URL()}, want: users},
		"for the server":       {git: []gitdb.ProxyFor{of("http://git.test", users), of("", all)}, want: users},
		"for any server":       {git: []gitdb.ProxyFor{of("http://*.test", users)}, want: users},
		"for the path":         {git: []gitdb.ProxyFor{of("http://git.test/team/", users), of("http://git.test", all)}, want: users},
		"for another path":     {git: []gitdb.ProxyFor{of("http://git.test/te", users)}},
		"for another port":     {git: []gitdb.ProxyFor{of("http://git.test:81", users)}},
		"none for the server":  {git: []gitdb.ProxyFor{{Address: "http://git.test"}, of("", users)}},
		"ours first":           {config: &first, git: []gitdb.ProxyFor{of("http://git.test", users), of("", all)}, want: ours},
		"none by ours":         {config: &none, git: []gitdb.ProxyFor{of("http://git.test/team/up", users)}, env: []string{"http_proxy=" + env.URL()}},
		"NO_PROXY before ours": {config: &first, env: []string{"NO_PROXY=git.test"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := gitdb.Options{Environ: append(withoutProxies(), c.env...), HTTP: gitdb.HTTP{Proxy: c.config, GitProxies: c.git}}
			o.Environ = append(o.Environ, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+gitConfig(t, c.git))
			for name, engine := range engines(t, o) {
				before := map[*proxies.HTTP]int{}
				for _, p := range []*proxies.HTTP{ours, users, all, env} {
					before[p] = p.Counts().Requests
				}
				err := open(t, engine).Fetch(t.Context(), gitdb.Request{URL: "http://git.test/team/up", Wants: gitdb.Wants{Refs: []string{head}}})
				if (err == nil) != (c.want != nil) {
					t.Errorf("%s: %v", name, err)
				}
				for p, n := range before {
					if used := p.Counts().Requests > n; used != (p == c.want) {
						t.Errorf("%s: the proxy %s is used: %v", name, p.URL(), used)
					}
				}
			}
		})
	}
}

func proxy(t *testing.T, hosts map[string]string) *proxies.HTTP {
	return proxies.Run(t, &proxies.HTTP{Hosts: hosts})
}

// withoutProxies is this process's environment, but for proxies.
func withoutProxies() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); !strings.HasSuffix(strings.ToLower(name), "_proxy") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// gitConfig writes git's own configuration.
func gitConfig(t *testing.T, all []gitdb.ProxyFor) string {
	var b strings.Builder
	for _, p := range all {
		section := "[http]"
		if p.Address != "" {
			section = `[http "` + p.Address + `"]`
		}
		b.WriteString(section + "\nproxy = " + p.Proxy + "\n")
	}
	file := filepath.Join(t.TempDir(), "gitconfig")
	if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}
