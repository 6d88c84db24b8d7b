package registryserver

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// search answers as the public registry's API, with what `cargo search` reads. A crate is found by a part of its name or description.
func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	all, err := s.Tree.Newest()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	type hit struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		MaxVersion  string `json:"max_version"`
	}
	hits := []hit{}
	query := strings.ToLower(r.FormValue("q"))
	for _, c := range all {
		if strings.Contains(strings.ToLower(c.Name+" "+c.Description), query) {
			hits = append(hits, hit{c.Name, c.Description, c.Version})
		}
	}
	total := len(hits)
	if n, err := strconv.Atoi(r.FormValue("per_page")); err == nil && n < total {
		hits = hits[:max(n, 0)]
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]any{"crates": hits, "meta": map[string]int{"total": total}})
}
