package maillog

import "strings"

// excuse finds what looks like a failure and is none by how its part ends.
func (p *part) excuse() {
	last := p.events[len(p.events)-1]
	sent := last.Outcome == Sent
	refused := last.Class == Other && last.Code >= 400
	for _, h := range p.events {
		if h.Class != Fault || h.Outcome != "" {
			continue
		}
		switch h.Reason {
		case NotVerified, SelfSigned, RootUntrusted, IssuerUnknown, HostMismatch:
			// Mail that is handed to this host's own daemon does not leave it.
			if sent && isLoopback(h.Peer) {
				h.Class = Harmless
			}
		case NoCloseNotify, ConnectionClosed, ConnectionReset:
			// The message was taken, or it was refused with a reply before.
			if sent || refused {
				h.Class = Harmless
			}
		}
	}
}

// isLoopback reports whether a host is this one.
func isLoopback(host string) bool {
	return host == "localhost" || host == "::1" || host == "IPv6:::1" || strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "localhost.")
}
