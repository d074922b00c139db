package stage

import (
	"context"
	"crypto/tls"
	"errors"
	"path/filepath"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// A Peer is a running peer of a [Stage].
type Peer struct {
	*fakemx.Server

	stage *Stage
	files *certgen.Files // nil if they were not written at the start
	// second plays the second host, and filter is at an address at which
	// nobody answers; both are nil if there is none.
	second *fakemx.Server
	filter filter
}

// startPeer starts a peer and writes its files. Its folders are parts of those
// of the stage.
func (s *Stage) startPeer(c fakemx.Config, part string) (*Peer, error) {
	if err := s.complete(&c, part); err != nil {
		return nil, err
	}
	server, err := fakemx.New(c)
	if err != nil {
		return nil, err
	}
	p := &Peer{Server: server, stage: s}
	if err = p.startSecond(c); err == nil && s.config.writes() {
		err = p.write(part)
	}
	if err != nil {
		return nil, errors.Join(err, p.endSecond(s.cut), server.Close())
	}
	return p, nil
}

// complete fills in what a peer's configuration leaves to the stage.
func (s *Stage) complete(c *fakemx.Config, part string) error {
	if c.Store == nil && s.config.MessagesDir != "" {
		maildir, err := store.NewMaildir(filepath.Join(s.config.MessagesDir, part))
		if err != nil {
			return err
		}
		c.Store = maildir
	}
	if c.PKIDir == "" && s.config.PKIDir != "" {
		c.PKIDir = filepath.Join(s.config.PKIDir, part)
	}
	if c.Anchors == nil {
		c.Anchors = &s.anchors
	}
	if c.Now == nil {
		c.Now = s.config.Now
	}
	own := c.OnSession
	c.OnSession = func(session fakemx.Session) {
		s.step(session.Scenario, 0, 1)
		s.publish(Event{Session: &session})
		if own != nil {
			own(session)
		}
	}
	return nil
}

// write writes the peer's files into its part of the stage's folder.
func (p *Peer) write(part string) error {
	dir, err := p.stage.folder.path(p.stage.config)
	if err != nil {
		return err
	}
	files, err := p.PKI().Write(filepath.Join(dir, part), p.Scenario().Peer.AlternateSend()...)
	p.files = &files
	return err
}

// Files returns the paths of the peer's own files in the directory of the
// stage. If they were not written at the start, they are in a temporary
// directory, which is removed when the peer is closed.
func (p *Peer) Files() (certgen.Files, error) {
	if p.files != nil {
		return *p.files, nil
	}
	return p.Server.Files()
}

// CAFile returns the path of the CA bundle in Files; empty if it cannot be
// written. [Stage.Trust] has the bundle for all peers.
func (p *Peer) CAFile() string {
	files, err := p.Files()
	if err != nil {
		return ""
	}
	return files.CA
}

// Host returns the name by which clients should reach the peer: with a DNS, the
// name in its MX record, unless the scenario is about an address; otherwise
// that of [fakemx.Server.Host].
func (p *Peer) Host() string {
	s := p.Scenario()
	if p.stage.config.DNS == "" || s.ReachBy == scenarios.ReachByAddress {
		return p.Server.Host()
	}
	return s.Hostname()
}

// ClientTLS returns the configuration of a client that verifies this peer
// correctly and reaches it by [Peer.Host].
func (p *Peer) ClientTLS() *tls.Config {
	c := p.Server.ClientTLS()
	c.ServerName = p.Host()
	return c
}

// CleanUp closes the peer at the end of a test as [fakemx.Server.CleanUp] does
// and removes it from the stage. [Start] calls it.
func (p *Peer) CleanUp(tb fakemx.TB) {
	tb.Helper()
	defer p.stage.forget(p)
	if err := p.endSecond(p.stage.cut); err != nil {
		tb.Errorf("second address of %s: %v", p.Scenario().Name, err)
	}
	p.Server.CleanUp(tb)
}

// Shutdown ends the peer as [fakemx.Server.Shutdown] does and removes it from
// the stage.
func (p *Peer) Shutdown(ctx context.Context) error {
	defer p.stage.forget(p)
	return errors.Join(p.endSecond(ctx), p.Server.Shutdown(ctx))
}

// Close ends the peer as [fakemx.Server.Close] does and removes it from the
// stage.
func (p *Peer) Close() error {
	defer p.stage.forget(p)
	ended, end := context.WithCancel(context.Background())
	end()
	return errors.Join(p.endSecond(ended), p.Server.Close())
}

// PolicyHostAddr returns [Stage.PolicyHostAddr].
func (p *Peer) PolicyHostAddr() string { return p.stage.PolicyHostAddr() }
