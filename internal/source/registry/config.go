package registry

import (
	"context"
	"net/http"
	"sync"

	"berth/internal/lockfs"
	"berth/internal/source/index"
)

// sparseConfig is a registry's config.json in this command.
type sparseConfig struct {
	mu    sync.Mutex
	value *index.Config
	fresh bool
	// failed: the registry did not answer. Every crate needs config.json first, and none of them is to try it all again.
	failed error
	// missing: it is told once that there is none.
	missing sync.Once
}

// noConfigError is of a server that has no config.json.
type noConfigError struct{ base string }

func (e *noConfigError) Error() string {
	return e.base + " has no config.json, so it is no registry; check its URL in .cargo/config.toml"
}

// loadConfig reads config.json. Where index files are being asked for it is asked for, too, once; for downloads what is
// on the disk does.
func (r *Sparse) loadConfig(ctx context.Context, fresh bool) (index.Config, error) {
	c := &r.config
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.value != nil && (c.fresh || !fresh) {
		return *c.value, nil
	}
	onDisk, ok := r.diskConfig()
	if ok && !fresh {
		c.value = &onDisk
		return onDisk, nil
	}
	if r.env.Offline != "" {
		return index.Config{}, &OfflineError{Flag: r.env.Offline}
	}
	if ok && onDisk.AuthRequired {
		if err := r.obtainToken(ctx, nil); err != nil {
			return index.Config{}, err
		}
	}
	if c.failed != nil {
		return index.Config{}, c.failed
	}
	value, err := r.askConfig(ctx)
	if err != nil {
		if ctx.Err() == nil {
			c.failed = err
		}
		return index.Config{}, err
	}
	c.value, c.fresh = &value, true
	if value.AuthRequired && r.authorization.Load() == nil {
		if err := r.obtainToken(ctx, nil); err != nil {
			return index.Config{}, err
		}
	}
	return value, nil
}

func (r *Sparse) configFile() lockfs.Filesystem { return r.env.Home.Index(r.name).Join("config.json") }

func (r *Sparse) diskConfig() (index.Config, bool) {
	data, err := r.configFile().ReadFile()
	if err != nil {
		return index.Config{}, false
	}
	c, err := index.ParseConfig(r.configFile().Display(), data)
	return c, err == nil
}

func (r *Sparse) askConfig(ctx context.Context) (value index.Config, err error) {
	answered := func() bool {
		if !r.isNews(r.configFile()) {
			return false
		}
		var ok bool
		value, ok = r.diskConfig()
		return ok
	}
	err = r.once(ctx, "config.json", answered, func(ctx context.Context, held *lockfs.FileLock) error {
		got, err := r.get(ctx, "config.json", nil)
		if err != nil {
			return err
		}
		if got.status != http.StatusOK {
			return &noConfigError{r.base}
		}
		if value, err = index.ParseConfig(got.url, got.body); err != nil || held == nil {
			return err
		}
		if err = r.configFile().Join("..").MkdirAll(); err == nil {
			err = held.WriteUnsynced("registry.config.commit", r.configFile(), got.body)
		}
		return r.tolerate(err)
	})
	return value, err
}
