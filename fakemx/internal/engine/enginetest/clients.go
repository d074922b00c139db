package enginetest

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// A Run is one run of a client's command.
type Run struct {
	// Echoed is what came back of Payload.
	Echoed []byte
	// Said is its standard error, and its log.
	Said string
	// Err is nil if all of Payload came back and the client exited with 0.
	Err error
}

// A Client runs a command that sends Payload to a server that echoes.
type Client func(t *testing.T, addr string, args ...string) Run

// OpenSSL runs openssl s_client.
func OpenSSL(t *testing.T, addr string, args ...string) Run {
	t.Helper()
	base := []string{"s_client", "-connect", addr, "-quiet", "-no_ign_eof", "-nocommands"}
	return converse(t, find(t, "openssl"), append(base, args...)...)
}

// GnuTLS runs gnutls-cli.
func GnuTLS(t *testing.T, addr string, args ...string) Run {
	t.Helper()
	path := find(t, "gnutls-cli")
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	base := []string{"--insecure", "--logfile", log, "--port", port}
	run := converse(t, path, append(append(base, args...), host)...)
	said, err := os.ReadFile(log) //nolint:gosec // our own file
	if err == nil {
		run.Said += string(said)
	}
	return run
}

// Match is an error of the test unless what a client said matches.
func Match(t *testing.T, pattern, said string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(said) {
		t.Errorf("want the client to say %q, it says\n%s", pattern, said)
	}
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
func converse(t *testing.T, path string, args ...string) Run {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // a client of our own choice
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
	go func() { _, _ = in.Write(Payload) }()
	echoed := make([]byte, len(Payload))
	n, err := io.ReadFull(out, echoed)
	_ = in.Close()
	_, _ = io.Copy(io.Discard, out)
	if waited := cmd.Wait(); err == nil {
		err = waited
	}
	return Run{Echoed: echoed[:n], Said: said.String(), Err: err}
}
