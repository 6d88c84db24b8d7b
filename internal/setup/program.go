package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/app"
	"berth/internal/exe"
	"berth/internal/lockfs"
	"berth/internal/proxy"
)

// placeProgram copies the running program to bin/berth. It is replaced by rename,
// so whoever runs the old one goes on running it.
func (s *Setup) placeProgram(ctx context.Context, held *lockfs.FileLock) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("where this program lies is not known: %w", err)
	}
	to := s.named("berth")
	if same, err := sameContent(program, to); same || err != nil {
		return err
	}
	if err := s.willMake(held, to); err != nil {
		return err
	}
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	if to.Exists() {
		if err := s.keepOld(held, scratch); err != nil {
			return err
		}
	}
	if err := placeCopy(held, scratch, program, to); err != nil {
		return err
	}
	s.UI.Infof("berth %s is at %s", app.Version, to.Display())
	return nil
}

// placeCopy puts a copy of program at to in one step.
func placeCopy(held *lockfs.FileLock, scratch *lockfs.Scratch, program string, to lockfs.Filesystem) error {
	if err := proxy.CopyProgram(program, filepath.Join(scratch.Path(), "program")); err != nil {
		return err
	}
	if err := makeWay(held, to, scratch.Dir.Join("old")); err != nil {
		return err
	}
	return held.Rename("setup.program", scratch.Dir.Join("program"), to)
}

// helper is the program that berth looks for beside itself where there is no git command.
func (s *Setup) helper() lockfs.Filesystem { return s.named("berth-git") }

// placeHelper copies the helper too, where it lies beside the running program.
func (s *Setup) placeHelper(ctx context.Context, held *lockfs.FileLock) error {
	self, err := os.Executable()
	if err == nil {
		self, err = filepath.EvalSymlinks(self)
	}
	if err != nil {
		return fmt.Errorf("where this program lies is not known: %w", err)
	}
	program := filepath.Join(filepath.Dir(self), "berth-git"+exe.Suffix)
	if same, err := sameContent(program, s.helper()); same || errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if err := s.willMake(held, s.helper()); err != nil {
		return err
	}
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	return placeCopy(held, scratch, program, s.helper())
}

func (s *Setup) keepOld(held *lockfs.FileLock, scratch *lockfs.Scratch) error {
	if s.oldProgram().Exists() {
		return nil // of a run that was killed: names still lead to that one
	}
	if linkProgram(s.named("berth").Display(), filepath.Join(scratch.Path(), "kept"), true) != nil {
		return nil // without hard links no name is one
	}
	return held.Rename("setup.old", scratch.Dir.Join("kept"), s.oldProgram())
}

func sameContent(program string, to lockfs.Filesystem) (bool, error) {
	is, err := os.Stat(program)
	if err != nil {
		return false, err
	}
	there, err := to.Stat()
	if err != nil || !there.Mode().IsRegular() {
		return false, nil
	}
	if os.SameFile(is, there) {
		return true, nil
	}
	if is.Size() != there.Size() {
		return false, nil
	}
	a, err := os.ReadFile(program)
	if err != nil {
		return false, err
	}
	b, err := to.ReadFile()
	return string(a) == string(b), err
}
