package stage_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// playing are peers that play scenarios of these names.
func playing(names ...string) []fakemx.Config {
	peers := make([]fakemx.Config, len(names))
	for i, name := range names {
		peers[i].Scenario = scenarios.MustGet(name)
	}
	return peers
}

// visit holds a session that does nothing, to its end.
func visit(t *testing.T, p *stage.Peer) {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "QUIT\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
}

// files are the paths of all files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			path, err = filepath.Rel(dir, path)
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPeersArePlayed(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("expired", "healthy")})
	var names []string
	for _, p := range s.Peers() {
		names = append(names, p.Scenario().Name)
		visit(t, p)
	}
	if got := strings.Join(names, " "); got != "expired healthy" {
		t.Errorf("the peers are %q, in the order of Config.Peers they are expired and healthy", got)
	}
	if p := s.Peer("healthy"); p == nil || p.Scenario().Name != "healthy" {
		t.Errorf("Peer(healthy) is %v", p)
	}
	if p := s.Peer("none"); p != nil {
		t.Errorf("Peer(none) is %v", p)
	}
	if s.DNS() != nil {
		t.Error("there is a DNS that nobody asked for")
	}
	if healthy, expired := s.Peer("healthy").ClientTLS(), s.Roots(); !healthy.RootCAs.Equal(expired) {
		t.Error("the peers do not share a root")
	}
}

func TestNothingIsLeftAfterClose(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	s, err := stage.New(stage.Config{Peers: playing("healthy", "expired"), DNS: "127.0.0.1:0", PeerFiles: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := files(t, temporary); len(got) == 0 {
		t.Error("no files were written")
	}
	addr, events := s.Peer("healthy").Addr(), s.Events()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		_ = conn.Close()
		t.Error("somebody still listens")
	}
	if _, err := events.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("a subscription says %v at the end, want io.EOF", err)
	}
	if _, err := s.Events().Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("a subscription to a closed stage says %v, want io.EOF", err)
	}
	if _, err := s.Trust(); err == nil {
		t.Error("a closed stage still writes files")
	}
}

// TestAFailedStartLeavesNothing, whatever fails.
func TestAFailedStartLeavesNothing(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*stage.Config){
		"a peer":   func(c *stage.Config) { c.Peers[1].Listen = taken.Addr().String() },
		"SMTPS":    func(c *stage.Config) { c.Peers[1].SMTPS = taken.Addr().String() },
		"the DNS":  func(c *stage.Config) { c.DNS = taken.Addr().String() },
		"messages": func(c *stage.Config) { c.MessagesDir = filepath.Join(file, "messages") },
		"files":    func(c *stage.Config) { c.Dir = filepath.Join(file, "dir") },
		"PKIs":     func(c *stage.Config) { c.PKIDir = filepath.Join(file, "pki") },
	} {
		temporary := t.TempDir()
		t.Setenv("TMPDIR", temporary)
		c := stage.Config{Peers: playing("healthy", "expired"), PeerFiles: true}
		edit(&c)
		s, err := stage.New(c)
		if err == nil {
			t.Errorf("%s: the stage was started", name)
			_ = s.Close()
		}
		var dns *stage.DNSError
		if is := errors.As(err, &dns); is != (name == "the DNS") {
			t.Errorf("%s: a DNSError: %t (%v)", name, is, err)
		}
		if left, _ := os.ReadDir(temporary); len(left) > 0 {
			t.Errorf("%s: %v is left", name, left)
		}
		goleak.VerifyNone(t, goleak.IgnoreCurrent())
	}
}

func TestConfigurationsThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]stage.Config{
		`Config.Later: scenario "healthy" is given twice`: {Peers: playing("healthy", "expired"), Later: playing("healthy")},
		"Config.MaxEvents: expected":                      {MaxEvents: -1},
		"Config.MaxEventBytes: expected":                  {MaxEventBytes: -1},
		"Config.Port: expected 0 to 65535":                {Port: 65536},
		"Config.Port: expected 0 without Network":         {Port: 25},
		"Config.Upstream: expected none":                  {Upstream: "192.0.2.1"},
		"Config.Network: 127.25.0.0/30 is too":            {Network: network("127.25.0.0/30"), Peers: playing("expired")},
		"Config.Network: 127.25.0.0/31 is too":            {Network: network("127.25.0.0/31"), Later: playing("expired")},
		`Config.Peers: scenario "healthy" is given twice`: {Peers: playing("healthy", "healthy")},
		"Config.DNS: listen":                              {DNS: "nowhere"},
		"Config.Upstream: expected the address":           {DNS: "127.0.0.1:0", Upstream: "nowhere"},
		`names such as "localhost"`:                       {DNS: "127.0.0.1:0", Later: []fakemx.Config{{Scenario: scenarios.MustGet("healthy"), Listen: "localhost:25"}}},
		"expected at most":                                {Peers: []fakemx.Config{{Timeout: -1}}},
	} {
		if s, err := stage.New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
			if err == nil {
				_ = s.Close()
			}
		}
	}
}

func TestAnEmptyStage(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{})
	if peers := s.Peers(); len(peers) > 0 {
		t.Errorf("it has %v", peers)
	}
}

