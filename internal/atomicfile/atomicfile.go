// Package atomicfile writes files that nobody ever sees half written.
package atomicfile

import (
	"crypto/rand"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write puts a file in the place of another, or of none, in one step: write
// fills a temporary file beside it, which is then renamed. The mode is as with
// os.WriteFile. After an error what was there before is there still. The disk
// need not have the file yet when Write returns.
func Write(path string, mode fs.FileMode, write func(io.Writer) error) error {
	temporary := filepath.Join(filepath.Dir(path), ".fakemx-"+rand.Text())
	if err := create(temporary, mode, write); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary) // the first error is the one to tell
		return err
	}
	return nil
}

// WriteFile is os.WriteFile in one step.
func WriteFile(path string, data []byte, mode fs.FileMode) error {
	return Write(path, mode, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// create makes a file, or none.
func create(path string, mode fs.FileMode, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // beside the file that the user names
	if err != nil {
		return err
	}
	err = write(file)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(path) // as above
	}
	return err
}
