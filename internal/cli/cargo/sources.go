package cargo

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"berth/internal/cargohome"
	"berth/internal/cargohttp"
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/credential"
	"berth/internal/download"
	"berth/internal/figures"
	"berth/internal/gitdb"
	"berth/internal/ops"
	"berth/internal/source"
	"berth/internal/source/directory"
	"berth/internal/source/git"
	crates "berth/internal/source/registry"
	"berth/internal/ui"
)

// openSources gives a run all sources that the configuration knows. Nothing is asked or opened yet.
func (s *session) openSources(run *ops.Run, home *cargohome.Home, cfg *config.Config) {
	newMap := source.NewMap
	if s.plainSources {
		newMap = source.NewPlainMap
	}
	sources := newMap(cfg)
	offline := s.offlineBy()
	client := cargohttp.New(cfg, cargohttp.Options{UserAgent: "cargo/" + s.cargo.Release.String(), Offline: offline, Retrying: s.retrying, Opening: func() { s.network.Do(forNetwork) }})
	engine, patience := s.git(cfg)
	voice := s.voice()
	archives := crates.NewCrates(home, client, voice, offline)
	tokens := credential.New(cfg, credential.Streams{In: s.Stdin, Err: s.Stderr})
	env := crates.Env{
		Home: home, Client: client, Voice: voice, Crates: archives, Offline: offline, Began: s.began, Release: cfg.Release(), Company: crates.NewCompany(home, crates.Lately),
		Authorize: tokens.Authorize, Git: engine, Patience: patience,
	}
	s.sources, s.registries = sources, env
	run.Offline = offline != ""
	run.Registry = sources.Registry
	run.Real = sources.Real
	run.Usable = sources.Check
	run.Connects = func() error {
		_, err := cfg.HTTP()
		return err
	}
	run.Git = git.New(home, engine, git.Policy{Offline: offline, Patience: patience}, voice)
	run.Registries = source.NewSet(sources, func(real, as crate.SourceID) (source.Registry, error) {
		switch real.Kind() {
		case crate.SparseRegistry:
			return crates.NewSparse(env, real, as)
		case crate.Registry:
			return crates.NewGit(env, real, as), nil
		case crate.LocalRegistry:
			return crates.NewLocal(env, real, as), nil
		case crate.Directory:
			return directory.New(real.Dir(), as, run.Options()), nil
		}
		return nil, errHandOver
	})
}

// forNetwork is for who uses the network. That takes long anyway, and many answers are held for a short while: with what is
// right for short commands a cold fetch of nu took 148 MB of memory. And what arrives is taken by goroutines that have
// hardly anything to do, which shall not stand behind those that unpack and keep all cores busy: so there are twice as many
// places to run in, and the kernel decides who runs. (Bytes that nobody has taken are lost when the process is killed.)
func forNetwork() {
	debug.SetGCPercent(35)
	runtime.GOMAXPROCS(2 * runtime.GOMAXPROCS(0))
}

// offlineBy is the flag or the key that forbids the network, empty where it is allowed.
func (s *session) offlineBy() string {
	switch {
	case s.frozen:
		return "--frozen"
	case s.offline:
		return "--offline"
	case s.isOffline():
		return "net.offline"
	}
	return ""
}

// retrying says a failure that is borne once, however many requests are under way when a server fails them all.
func (s *session) retrying(r download.Retry) {
	if _, again := s.borne.LoadOrStore(fmt.Sprint(r.Left, r.Place()), true); !again {
		s.warnOfRetry(r.Left, r.Err)
	}
}

// warnOnce says a warning that several who look may find.
func (s *session) warnOnce(text string) {
	if _, again := s.borne.LoadOrStore(text, true); !again {
		s.UI.Warnf("%s", text)
	}
}

func (s *session) warnOfRetry(left int, err error) {
	noun := "tries"
	if left == 1 {
		noun = "try"
	}
	s.UI.Warnf("spurious network error (%d %s remaining): %s", left, noun, download.Problem(err))
}

// What git is given up at where the configuration says nothing: a server that still thinks sends five bytes each five
// seconds, one that sends nothing for so long is gone.
const (
	keptAlive  = 1  // bytes a second
	patientFor = 30 // seconds
)

// git is git, and how patiently it fetches. Settings that cannot be are the error of who fetches: what is here is read without.
func (s *session) git(cfg *config.Config) (engine func() gitdb.Engine, patience func() (gitdb.Patience, error)) {
	settings := sync.OnceValues(func() (gitSettings, error) { return s.gitSettings(cfg) })
	engine = func() gitdb.Engine {
		read, _ := settings()
		return gitdb.New(read.options)
	}
	patience = func() (gitdb.Patience, error) {
		read, err := settings()
		return read.patience, err
	}
	return engine, patience
}

type gitSettings struct {
	options  gitdb.Options
	patience gitdb.Patience
}

// gitSettings is how git is asked for what it fetches.
func (s *session) gitSettings(cfg *config.Config) (gitSettings, error) {
	unset := gitSettings{options: gitdb.Options{Environ: s.Environ()}}
	net, err := cfg.Net()
	if err != nil {
		return unset, err
	}
	http, err := cfg.HTTP()
	if err != nil {
		return unset, err
	}
	o := gitdb.Options{Environ: s.Environ(), Interactive: net.GitFetchWithCLI.Val, HTTP: gitdb.HTTP{
		UserAgent: http.UserAgent.Val, LowSpeedLimit: int(http.LowSpeedLimit.Or(keptAlive)), Timeout: int(http.Timeout.Or(patientFor)),
	}}
	if http.Proxy.Set {
		o.HTTP.Proxy = &http.Proxy.Val
	}
	for _, p := range cargohttp.GitProxies(cfg) {
		o.HTTP.GitProxies = append(o.HTTP.GitProxies, gitdb.ProxyFor{Address: p.Address, Proxy: p.Proxy})
	}
	for _, line := range net.KnownHosts.Val {
		o.KnownHosts = append(o.KnownHosts, gitdb.KnownHost{Line: line.Val, Origin: "net.ssh.known-hosts in " + line.Origin.String()})
	}
	if version := cmp.Or(http.SSLVersion.Single.Val, http.SSLVersion.Min.Val); version != "default" {
		o.HTTP.SSLVersion = version // to git one version is the lowest
	}
	if http.CAInfo.Set {
		o.HTTP.CAInfo = cfg.Path(http.CAInfo)
	}
	return gitSettings{o, gitdb.Patience{Retries: int(net.Retry.Or(download.DefaultRetries)), Retrying: func(err error, left int) { s.warnOfRetry(left, err) }}}, nil
}

// Asking draws the row of index files that are asked for, where one can be drawn.
func (v voice) Asking(state func() crates.AskState) (done func()) {
	if v.mute.Load() {
		return nil
	}
	return v.ui.Countdown("Fetch", func() ui.CountdownState {
		now := state()
		return ui.CountdownState{Text: fmt.Sprintf("%d complete; %d pending", now.Complete, now.Pending)}
	})
}

// Bar draws the row of what is still to come, where one can be drawn.
func (v voice) Bar(state func() crates.BarState) (done func()) {
	if v.mute.Load() {
		return nil
	}
	return v.ui.Countdown("Downloading", func() ui.CountdownState {
		now := state()
		noun := "crates"
		if now.Crates == 1 {
			noun = "crate"
		}
		text := fmt.Sprintf("%d %s", now.Crates, noun)
		if now.Bytes > 0 {
			text += ", remaining bytes: " + figures.Bytes(now.Bytes)
		}
		return ui.CountdownState{Done: now.Total - now.Crates, Total: now.Total, Text: text}
	})
}
