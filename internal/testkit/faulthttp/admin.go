package faulthttp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// adminPrefix is where a server is driven over HTTP. These requests are not counted. Parameters stand in the query, so curl needs no
// quoting beyond the shell's:
//
//	POST /_kit/fault?kind=cut&path=*cargo*&bytes=1000&times=1   add a fault: the fields of Fault by their JSON names
//	POST /_kit/clear                                            remove all faults
//	POST /_kit/release?event=NAME                               let those who wait for an event pass
//	GET  /_kit/await?event=NAME&n=2                             answers when two requests wait for the event
//	GET  /_kit/await?path=*cargo*&n=2                           … when two requests have begun
//	GET  /_kit/await?path=*cargo*&bytes=1000                    … when a thousand bytes were sent
//	GET  /_kit/stats                                            Stats as JSON
//	GET  /_kit/count?path=*cargo*                               "REQUESTS BYTES RANGES", for shells
//	POST /_kit/reset                                            forget the counts
//
// A server adds verbs of its own with [Server.Verb].
const adminPrefix = "/_kit/"

func (s *Server) adminHandler() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /_kit/fault", s.adminFault)
	mux.HandleFunc("GET /_kit/await", s.adminAwait)
	mux.HandleFunc("POST /_kit/clear", func(http.ResponseWriter, *http.Request) { s.ClearFaults() })
	mux.HandleFunc("POST /_kit/reset", func(http.ResponseWriter, *http.Request) { s.Reset() })
	mux.HandleFunc("POST /_kit/release", func(_ http.ResponseWriter, r *http.Request) { s.Release(r.FormValue("event")) })
	mux.HandleFunc("GET /_kit/stats", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Stats())
	})
	mux.HandleFunc("GET /_kit/count", func(w http.ResponseWriter, r *http.Request) {
		path := r.FormValue("path")
		fmt.Fprintln(w, s.Requests(path), s.Bytes(path), s.Ranges(path))
	})
	return mux
}

func (s *Server) adminFault(w http.ResponseWriter, r *http.Request) {
	fault, err := parseFault(r.URL.Query())
	if err == nil {
		err = s.Inject(fault)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func parseFault(q url.Values) (Fault, error) {
	f := Fault{Kind: Kind(q.Get("kind")), Path: q.Get("path"), Event: q.Get("event")}
	numbers := map[string]func(int64){
		"skip":        func(n int64) { f.Skip = int(n) },
		"times":       func(n int64) { f.Times = int(n) },
		"bytes":       func(n int64) { f.Bytes = n },
		"status":      func(n int64) { f.Status = int(n) },
		"retry_after": func(n int64) { f.RetryAfter = int(n) },
		"millis":      func(n int64) { f.Millis = n },
	}
	for name := range q {
		set, isNumber := numbers[name]
		if !isNumber {
			if name != "kind" && name != "path" && name != "event" {
				return f, fmt.Errorf("unknown parameter %q of a fault", name)
			}
			continue
		}
		n, err := strconv.ParseInt(q.Get(name), 10, 64)
		if err != nil {
			return f, fmt.Errorf("parameter %s of a fault: %w", name, err)
		}
		set(n)
	}
	return f, nil
}

func (s *Server) adminAwait(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	n, err := strconv.ParseInt(q.Get("n")+q.Get("bytes"), 10, 64)
	if err != nil {
		http.Error(w, "await needs one of n and bytes, a number", http.StatusBadRequest)
		return
	}
	switch {
	case q.Has("event"):
		err = s.AwaitEvent(r.Context(), q.Get("event"), int(n))
	case q.Has("bytes"):
		err = s.AwaitBytes(r.Context(), q.Get("path"), n)
	default:
		err = s.AwaitRequests(r.Context(), q.Get("path"), int(n))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusGatewayTimeout)
	}
}
