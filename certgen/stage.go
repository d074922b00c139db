package certgen

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The modes of what is written: keys are for the owner alone.
const (
	modeFolder fs.FileMode = 0o700
	modeSecret fs.FileMode = 0o600
	modePublic fs.FileMode = 0o644
)

// A stage is a folder inside the one that is written to. Everything is made
// there first and then renamed into place, so that no file is ever seen half
// written and a failure leaves what was there before. The folder is locked until
// the stage is discarded.
type stage struct {
	target, temp string
	names        []string
	made         []string // the files and folders in temp, each behind the folder that it is in
	unlock       func()
}

// newStage makes the target folder, if need be, and the stage in it.
func newStage(target string) (*stage, error) {
	if err := os.MkdirAll(target, modeFolder); err != nil {
		return nil, err
	}
	unlock := lockFolder(target)
	temp, err := os.MkdirTemp(target, ".new-")
	if err != nil {
		unlock()
		return nil, err
	}
	return &stage{target: target, temp: temp, unlock: unlock}, nil
}

// file stages a file and returns the path that it is going to have.
func (s *stage) file(name string, data []byte, mode fs.FileMode) (string, error) {
	s.names = append(s.names, name)
	return filepath.Join(s.target, name), s.write(name, data, mode)
}

// write makes a file in the stage.
func (s *stage) write(name string, data []byte, mode fs.FileMode) error {
	path := filepath.Join(s.temp, name)
	s.made = append(s.made, path)
	return os.WriteFile(path, data, mode)
}

// folder stages a folder of files, which is going to replace one of the same
// name, and returns the path that it is going to have.
func (s *stage) folder(name string, files map[string][]byte, mode fs.FileMode) (string, error) {
	s.names = append(s.names, name)
	path := filepath.Join(s.temp, name)
	s.made = append(s.made, path)
	if err := os.Mkdir(path, modeFolder); err != nil {
		return "", err
	}
	for file, data := range files {
		if err := s.write(filepath.Join(name, file), data, mode); err != nil {
			return "", err
		}
	}
	return filepath.Join(s.target, name), nil
}

// commit renames everything into place.
func (s *stage) commit() error {
	for _, name := range s.names {
		if err := s.check(name); err != nil {
			return err
		}
	}
	for _, name := range s.names {
		from, to := filepath.Join(s.temp, name), filepath.Join(s.target, name)
		if isFolder(to) {
			// A rename does not replace a folder that has something in it.
			if err := os.Rename(to, filepath.Join(s.temp, "old-"+name)); err != nil {
				return err
			}
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
	}
	return nil
}

// check refuses to replace a file by a folder and the reverse: what is there
// is somebody else's.
func (s *stage) check(name string) error {
	target := filepath.Join(s.target, name)
	if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	switch is, want := isFolder(target), isFolder(filepath.Join(s.temp, name)); {
	case is && !want:
		return fmt.Errorf("%s is a directory, but a file is to be written there; use another output directory", target)
	case want && !is:
		return fmt.Errorf("%s is a file, but a directory is to be written there; use another output directory", target)
	}
	return nil
}

// isFolder tells whether there is a folder, not a link to one, at path.
func isFolder(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// remove has a file of an earlier commit, if any, taken away.
func (s *stage) remove(name string) error {
	err := os.Remove(filepath.Join(s.target, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// discard removes the stage and all that is still in it. os.RemoveAll opens
// folders, which fails where there are no descriptors left; what we have made,
// keys above all, goes without one.
func (s *stage) discard() error {
	defer s.unlock()
	err := os.RemoveAll(s.temp)
	if err == nil {
		return nil
	}
	for _, path := range slices.Backward(s.made) {
		_ = os.Remove(path) // most are gone, or in their places
	}
	if os.Remove(s.temp) == nil {
		return nil
	}
	return err
}
