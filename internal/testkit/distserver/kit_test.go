package distserver

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func post(t *testing.T, url string) int {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Post(url, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestDrivenOverHTTP(t *testing.T) {
	s := start(t)
	kit := s.URL() + "/_kit/"
	if code := post(t, kit+"fault?kind=stall&path=*.xz&bytes=100&event=go&times=1"); code != 200 {
		t.Fatalf("fault: %d", code)
	}
	got := make(chan answer, 1)
	go func() { got <- get(t, s.URL()+file) }()
	for _, wait := range []string{"event=go&n=1", "path=*.xz&n=1", "path=*.xz&bytes=100"} {
		if a := get(t, kit+"await?"+wait); a.status != 200 {
			t.Fatalf("await %s: %d %s", wait, a.status, a.body)
		}
	}
	post(t, kit+"release?event=go")
	if a := <-got; a.body != body() {
		t.Errorf("after the release: %d bytes, %v", len(a.body), a.err)
	}
	if a := get(t, kit+"count?path=*.xz"); a.body != "1 120000 0\n" {
		t.Errorf("count: %q", a.body)
	}
	var stats Stats
	if err := json.Unmarshal([]byte(get(t, kit+"stats").body), &stats); err != nil || stats.Requests[file] != 1 || len(stats.Log) != 1 {
		t.Errorf("stats: %+v, %v", stats, err)
	}
	post(t, kit+"reset")
	if a := get(t, kit+"count?path="); a.body != "0 0 0\n" {
		t.Errorf("count after a reset: %q", a.body)
	}
}

func TestPointAndClearOverHTTP(t *testing.T) {
	s := start(t, Fault{Kind: Status, Status: 500})
	url := s.URL() + "/dist/channel-rust-stable.toml"
	if a := get(t, url); a.status != 500 {
		t.Fatalf("status %d", a.status)
	}
	post(t, s.URL()+"/_kit/clear")
	post(t, s.URL()+"/_kit/point?channel=stable&date=2026-06-01")
	if a := get(t, url); a.body != "second" {
		t.Errorf("%d %q, want the second date", a.status, a.body)
	}
}

func TestBadAdminRequests(t *testing.T) {
	s := start(t)
	for path, want := range map[string]int{
		"fault?kind=cut&byte=1":  400,
		"fault?kind=cut&bytes=x": 400,
		"fault?kind=melt":        400,
		"await?n=many":           405,
		"melt":                   404,
	} {
		if code := post(t, s.URL()+"/_kit/"+path); code != want {
			t.Errorf("POST %s: %d, want %d", path, code, want)
		}
	}
	if a := get(t, s.URL()+"/_kit/await?event=x"); a.status != 400 || !strings.Contains(a.body, "a number") {
		t.Errorf("await without a number: %d %s", a.status, a.body)
	}
}
