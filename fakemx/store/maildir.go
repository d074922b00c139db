package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
)

// A Maildir is a [Store] that keeps each message as a file of a Maildir
// (https://cr.yp.to/proto/maildir.html). Before Commit returns, the file is
// written in tmp, synced and moved to new, and new is synced.
type Maildir struct {
	dir        string
	host       string
	deliveries atomic.Uint64
	now        func() time.Time
	// create opens a fresh file for writing, sync brings a folder's entries to
	// the disk; tests put a failing disk here.
	create func(path string) (*os.File, error)
	sync   func(path string) error
	new    together // syncs the folder new
}

// NewMaildir returns the Maildir in the directory dir. It creates dir and its
// subdirectories tmp, new and cur, with mode 0700, if they do not exist, and
// checks that a message can be written.
func NewMaildir(dir string) (*Maildir, error) {
	if dir == "" {
		return nil, errors.New("expected a directory for the Maildir, such as ./mail")
	}
	m := &Maildir{dir: dir, host: maildirHost(), now: time.Now, create: createExclusive, sync: syncFolder}
	if err := m.makeFolders(); err != nil {
		return nil, fmt.Errorf("cannot create a Maildir in %s: %w", dir, err)
	}
	probe, err := m.Create(Envelope{})
	if err != nil {
		return nil, err
	}
	if err := probe.Abort(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Maildir) makeFolders() error {
	_, statErr := os.Stat(m.dir)
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(m.dir, sub), 0o700); err != nil {
			return err
		}
	}
	if err := m.sync(m.dir); err != nil {
		return err
	}
	if errors.Is(statErr, fs.ErrNotExist) {
		return m.sync(filepath.Dir(m.dir))
	}
	return nil
}

// Create begins a message in tmp. Nothing the client sends becomes part of the
// file name.
func (m *Maildir) Create(Envelope) (Writer, error) {
	if m == nil || m.dir == "" {
		return nil, errors.New("this Maildir has no directory; NewMaildir makes one that has")
	}
	name := m.uniqueName()
	f, err := m.create(filepath.Join(m.dir, "tmp", name))
	if err != nil {
		return nil, fmt.Errorf("cannot begin a message (is the Maildir writable?): %w", err)
	}
	return &maildirWriter{
		file: f,
		sync: func() error { return m.new.do(func() error { return m.sync(filepath.Join(m.dir, "new")) }) },
		tmp:  filepath.Join(m.dir, "tmp", name),
		new:  filepath.Join(m.dir, "new", name),
	}, nil
}

// uniqueName is time.delivery.host, the delivery told apart by microsecond,
// process, a counter and 64 random bits.
func (m *Maildir) uniqueName() string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	now := m.now()
	return fmt.Sprintf("%d.M%dP%dQ%dR%s.%s", now.Unix(), now.Nanosecond()/1000, os.Getpid(),
		m.deliveries.Add(1), hex.EncodeToString(random[:]), m.host)
}

// maildirHost is the machine's name as the right part of a unique name.
func maildirHost() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		return "localhost"
	}
	return escapeHost(host)
}

// escapeHost writes as \ and three octal digits what may not stand in a unique
// name, the slash and the colon, and what should not stand in any.
func escapeHost(host string) string {
	var b strings.Builder
	for _, c := range []byte(host) {
		if c <= ' ' || c > '~' || strings.IndexByte(`/:\`, c) >= 0 {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

type maildirWriter struct {
	file     *os.File
	sync     func() error // of the folder new
	tmp, new string
	err      error // of the first Write that failed
	ended    bool
}

func (w *maildirWriter) Write(p []byte) (int, error) {
	if w.ended {
		return 0, ErrMessageEnded
	}
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.file.Write(p)
	w.err = err
	return n, err
}

func (w *maildirWriter) Commit() error {
	if w.ended {
		return ErrMessageEnded
	}
	w.ended = true
	if err := w.complete(); err != nil {
		return errors.Join(fmt.Errorf("cannot store the message: %w", err), removeIfThere(w.tmp))
	}
	if err := w.deliver(); err != nil {
		return errors.Join(fmt.Errorf("cannot store the message: %w", err), removeIfThere(w.tmp), removeIfThere(w.new))
	}
	return nil
}

func (w *maildirWriter) Abort() error {
	if w.ended {
		return ErrMessageEnded
	}
	w.ended = true
	return errors.Join(w.file.Close(), removeIfThere(w.tmp))
}

// complete brings the whole message to the disk, in tmp.
func (w *maildirWriter) complete() error {
	if w.err != nil {
		return errors.Join(w.err, w.file.Close())
	}
	if err := w.file.Sync(); err != nil {
		return errors.Join(err, w.file.Close())
	}
	return w.file.Close()
}

// deliver shows the message to readers, for good.
func (w *maildirWriter) deliver() error {
	if err := os.Rename(w.tmp, w.new); err != nil {
		return err
	}
	return w.sync()
}

func createExclusive(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the name is our own
}

// syncFolder brings a folder's entries to the disk.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil // it has no such call
	}
	d, err := os.Open(path) //nolint:gosec // the user's own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
