package registryserver

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"berth/internal/testkit/faulthttp"
)

const api = "/api/v1/crates"

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /index/config.json", s.serveConfig)
	mux.HandleFunc("GET /index/", s.serveIndex)
	mux.HandleFunc("GET "+api, s.search)
	mux.HandleFunc("GET "+api+"/{crate}/{version}/download", func(w http.ResponseWriter, r *http.Request) {
		s.serveCrate(w, r, r.PathValue("crate"), r.PathValue("version"))
	})
	mux.HandleFunc("GET /", s.serveTemplate)
	if s.options.GitIndex == "" {
		return s.checkToken(mux)
	}
	all := http.NewServeMux()
	all.Handle("/", s.checkToken(mux))
	all.Handle("/git/", s.serveGit()) // Cargo never sends a token with git
	return all
}

// checkToken turns those away who have not the right token, as registries with auth-required do.
func (s *Server) checkToken(content http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.options.Token != "" && r.Header.Get("Authorization") != s.options.Token {
			w.Header().Set("WWW-Authenticate", fmt.Sprintf("Cargo login_url=%q", s.URL()+"/me"))
			http.Error(w, "a token is needed", http.StatusUnauthorized)
			return
		}
		content.ServeHTTP(w, r)
	})
}

func (s *Server) serveConfig(w http.ResponseWriter, r *http.Request) {
	text := s.config()
	w.Header().Set("Content-Type", "application/json")
	faulthttp.ServeFile(w, r, "config.json", noDate(), strings.NewReader(text), int64(len(text)))
}

func (s *Server) serveCrate(w http.ResponseWriter, r *http.Request, crate, version string) {
	name := crate + "-" + version + ".crate"
	if strings.Contains(name, "/") {
		http.NotFound(w, r)
		return
	}
	faulthttp.ServeBelow(w, r, s.root, name, "application/gzip")
}

// serveTemplate finds out from Options.Download which crate a path means. A checksum and prefixes are not compared.
func (s *Server) serveTemplate(w http.ResponseWriter, r *http.Request) {
	template, ok := strings.CutPrefix(s.options.Download, "{url}")
	if !ok {
		http.NotFound(w, r)
		return
	}
	if !strings.Contains(template, "{") {
		template += "/{crate}/{version}/download"
	}
	pattern := regexp.QuoteMeta(template)
	for marker, group := range map[string]string{
		"crate": "(?P<crate>[^/]+?)", "version": `(?P<version>\d[^/]*?)`, "prefix": ".+", "lowerprefix": ".+", "sha256-checksum": "[0-9a-f]{64}",
	} {
		// Each group has its name once; where a marker comes again anything will do.
		pattern = strings.Replace(pattern, `\{`+marker+`\}`, group, 1)
		pattern = strings.ReplaceAll(pattern, `\{`+marker+`\}`, ".+")
	}
	names := regexp.MustCompile("^" + pattern + "$")
	found := names.FindStringSubmatch(r.URL.RequestURI())
	if found == nil {
		http.NotFound(w, r)
		return
	}
	s.serveCrate(w, r, found[names.SubexpIndex("crate")], found[names.SubexpIndex("version")])
}
