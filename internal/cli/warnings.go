package cli

import (
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// warnOfExposure tells of listeners that other machines can reach.
func (a *app) warnOfExposure(peers []*stage.Peer) {
	for _, peer := range peers {
		for _, address := range []string{peer.Addr(), peer.SMTPSAddr()} {
			if address != "" && !cmdline.OnLoopback(address) {
				a.Warn("listening on %s, which other machines may reach; this peer is broken on purpose and accepts any mail", address)
				return
			}
		}
	}
}

// warnOfNothingWrong tells of scenarios that are not played, since nothing is
// wrong with the peer, or nothing but the certificates that --cert replaces.
func (a *app) warnOfNothingWrong(p plan) {
	for _, peer := range p.peers {
		s := peer.Scenario
		_, own := scenarios.Get(s.Name)
		switch {
		case s.NeedsDNS() && p.dns.listen == "":
			a.Warn("what is wrong with %s is in the DNS: add --dns ADDRESS", s.Name)
		case s.Name == "healthy", p.chainFile == "" && own == nil:
		case scenarios.Same(scenarios.Healthy(), s.Peer):
			a.Warn("%s is identical to the healthy peer", s.Name)
		case p.chainFile != "" && allIn("pki.", scenarios.Diff(scenarios.Healthy(), s.Peer)):
			a.Warn("--cert replaces the certificates of %s, and with them everything that is wrong there", s.Name)
		}
	}
}

// allIn reports whether no field is changed but those below a path.
func allIn(path string, changes []scenarios.Change) bool {
	return !slices.ContainsFunc(changes, func(c scenarios.Change) bool { return !strings.HasPrefix(c.Path, path) })
}
