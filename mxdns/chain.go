package mxdns

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// A chain is the names of a zone in the order of its NSEC or NSEC3 records. The
// records themselves are made when they are needed, for the types at a name may
// change.
type chain []link

// A link is a name of a chain, and by what it is sorted: a key of the canonical
// order, or the hash.
type link struct{ name, key string }

// newChain sorts the names of a zone. With NSEC, names that exist only because
// there is another below have no record (RFC 4034 section 4). With NSEC3 they
// have one, but insecure delegations are left out with opt-out (RFC 5155 section
// 7.1).
func newChain(z *zone) chain {
	var c chain
	for name, source := range z.names {
		below, delegated := source.(delegation)
		_, empty := source.(emptyNonTerminal)
		switch {
		case !z.signing.hashed():
			if !empty {
				c = append(c, link{name, sortKey(name)})
			}
		case z.signing.Denial == DenialNSEC3OptOut && delegated && !below.zone.delegatedSecurely():
		default:
			c = append(c, link{name, nameHash(name)})
		}
	}
	slices.SortFunc(c, func(a, b link) int { return strings.Compare(a.key, b.key) })
	return c
}

// nameHash is the hash of a name in an NSEC3 record, without salt and further
// iterations (RFC 9276 section 3.1).
func nameHash(name string) string { return dns.HashName(name, dns.SHA1, 0, "") }

// around returns the link at a key or, if there is none, the one before it, and
// the one after that; the chain is a ring. Names that are gone are left out; the
// apex never is.
func (c chain) around(key, gone string) (at, next link, matches bool) {
	there := func(i int) (link, bool) {
		l := c[(i+len(c))%len(c)]
		return l, gone == "" || !dns.IsSubDomain(gone, l.name)
	}
	i, _ := slices.BinarySearchFunc(c, key, func(l link, key string) int { return strings.Compare(l.key, key) })
	if i == len(c) || c[i].key != key {
		i--
	}
	for ok := false; !ok; i-- {
		at, ok = there(i)
	}
	for i, ok := i+2, false; !ok; i++ {
		next, ok = there(i)
	}
	return at, next, at.key == key
}
