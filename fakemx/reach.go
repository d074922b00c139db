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

// Addr returns the address of the first listener, host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// SMTPSAddr returns the address on which TLS begins with the first byte. It is
// empty if there is none.
func (s *Server) SMTPSAddr() string {
	if s.smtps == nil {
		return ""
	}
	return s.smtps.Addr().String()
}

// Port returns the port of Addr.
func (s *Server) Port() int { return portOf(s.listener) }

// SMTPSPort returns the port of SMTPSAddr, or 0 if there is none.
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

// Open returns the number of open sessions. A session counts until its record
// is complete.
func (s *Server) Open() int { return s.front.Open() }

// Scenario returns the scenario that is played.
func (s *Server) Scenario() scenarios.Scenario { return s.scenario }

// Host returns the name by which clients should reach the peer, and for which
// they verify its certificate: [Config.Hostname], or "localhost" if that is
// empty, or the address if the scenario is about addresses.
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

// PKI returns the peer's PKI.
func (s *Server) PKI() *certgen.PKI { return s.pki }

// ClientTLS returns the configuration of a client that verifies this peer
// correctly.
func (s *Server) ClientTLS() *tls.Config {
	return &tls.Config{RootCAs: s.Roots(), ServerName: s.Host(), MinVersion: tls.VersionTLS12, Time: s.now}
}

// DialContext connects to the peer and ignores the address, so it can serve as
// a client's dial function. If the peer listens on TCP, the network must be
// "tcp", "tcp4" or "tcp6"; otherwise it is ignored.
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

// Files writes the PKI to a temporary directory, once, and returns the paths.
// Close removes the directory. With [Config.Certificate], only Chain and
// Certificate, taken from that, and CA, which holds Roots, are set.
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

// CAFile returns the path of the CA bundle for clients. It is empty if the file
// cannot be written; [Server.Files] then returns the error.
func (s *Server) CAFile() string {
	files, err := s.Files()
	if err != nil {
		return ""
	}
	return files.CA
}
