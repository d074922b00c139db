package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
)

// A peer is a running server and the files that belong to it.
type peer struct {
	server *fakemx.Server
	files  certgen.Files
}

// startPeers starts every peer of a plan, all at once since making keys takes
// its time, and writes into a folder whom their clients are to trust. After an
// error the caller still has to end those that did start.
func startPeers(p plan, folder string, onSession func(fakemx.Session)) ([]*peer, error) {
	anchors := &certgen.Anchors{Dir: p.pki}
	peers := make([]*peer, len(p.peers))
	errs := make([]error, len(p.peers))
	var starting sync.WaitGroup
	for i, planned := range p.peers {
		planned.config.OnSession, planned.config.Anchors = onSession, anchors
		starting.Go(func() { peers[i], errs[i] = startPeer(p, planned, folder) })
	}
	starting.Wait()
	anchors.Forget()
	started := slices.DeleteFunc(peers, func(p *peer) bool { return p == nil })
	if err := firstOf(errs...); err != nil {
		return started, err
	}
	trust, err := anchors.Write(folder)
	for _, peer := range started {
		peer.files.CA, peer.files.CADir = trust.CA, trust.CADir
	}
	return started, err
}

// startPeer makes the peer's folders, starts its server and writes what a client
// needs.
func startPeer(p plan, planned peerPlan, folder string) (*peer, error) {
	config := planned.config
	config.Store = new(store.Discard)
	config.MaxSessions = -1 // they are told as they end
	if p.messages != "" {
		maildir, err := store.NewMaildir(planned.within(p.messages))
		if err != nil {
			return nil, err
		}
		config.Store = maildir
	}
	if p.pki != "" {
		config.PKIDir = planned.within(p.pki)
	}
	server, err := fakemx.New(config)
	if err != nil {
		return nil, p.explainBind(err)
	}
	files, err := server.PKI().Write(planned.within(folder), server.Scenario().Peer.AlternateSend()...)
	if err != nil {
		_ = server.Close() // the first error is the one to tell
		return nil, err
	}
	return &peer{server, files}, nil
}

// explainBind adds the mend to an address that cannot be had, in the terms of
// the flag that it comes from.
func (p plan) explainBind(err error) error {
	if p.network != nil {
		return p.network.explainBind(err)
	}
	return explainBind(err)
}

// explainBind adds the mend to an address that cannot be had.
func explainBind(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w; choose another with --listen or --smtps, port 0 picks a free one", err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%w; ports below 1024 want privileges, --listen 127.0.0.1:2525 does not", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%w; choose an address of this machine with --listen", err)
	}
	return err
}

// shutdownPeers accepts no more connections and lets open ones end until ctx
// does; then they are cut off.
func shutdownPeers(ctx context.Context, peers []*peer) error {
	errs := make([]error, len(peers))
	var closing sync.WaitGroup
	for i, p := range peers {
		closing.Go(func() {
			if err := p.server.Shutdown(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
				errs[i] = err
			}
		})
	}
	closing.Wait()
	return errors.Join(errs...)
}
