package scenarios

import (
	"net/netip"
	"strings"
)

// Hostname is the name the peer gives itself, with its placeholder replaced.
func (s Scenario) Hostname() string {
	return strings.ReplaceAll(s.Peer.Hostname, "{scenario}", s.Name)
}

// Expand replaces {hostname} and {scenario} in a text of the peer, such as the
// greeting or the text of a fault.
func (s Scenario) Expand(text string) string {
	return strings.NewReplacer("{hostname}", s.Hostname(), "{scenario}", s.Name).Replace(text)
}

// TakesMail reports whether a client that does everything right, and tries
// often enough, can deliver a message. It cannot if every session is cut short
// before TLS is even asked for, or in every part of a session before the 250.
func (p Peer) TakesMail() bool {
	for _, f := range p.Faults {
		opening := f.At == AtConnect || f.At == AtGreeting
		envelope := f.At == AtMAIL || f.At == AtRCPT || f.At == AtDATA || f.At == AtMessage || f.At == AtDot
		everywhere := f.In == "" || f.In == Everywhere
		if f.always() && f.stops() && (opening || envelope && everywhere) {
			return false
		}
	}
	return true
}

// always: the fault strikes in every session.
func (f Fault) always() bool { return f.First == 0 && f.Every <= 1 }

// stops: the session does not get beyond the fault's point.
func (f Fault) stops() bool {
	refuses := f.Do == DoReply && !strings.HasPrefix(f.Text, "2") && !strings.HasPrefix(f.Text, "3")
	return refuses || f.ends()
}

// ends: the session is over at the fault's point.
func (f Fault) ends() bool { return f.Do == DoReset || f.Do == DoClose || f.Do == DoStall }

// noResponder stands for the base URL of the peer's HTTP responder as long as
// there is none: nothing listens on the discard port.
const noResponder = "http://127.0.0.1:9"

// Vars are the values of the placeholders in the recipe of the peer's PKI, as
// certgen.Build takes them. Names are further host names the certificates are
// for and addresses further IP addresses; both may be empty.
// {responder} stands for the base URL of an HTTP responder, which is the
// server's to give.
func (s Scenario) Vars(names []string, addresses []netip.Addr) map[string][]string {
	vars := map[string][]string{
		"{hostname}":  {s.Hostname()},
		"{scenario}":  {s.Name},
		"{names}":     names,
		"{addresses}": nil,
		"{responder}": {noResponder},
	}
	for _, a := range addresses {
		vars["{addresses}"] = append(vars["{addresses}"], a.Unmap().WithZone("").String())
	}
	return vars
}
