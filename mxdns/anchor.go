package mxdns

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// An Anchor is a trust anchor: what a validator has to know of the key of a zone
// that no other zone vouches for (RFC 4033 section 2). Both records stand for
// the same key; either will do.
type Anchor struct {
	DS     *dns.DS
	DNSKEY *dns.DNSKEY
}

// Anchors returns the trust anchors of the topmost signed zones: those without
// another zone of the server above them, by name. It makes their keys, if no
// query has needed them yet, and fails if one cannot be made.
func (s *Server) Anchors() ([]Anchor, error) {
	var anchors []Anchor
	for _, z := range s.zones {
		if z.above != nil || z.signing == nil {
			continue
		}
		key, err := z.keys.own()
		if err != nil {
			return nil, err
		}
		ds := key.ds(DSRight)
		ds.Hdr.Name = z.apex
		anchors = append(anchors, Anchor{DS: ds, DNSKEY: dns.Copy(key.record).(*dns.DNSKEY)}) //nolint:forcetypeassert // it is a copy
	}
	slices.SortFunc(anchors, func(a, b Anchor) int { return strings.Compare(a.DS.Hdr.Name, b.DS.Hdr.Name) })
	return anchors, nil
}

// A Validator is a program with a form of its own for trust anchors.
type Validator string

// The validators.
const (
	Unbound         Validator = "unbound"          // a file for trust-anchor-file
	BIND            Validator = "bind"             // a trust-anchors statement of named.conf, which delv -a reads too
	KnotResolver    Validator = "knot-resolver"    // lines of kresd.conf
	SystemdResolved Validator = "systemd-resolved" // a file in dnssec-trust-anchors.d, whose name ends in .positive
)

// Validators returns all validators.
func Validators() []Validator { return []Validator{Unbound, BIND, KnotResolver, SystemdResolved} }

// FormatAnchors writes trust anchors, as DS records, in the form that a
// validator reads. The text ends with a line feed. It is an error if the
// validator is none of [Validators].
func FormatAnchors(v Validator, anchors []Anchor) (string, error) {
	if err := oneOf("validator", Validators(), v); err != nil {
		return "", err
	}
	var text strings.Builder
	for _, anchor := range anchors {
		ds := anchor.DS
		record := fmt.Sprintf("%s IN DS %d %d %d %s", ds.Hdr.Name, ds.KeyTag, ds.Algorithm, ds.DigestType, strings.ToUpper(ds.Digest))
		switch v {
		case Unbound, SystemdResolved:
			fmt.Fprintf(&text, "%s\n", record)
		case BIND:
			// It is static: RFC 5011 has nothing to follow in the zones of a test.
			fmt.Fprintf(&text, "\t\"%s\" static-ds %d %d %d \"%s\";\n", ds.Hdr.Name, ds.KeyTag, ds.Algorithm, ds.DigestType, strings.ToUpper(ds.Digest))
		case KnotResolver:
			fmt.Fprintf(&text, "trust_anchors.add('%s')\n", record)
		}
	}
	if v == BIND {
		return "trust-anchors {\n" + text.String() + "};\n", nil
	}
	return text.String(), nil
}
