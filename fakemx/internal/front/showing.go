package front

import (
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// A showing says where a client can see in clear that a peer is not the healthy
// one. Faults that are played, which are noted anyway, and TLS are not in it.
type showing struct {
	greeting bool
	ehlo     bool // the reply to EHLO, apart from AUTH
	auth     bool // AUTH in clear; it is beside the point where STARTTLS is refused
}

func showingOf(p scenarios.Peer) showing {
	healthy := scenarios.Healthy().SMTP
	offered, usual := p.SMTP.StartTLS, healthy.StartTLS
	offered.KeepBuffered = usual.KeepBuffered // shows later, if at all
	return showing{
		greeting: p.SMTP.GreetPause > 0 || p.SMTP.Greeting != strings.ReplaceAll(healthy.Greeting, "{hostname}", p.Hostname),
		ehlo:     p.SMTP.ESMTP != healthy.ESMTP || offered != usual,
		auth:     !slices.ContainsFunc(p.Faults, func(f scenarios.Fault) bool { return f.At == scenarios.AtSTARTTLS }),
	}
}

// showGreeting notes that the client is about to see what is wrong with our
// greeting, with its delay, or that it comes in clear where TLS should begin.
func (c *Conn) showGreeting() {
	if c.f.showing.greeting || c.s.unencrypted {
		c.s.see.Shown()
	}
}

// showEHLO notes what a reply to EHLO in clear shows. AUTH has no business there.
func (c *Conn) showEHLO(mechanisms []string) {
	if c.tls == nil && (c.f.showing.ehlo || c.f.showing.auth && len(mechanisms) > 0) {
		c.s.see.Shown()
	}
}
