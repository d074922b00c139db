package stage

import (
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"strconv"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
)

// published is what stands at a name: records, and TLSA records about
// certificates, which are known once the peer is played.
type published struct {
	records mxdns.Records
	tlsa    []scenarios.TLSA
	pki     func() *certgen.PKI
}

// Answer returns the records of a type.
func (p *published) Answer(qtype uint16) mxdns.Answer {
	a := p.records.Answer(qtype)
	if len(p.tlsa) == 0 || qtype != dns.TypeTLSA && qtype != dns.TypeANY {
		return a
	}
	pki := p.pki()
	if pki == nil {
		return a
	}
	for _, t := range p.tlsa {
		if data := tlsaData(t, pki); data != nil {
			a.Records = append(a.Records, mxdns.TLSA(uint8(t.Usage), uint8(t.Selector), uint8(t.Matching), data)) //nolint:gosec // the scenario was validated
		}
	}
	return a
}

// smtpPort is the port of mail between servers.
const smtpPort = 25

// tlsa adds the TLSA records of a scenario.
func (b *zoneBuilder) tlsa(p place) {
	s := p.scenario
	for _, t := range s.Peer.DNS.TLSA {
		port := cmp.Or(t.Port, smtpPort)
		name := dns.CanonicalName("_" + strconv.Itoa(port) + "._tcp." + s.Expand(cmp.Or(t.Name, "{hostname}")))
		if home := b.at(name); home != nil {
			there := b.published(home, name)
			there.tlsa, there.pki = append(there.tlsa, t), p.pki
		}
	}
}

// tlsaData is the certificate association data of a record (RFC 6698 section
// 2.1); nil if its certificate is none.
func tlsaData(t scenarios.TLSA, pki *certgen.PKI) []byte {
	certificate := pki.Certificate(cmp.Or(t.Of, firstSent(pki)))
	if certificate == nil {
		return nil
	}
	selector := t.Selector
	if t.Data == scenarios.TLSAOtherSelector {
		selector = 1 - selector
	}
	data := certificate.DER
	if selector == 1 {
		if certificate.Parsed == nil {
			return nil
		}
		data = certificate.Parsed.RawSubjectPublicKeyInfo
	}
	switch t.Matching {
	case 0:
	case 2: //nolint:mnd // SHA2-512 (RFC 6698 section 7.4)
		sum := sha512.Sum512(data)
		data = sum[:]
	default: // an unknown one is as long as the usual one
		sum := sha256.Sum256(data)
		data = sum[:]
	}
	if t.Data == scenarios.TLSAShort {
		data = data[:len(data)/2]
	}
	return data
}

// firstSent is the name of the certificate that a peer sends first.
func firstSent(pki *certgen.PKI) string {
	if send := pki.Recipe().Send; len(send) > 0 {
		return send[0]
	}
	return ""
}
