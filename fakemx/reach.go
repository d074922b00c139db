package fakemx

import (
	"context"
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"sync"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// Addr is the address of the first listener, host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// SMTPSAddr is the address on which TLS begins with the first byte, empty if
// there is none.
func (s *Server) SMTPSAddr() string {
	if s.smtps == nil {
		return ""
	}
	return s.smtps.Addr().String()
}

// Port is the port of Addr.
func (s *Server) Port() int { return portOf(s.listener) }

// SMTPSPort is the port of SMTPSAddr, 0 if there is none.
func (s *Server) SMTPSPort() int {
	if s.smtps == nil {
		return 0
	}
	return portOf(s.smtps)
}

func portOf(l net.Listener) int {
	if tcp, ok := l.Addr().(*net.TCPAddr); ok {
		return tcp.Port
	}
	return 0
}

// Open is how many sessions are open. Each counts until its record is complete.
func (s *Server) Open() int { return s.front.Open() }

// Scenario is what is played.
func (s *Server) Scenario() scenarios.Scenario { return s.scenario }

// Host is the name by which a client is meant to reach the peer, and for which
// it verifies the certificate: Config.Hostname, or "localhost", or the address
// where that is what the scenario is about.
func (s *Server) Host() string {
	if s.scenario.ReachBy == scenarios.ReachByAddress {
		host, _, _ := net.SplitHostPort(s.Addr())
		return host
	}
	if s.config.Hostname != "" {
		return s.config.Hostname
	}
	return "localhost"
}

// PKI is the peer's PKI.
func (s *Server) PKI() *certgen.PKI { return s.pki }

// ClientTLS is the configuration of a correct verifying client for this peer.
func (s *Server) ClientTLS() *tls.Config {
	return &tls.Config{RootCAs: s.Roots(), ServerName: s.Host(), MinVersion: tls.VersionTLS12, Time: s.now}
}

// DialContext connects to the peer, whatever the address; it fits where a
// client takes a dial function. The network is "tcp" or one of its kind if the
// peer listens on TCP, and does not matter otherwise.
func (s *Server) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	if of := s.listener.Addr().Network(); network == "" || of != "tcp" {
		network = of
	}
	return (&net.Dialer{}).DialContext(ctx, network, s.Addr())
}

// filesOnce is the PKI as files, written when they are first asked for.
type filesOnce struct {
	once  sync.Once
	dir   string
	files certgen.Files
	err   error
}

// Files writes the PKI to a temporary directory, once, and says where. The
// directory is removed by Close. With Config.Certificate, Files has no more than
// Chain and Certificate, which are what that holds, and CA, which is what Roots
// has.
func (s *Server) Files() (certgen.Files, error) {
	f := &s.files
	f.once.Do(func() {
		f.dir, f.err = os.MkdirTemp("", "fakemx-")
		switch {
		case f.err != nil:
		case s.config.Certificate != nil:
			f.files, f.err = s.writeCertificate(f.dir)
		default:
			f.files, f.err = s.pki.Write(filepath.Join(f.dir, s.scenario.Name), s.scenario.Peer.AlternateSend()...)
		}
	})
	return f.files, f.err
}

// CAFile is the path of the CA bundle that a client is given. It is empty if
// the file cannot be written; Files says why.
func (s *Server) CAFile() string {
	files, err := s.Files()
	if err != nil {
		return ""
	}
	return files.CA
}
