package dnssec_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/tools"
	"github.com/fakemx/fakemx/mxdns"
)

// validators are the programs that ask the server at an address.
// They have as long as that for an answer.
func validators(t *testing.T, authority string, rows []row, anchors []mxdns.Anchor, wait time.Duration) []validator {
	t.Helper()
	stubs := stubZones(authority, rows)
	return []validator{
		delv(t, authority, anchors, wait),
		unbound(t, "unbound", anchors, "  qname-minimisation: no\n"+stubs, wait),
		unbound(t, "minimising unbound", anchors, "  qname-minimisation: yes\n"+stubs, wait),
	}
}

// write writes trust anchors into a file, as a program reads them.
func write(t *testing.T, v mxdns.Validator, anchors []mxdns.Anchor) string {
	t.Helper()
	text, err := mxdns.FormatAnchors(v, anchors)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "anchors")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// delv is BIND's validator on the command line.
func delv(t *testing.T, authority string, anchors []mxdns.Anchor, wait time.Duration) validator {
	t.Helper()
	program, err := exec.LookPath("delv")
	if err != nil {
		t.Skip("delv is not installed; " + tools.Hint)
	}
	file := write(t, mxdns.BIND, anchors)
	host, port, err := net.SplitHostPort(authority)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(ctx context.Context, name, qtype string) (opinion, error) {
		ctx, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		out, err := exec.CommandContext(ctx, program, "@"+host, "-p", port, "-a", file, "+root="+top, name, qtype).CombinedOutput()
		if ctx.Err() != nil {
			return opinion{state: '-'}, nil
		}
		return judgeDelv(string(out), err)
	}
	return validator{name: "delv", ask: ask, skips: sound}
}

// sound says whether a question is about what is not wrong in a zone: delv is a
// process for each question, and they are many.
func sound(r row, q question) bool {
	if r.signing == nil || len(r.signing.Signatures) == 0 && r.faults == nil && r.names == nil {
		return false
	}
	i := slices.IndexFunc(usual, func(u question) bool { return u.name == q.name && u.qtype == q.qtype })
	return i >= 0 && q.want == "sssssi"[i]
}

// unanswered is how delv says that there is no answer. That of a denial is from
// its cache.
var unanswered = regexp.MustCompile(`(?m)^;; resolution failed: (\w+)`)

// judgeDelv reads what delv says, of each part of an answer.
func judgeDelv(out string, err error) (opinion, error) {
	failure := unanswered.FindStringSubmatch(out)
	switch {
	case failure != nil && failure[1] != "ncache", strings.Contains(out, "pending validation"):
		return opinion{state: 'b'}, nil
	case strings.Contains(out, "unsigned answer"):
		return opinion{state: 'i'}, nil
	case strings.Contains(out, "fully validated"):
		return opinion{state: 's'}, nil
	}
	return opinion{}, errors.Join(fmt.Errorf("delv: expected a verdict, got:\n%s", out), err)
}

// attempts is how often a port that seems to be free is tried.
const attempts = 5

// unbound is a resolver.
func unbound(t *testing.T, name string, anchors []mxdns.Anchor, options string, wait time.Duration) validator {
	t.Helper()
	program, err := tools.Program("unbound", "usr", "sbin", "unbound")
	if err != nil {
		t.Skip(err)
	}
	file := write(t, mxdns.Unbound, anchors)
	for range attempts {
		var address string
		if address, err = startUnbound(t, program, configuration(t, file, options)); err == nil {
			return resolver(name, address, wait)
		}
	}
	t.Fatal(err)
	return validator{}
}

// stubZones say where the zones are. Each has to be named, as NS records have no
// ports, but for one that the zone above denies: unbound would not take that from
// there.
func stubZones(authority string, rows []row) string {
	zones := []string{top}
	for _, r := range rows {
		if r.label != "nxdomain-all" {
			zones = append(zones, r.zone(), r.name("child"), r.name("signed"))
		}
	}
	var text strings.Builder
	for _, name := range zones {
		fmt.Fprintf(&text, "stub-zone:\n  name: %q\n  stub-addr: %s\n", name, strings.ReplaceAll(authority, ":", "@"))
	}
	return text.String()
}

// configuration is that of unbound, but for its own port.
func configuration(t *testing.T, anchors, options string) string {
	t.Helper()
	return fmt.Sprintf(`server:
  do-daemonize: no
  use-syslog: no
  log-servfail: yes
  chroot: ""
  username: ""
  pidfile: ""
  directory: %q
  num-threads: 1
  do-not-query-localhost: no
  local-zone: "test." nodefault
  trust-anchor-file: %q
  module-config: "validator iterator"
  ede: yes
  cache-max-ttl: 1
%sremote-control:
  control-enable: no
`, t.TempDir(), anchors, options)
}

// startUnbound starts it on a port that was free.
func startUnbound(t *testing.T, program, configuration string) (address string, err error) {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	address = socket.LocalAddr().String()
	_ = socket.Close()
	file := filepath.Join(t.TempDir(), "unbound.conf")
	configuration += "server:\n  interface: " + strings.ReplaceAll(address, ":", "@") + "\n"
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		return "", err
	}
	tree, err := tools.Path("unbound")
	if err != nil {
		return "", err
	}
	daemon := exec.Command(program, "-d", "-p", "-c", file)
	daemon.Env = append(os.Environ(), "LD_LIBRARY_PATH="+tools.SharedLibraries(tree))
	log, err := daemon.StderrPipe()
	if err != nil {
		return "", err
	}
	if err := daemon.Start(); err != nil {
		return "", err
	}
	said, ended := new(bytes.Buffer), make(chan error, 1)
	started := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if strings.Contains(lines.Text(), "start of service") {
				close(started)
			}
			fmt.Fprintln(said, lines.Text())
		}
		ended <- daemon.Wait()
	}()
	select {
	case <-started:
	case err := <-ended:
		return "", errors.Join(fmt.Errorf("unbound: %s", said), err)
	}
	t.Cleanup(func() {
		_ = daemon.Process.Signal(os.Interrupt) // it may have ended
		if err := <-ended; err != nil || t.Failed() && testing.Verbose() {
			t.Logf("unbound: %v\n%s", err, said)
		}
	})
	return address, nil
}
