package legacy

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A clientRun is one run of a client's command.
type clientRun struct {
	echoed []byte
	said   string // its standard error, or its log
	err    error
}

// find skips the test if a client's command is missing.
func find(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// converse runs a client that copies its standard input to the server and the
// server's data to its standard output. It ends the input once the whole
// payload has come back.
func converse(t *testing.T, path string, args ...string) clientRun {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Writing fails when the client refuses the handshake, which shows below.
	go func() { _, _ = in.Write(payload) }()
	echoed := make([]byte, len(payload))
	n, err := io.ReadFull(out, echoed)
	in.Close()
	_, _ = io.Copy(io.Discard, out)
	if werr := cmd.Wait(); err == nil {
		err = werr
	}
	return clientRun{echoed: echoed[:n], said: said.String(), err: err}
}

func openssl(t *testing.T, addr string, args ...string) clientRun {
	t.Helper()
	base := []string{"s_client", "-connect", addr, "-quiet", "-no_ign_eof", "-nocommands"}
	return converse(t, find(t, "openssl"), append(base, args...)...)
}

func gnutls(t *testing.T, addr string, args ...string) clientRun {
	t.Helper()
	path := find(t, "gnutls-cli")
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	base := []string{"--insecure", "--logfile", log, "--port", port}
	run := converse(t, path, append(append(base, args...), host)...)
	if said, err := os.ReadFile(log); err == nil {
		run.said += string(said)
	}
	return run
}

// verdict is what a client makes of a server.
type verdict struct {
	args []string
	// refuses is what it says if it does not complete.
	refuses string
	// alert is what it sends then; zero if it closes without one.
	alert uint8
}

func (v verdict) check(t *testing.T, run clientRun, got served) {
	t.Helper()
	if v.refuses == "" {
		if run.err != nil || got.err != nil {
			t.Fatalf("want a complete handshake, client: %v, server: %v\n%s", run.err, got.err, run.said)
		}
		if !bytes.Equal(run.echoed, payload) {
			t.Errorf("got %d octets back that are not the %d sent", len(run.echoed), len(payload))
		}
		return
	}
	if got.err == nil {
		t.Fatalf("want a refusal (%s), the handshake completes", v.refuses)
	}
	match(t, v.refuses, run.said)
	var alert uint8
	if got.state.ReceivedAlert != nil {
		alert = got.state.ReceivedAlert.Code
	}
	if alert != v.alert {
		t.Errorf("want alert %d, got %d (%v)", v.alert, alert, got.err)
	}
}

func match(t *testing.T, pattern, said string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(said) {
		t.Errorf("want the client to say %q, it says\n%s", pattern, said)
	}
}

// A realCase is a server and what clients make of it.
type realCase struct {
	name            string
	suites          []string
	config          func(*Config) // if nil, nothing is changed
	openssl, gnutls []verdict
}

func takes(args ...string) verdict { return verdict{args: args} }

func refuses(says string, alert uint8, args ...string) verdict {
	return verdict{args: args, refuses: says, alert: alert}
}

type command func(t *testing.T, addr string, args ...string) clientRun

func (c realCase) run(t *testing.T, client command, verdicts []verdict) {
	for _, v := range verdicts {
		t.Run(c.name+"/"+strings.Join(v.args, " "), func(t *testing.T) {
			server := config(t, c.suites...)
			if c.config != nil {
				c.config(server)
			}
			addr, wait := serve(t, server, nil)
			run := client(t, addr, v.args...)
			v.check(t, run, wait())
		})
	}
}

func TestOpenSSL(t *testing.T) {
	for _, c := range realCases() {
		c.run(t, openssl, c.openssl)
	}
}

func TestGnuTLS(t *testing.T) {
	for _, c := range realCases() {
		c.run(t, gnutls, c.gnutls)
	}
}
