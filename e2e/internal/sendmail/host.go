package sendmail

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/tools"
)

//go:embed host
var hostFiles embed.FS

// endOfStep is what the shell of a Host says behind the output of a command,
// and endOfLog what stands in its log behind the lines of a command. No program
// writes either.
const (
	endOfStep = "-- end of step --"
	endOfLog  = "-- end of log --"
)

// stepTimeout bounds a command, with much to spare.
const stepTimeout = time.Minute

// hostNames are the files of /etc by which a Host finds names: its own, and
// whatever the DNS at 127.0.0.1 knows.
var hostNames = map[string]string{
	"hosts":         "127.0.0.1 localhost mail.example.test\n::1 localhost\n",
	"nsswitch.conf": "hosts: files dns\npasswd: files\ngroup: files\n",
	"resolv.conf":   "nameserver 127.0.0.1\n",
}

// A Host is a shell on what looks like a host of its own, with a sendmail, an
// /etc/mail and a /var/log/mail.log, on a network that leads nowhere. A test
// types the commands of a document into it.
type Host struct {
	dir    string
	shell  *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	log    *syslog
	synced chan struct{}
}

// HostAvailable reports whether there can be a Host; if not, reason says why.
func HostAvailable() (reason string, ok bool) {
	if reason, ok := Available(); !ok {
		return reason, false
	}
	if reason, ok := LogAvailable(); !ok {
		return reason, false
	}
	for _, program := range []string{"bash", "ip", "make", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			return program + " is not installed; " + tools.Hint, false
		}
	}
	return "", true
}

// NewHost starts a Host that ends with the test. The programs are on its PATH.
func NewHost(t TB, programs ...string) *Host {
	t.Helper()
	installed, err := find()
	if err != nil {
		t.Fatalf("sendmail: %v", err)
	}
	// A unix socket's path is short, so a test's own folder will not do.
	dir, err := os.MkdirTemp("", "sendmail")
	if err != nil {
		t.Fatalf("sendmail: %v", err)
	}
	h := &Host{dir: dir, synced: make(chan struct{})}
	t.Cleanup(h.close)
	err = h.furnish(installed, programs)
	if err == nil {
		err = h.listen()
	}
	if err == nil {
		err = h.start(installed)
	}
	if err != nil {
		t.Fatalf("sendmail: %v", err)
	}
	return h
}

// furnish writes the files of the host.
func (h *Host) furnish(installed install, programs []string) error {
	for _, folder := range []string{"bin", "home", "log", "mail", "names"} {
		if err := os.Mkdir(h.path(folder), 0o700); err != nil {
			return err
		}
	}
	files := map[string]string{
		"mail/access": "", "mail/service.switch": "hosts files dns\npasswd files\naliases files\n", "statistics": "", "log/mail.log": "",
	}
	for name, text := range hostNames {
		files["names/"+name] = text
	}
	for name, place := range map[string]string{"host.sh": "", "host.m4": "mail", "sendmail.mc": "mail", "Makefile": "mail"} {
		text, err := hostFiles.ReadFile("host/" + name)
		if err != nil {
			return err
		}
		files[filepath.Join(place, name)] = string(text)
	}
	for name, text := range files {
		if err := os.WriteFile(h.path(name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	for _, program := range programs {
		if err := os.Symlink(program, h.path("bin", filepath.Base(program))); err != nil {
			return err
		}
	}
	return h.wrap(installed)
}

// wrap makes commands of the unpacked programs, which find their libraries.
func (h *Host) wrap(installed install) error {
	for _, tool := range []string{program, "usr/bin/m4", "usr/libexec/sendmail/makemap"} {
		text := fmt.Sprintf("#!/bin/sh\nLD_LIBRARY_PATH='%s' exec '%s' \"$@\"\n", tools.SharedLibraries(installed.root), installed.path(tool))
		//nolint:gosec // a command has to be executable
		if err := os.WriteFile(h.path("bin", filepath.Base(tool)), []byte(text), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// listen keeps what is sent to /dev/log in mail.log, with the name that a
// syslog daemon puts behind the time.
func (h *Host) listen() error {
	log, err := os.OpenFile(h.path("log", "mail.log"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	h.log, err = listenTo(h.path("syslog"), func(line string) {
		if line == endOfLog {
			h.synced <- struct{}{}
			return
		}
		const stamp = len("Nov 26 10:00:00 ")
		if len(line) > stamp {
			line = line[:stamp] + "mail " + line[stamp:]
		}
		_, _ = log.WriteString(line + "\n")
	})
	return err
}

// start starts the shell.
func (h *Host) start(installed install) error {
	around, err := isolation()
	if err != nil {
		return err
	}
	words := append(append([]string(nil), around.enter...), "--net", "sh", h.path("host.sh"), h.dir)
	words = append(append(words, around.leave...), "bash", "-e", "-s")
	h.shell = exec.Command(words[0], words[1:]...) //nolint:gosec // the words are ours
	h.shell.Env = append(os.Environ(), "HOME="+h.path("home"), "PATH="+h.path("bin")+":"+os.Getenv("PATH"),
		"TREE="+installed.root, "DIR="+h.dir, "NO_COLOR=1", "TZ=UTC", "LC_ALL=C.UTF-8")
	h.shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer write.Close()
	h.out, h.shell.Stdout, h.shell.Stderr = bufio.NewReader(read), write, write
	if h.in, err = h.shell.StdinPipe(); err != nil {
		return err
	}
	return h.shell.Start()
}

// Run types a command into the shell and returns all it says. A command that
// fails ends the shell, which is an error.
func (h *Host) Run(command string) (output string, err error) {
	// What a command reads is not the shell's next line.
	if _, err := fmt.Fprintf(h.in, "{ %s\n} </dev/null\necho '%s'\n", command, endOfStep); err != nil {
		return "", err
	}
	killer := time.AfterFunc(stepTimeout, h.kill)
	defer killer.Stop()
	var said strings.Builder
	for {
		line, err := h.out.ReadString('\n')
		if rest, ended := strings.CutSuffix(line, endOfStep+"\n"); ended {
			said.WriteString(rest)
			return said.String(), h.sync()
		}
		said.WriteString(line)
		if err != nil {
			return said.String(), fmt.Errorf("the shell ended: %w", err)
		}
	}
}

// sync waits until all that was logged stands in the log: datagrams stay in
// order.
func (h *Host) sync() error {
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: h.path("syslog"), Net: "unixgram"})
	if err != nil {
		return err
	}
	_, err = conn.Write([]byte(endOfLog))
	if err == nil {
		<-h.synced
	}
	return errors.Join(err, conn.Close())
}

// close ends all that runs on the host, and removes its folder.
func (h *Host) close() {
	if h.shell != nil && h.shell.Process != nil {
		h.kill()
		_ = h.shell.Wait()
	}
	if h.log != nil {
		h.log.close()
	}
	_ = os.RemoveAll(h.dir)
}

// kill ends the shell with all its children.
func (h *Host) kill() { _ = syscall.Kill(-h.shell.Process.Pid, syscall.SIGKILL) }

func (h *Host) path(elements ...string) string {
	return filepath.Join(append([]string{h.dir}, elements...)...)
}