// TestFolders: a peer alone has the folders, several have a part each.
func TestFolders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		peers     []string
		chain, ca string
	}{
		{[]string{"healthy"}, "chain.pem", "ca.pem"},
		{[]string{"healthy", "expired"}, "healthy/chain.pem", "ca.pem"},
	} {
		pki, dir, messages := t.TempDir(), t.TempDir(), t.TempDir()
		for range 2 { // the second one uses the first one's keys
			s, err := stage.New(stage.Config{Peers: playing(test.peers...), PKIDir: pki, Dir: dir, MessagesDir: messages})
			if err != nil {
				t.Fatal(err)
			}
			trust, err := s.Trust()
			if want := filepath.Join(dir, test.ca); err != nil || trust.CA != want {
				t.Errorf("%v are to be trusted by %s, %v; want %s", test.peers, trust.CA, err, want)
			}
			files, err := s.Peer("healthy").Files()
			if want := filepath.Join(dir, test.chain); err != nil || files.Chain != want {
				t.Errorf("the chain of %v is %s, %v; want %s", test.peers, files.Chain, err, want)
			}
			if got := s.Peer("healthy").CAFile(); got != files.CA {
				t.Errorf("CAFile is %s, Files say %s", got, files.CA)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			checkRoots(t, trust.CA)
		}
		if _, err := os.Stat(filepath.Join(messages, filepath.Dir(test.chain), "new")); err != nil {
			t.Errorf("there is no Maildir for %v: %v", test.peers, err)
		}
	}
}

// checkRoots wants one root in a bundle: all peers of all runs share it.
func checkRoots(t *testing.T, bundle string) {
	t.Helper()
	text, err := os.ReadFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "BEGIN CERTIFICATE"); n != 1 {
		t.Errorf("%d roots are in %s, want 1", n, bundle)
	}
}

// TestFilesOnDemand: a stage that was asked for none makes no folder, and its
// peers write theirs when they are wanted.
func TestFilesOnDemand(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	s := stage.Start(t, stage.Config{Peers: playing("healthy")})
	if left := files(t, temporary); len(left) > 0 {
		t.Errorf("%q was written, which nobody asked for", left)
	}
	if ca := s.Peer("healthy").CAFile(); !strings.HasPrefix(ca, temporary) {
		t.Errorf("CAFile is %q", ca)
	}
	if trust, err := s.Trust(); err != nil || !strings.HasPrefix(trust.CA, temporary) {
		t.Errorf("Trust is %q, %v", trust.CA, err)
	}
}

func TestPlayedLater(t *testing.T) {
	t.Parallel()
	later := playing("expired", "self-signed")
	for i := range later {
		later[i].Listen = "127.0.0.1:0"
	}
	s := stage.Start(t, stage.Config{Peers: playing("healthy"), Later: later, DNS: "127.0.0.1:0"})
	if addrs, err := s.Resolver().LookupHost(t.Context(), "mx.expired.fakemx.test"); err != nil || !slices.Equal(addrs, []string{"127.0.0.1"}) {
		t.Errorf("before it is played, the DNS leads to %q, %v", addrs, err)
	}
	for range 2 {
		finished := make(chan fakemx.Session, 1)
		p, err := s.Play("expired", func(c *fakemx.Config) { c.OnSession = func(session fakemx.Session) { finished <- session } })
		if err != nil {
			t.Fatal(err)
		}
		if s.Peer("expired") != p || len(s.Peers()) != 2 {
			t.Errorf("the peers are %v", s.Peers())
		}
		visit(t, p)
		if session := <-finished; session.Scenario != "expired" {
			t.Errorf("its own OnSession is told of %q", session.Scenario)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if s.Peer("expired") != nil || len(s.Peers()) != 1 {
			t.Errorf("the peers are %v after one was closed", s.Peers())
		}
	}
	if p, err := s.Play("missing-intermediate"); err == nil || !strings.Contains(err.Error(), "is not in Config.Later") {
		t.Errorf("what is not in Config.Later was played: %v, %v", p, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Play("expired"); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("a closed stage says %v", err)
	}
}

// TestShutdownWaits for who is there, until ctx ends or Close is called.
func TestShutdownWaits(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*stage.Stage, context.CancelFunc){
		"the context ends": func(_ *stage.Stage, cancel context.CancelFunc) { cancel() },
		"closed":           func(s *stage.Stage, _ context.CancelFunc) { _ = s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkShutdown(t, cut)
		})
	}
}

// checkShutdown wants Shutdown to wait until it is cut short.
func checkShutdown(t *testing.T, short func(*stage.Stage, context.CancelFunc)) {
	t.Helper()
	s := stage.Start(t, stage.Config{Peers: playing("healthy")})
	conn, err := s.Peer("healthy").DialContext(t.Context(), "tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Read(make([]byte, 3)); err != nil { // the session has begun
		t.Fatal(err)
	}
	healthy := s.Peer("healthy")
	ctx, cut := context.WithCancel(t.Context())
	defer cut()
	over := make(chan error, 1)
	go func() { over <- s.Shutdown(ctx) }()
	for { // no more connections
		other, err := net.Dial("tcp", healthy.Addr())
		if err != nil {
			break
		}
		_ = other.Close()
	}
	select {
	case err := <-over:
		t.Errorf("Shutdown did not wait: %v", err)
	default:
	}
	short(s, cut)
	if err := <-over; err != nil {
		t.Errorf("who was cut off is an error: %v", err)
	}
	if sessions := healthy.Sessions(); sessions[len(sessions)-1].Outcome == "" {
		t.Errorf("there is no record of who was cut off: %+v", sessions)
	}
}
