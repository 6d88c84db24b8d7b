package gitdb

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"berth/internal/lockfs"
)

// record counts the fetches into a database: who saw number n begin, and then waited, may take the result of any fetch
// of the same references with a number beyond n. Clocks, which jump, are not asked.
type record struct {
	Begun int64            `json:"begun"`
	Done  map[string]int64 `json:"done"` // by what was fetched

	// Ended is when the last of them ended, for those who make do with what is a moment old.
	Ended map[string]time.Time `json:"ended,omitempty"`
}

// mostDone bounds the file; a key that was dropped costs at most one more fetch.
const mostDone = 200

// readRecord is empty where there is none, or a torn one.
func (d *Database) readRecord() record {
	var r record
	if data, err := d.place.record().ReadFile(); err == nil && json.Unmarshal(data, &r) != nil {
		r = record{}
	}
	if r.Done == nil {
		r.Done = map[string]int64{}
	}
	if r.Ended == nil {
		r.Ended = map[string]time.Time{}
	}
	return r
}

func (r Request) key() string {
	refs := slices.Sorted(slices.Values(r.Wants.Refs))
	if r.Wants.Tags {
		refs = append(refs, "tags")
	}
	return strings.Join(refs, " ")
}

func (d *Database) recordBegun(held *lockfs.FileLock) (int64, error) {
	r := d.readRecord()
	r.Begun++
	return r.Begun, d.writeRecord(held, "gitdb.record.begun", r)
}

func (d *Database) recordDone(held *lockfs.FileLock, key string, number int64) error {
	r := d.readRecord()
	if len(r.Done) >= mostDone {
		r.Done, r.Ended = map[string]int64{}, map[string]time.Time{}
	}
	r.Done[key], r.Ended[key] = number, time.Now()
	return d.writeRecord(held, "gitdb.record.done", r)
}

func (d *Database) writeRecord(held *lockfs.FileLock, p point, r record) error {
	if err := d.place.Work.MkdirAll(); err != nil {
		return err
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return held.WriteUnsynced(p, d.place.record(), data)
}
