package unitstore

import (
	"context"
	"strconv"
	"strings"
	"time"

	"berth/internal/boot"
	"berth/internal/lockfs"
)

// # Power loss
//
// Nothing is synced while a unit is made: that would cost each of them a wait for the disk, and all that a power loss can
// take is work. A stamp says in which start of the machine it was written. In another one the outputs are read and held
// against their digests, once, and the stamp says so then; unless the store knows that everything from before a certain
// moment has reached the disk: a build that takes longer than the kernel keeps dirty pages has that done, when it is cheap.

const syncedName = "synced"

// mayBeTorn: the machine may have lost power before the outputs were on the disk.
func (s *Store) mayBeTorn(v *Variant) bool {
	now := boot.ID()
	if now == "" { // the system does not tell; the clock must do
		return v.sound.Before(s.now().Add(-boot.Uptime()))
	}
	return v.boot != now && !s.isSynced(v)
}

func (s *Store) isSynced(v *Variant) bool {
	s.synced.Do(func() {
		data, _ := s.root.Join(syncedName).ReadFile()
		s.syncs = map[string]time.Duration{}
		for text := range strings.Lines(string(data)) {
			id, uptime, _ := strings.Cut(strings.TrimSpace(text), " ")
			if n, err := strconv.ParseInt(uptime, 10, 64); err == nil {
				s.syncs[id] = time.Duration(n)
			}
		}
	})
	until, ok := s.syncs[v.boot]
	return ok && v.uptime != 0 && v.uptime <= until
}

// settleAge: Linux writes dirty pages after 30 s (vm.dirty_expire_centisecs), so a sync is short for what is older.
const settleAge = 45 * time.Second

// settle is called after each commit. The sync runs beside the build.
func (s *Store) settle() {
	id := boot.ID()
	if id == "" {
		return
	}
	s.syncing.Lock()
	defer s.syncing.Unlock()
	if s.firstCommit.IsZero() {
		s.firstCommit = s.now()
	}
	if s.now().Sub(s.firstCommit) < settleAge {
		return
	}
	s.firstCommit = s.now()
	go func() {
		uptime := boot.Uptime()
		if syncFileSystem(s.root.Display()) == nil {
			s.noteSync(context.Background(), id, uptime)
		}
	}()
}

// keptSyncs is how many starts of the machine are remembered.
const keptSyncs = 16

func (s *Store) noteSync(ctx context.Context, id string, uptime time.Duration) {
	lock := lockfs.NewLock(s.locks().Join("synced"+lockSuffix), lockfs.RankStaging, "noting what is on the disk")
	_, held, err := lock.Try(ctx, lockfs.Exclusive)
	if err != nil {
		return
	}
	defer held.Close()
	file := s.root.Join(syncedName)
	data, _ := file.ReadFile()
	var lines []string
	for text := range strings.Lines(string(data)) {
		if !strings.HasPrefix(text, id+" ") && strings.HasSuffix(text, "\n") {
			lines = append(lines, text)
		}
	}
	lines = append(lines, id+" "+strconv.FormatInt(int64(uptime), 10)+"\n")
	held.WriteUnsynced("unitstore.synced", file, []byte(strings.Join(lines[max(0, len(lines)-keptSyncs):], "")))
}
