package stage

import (
	"cmp"
	"strconv"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/policy/dane"
	"github.com/fakemx/fakemx/scenarios"
)

// published is what stands at a name: records, and TLSA records about
// certificates, which are known once the peer is played.
type published struct {
	records mxdns.Records
	// changing are records that change while the stage is up.
	changing []func() mxdns.Records
	tlsa     []scenarios.TLSA
	pki      func() *certgen.PKI
}

// Answer returns the records of a type.
func (p *published) Answer(qtype uint16) mxdns.Answer {
	a := p.records.Answer(qtype)
	for _, records := range p.changing {
		a.Records = append(a.Records, records().Answer(qtype).Records...)
	}
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
			if _, second := s.SecondAddress(); second != "" && s.Expand(t.Name) == second {
				there.pki = p.secondPKI
			}
		}
	}
}

// tlsaData is the certificate association data of a record (RFC 6698 section
// 2.1); nil if its certificate is none. What nobody has defined looks like what
// is usual.
func tlsaData(t scenarios.TLSA, pki *certgen.PKI) []byte {
	certificate := pki.Certificate(cmp.Or(t.Of, firstSent(pki)))
	if certificate == nil {
		return nil
	}
	selector, matching := dane.SPKI, dane.SHA256
	if (t.Selector == int(dane.Cert)) != (t.Data == scenarios.TLSAOtherSelector) {
		selector = dane.Cert
	}
	if t.Matching == int(dane.Full) || t.Matching == int(dane.SHA512) {
		matching = dane.MatchingType(t.Matching)
	}
	record, err := dane.New(dane.Usage(t.Usage), selector, matching, certificate.DER) //nolint:gosec // the scenario was validated
	if err != nil {
		return nil
	}
	if t.Data == scenarios.TLSAShort {
		return record.Data[:len(record.Data)/2]
	}
	return record.Data
}

// firstSent is the name of the certificate that a peer sends first.
func firstSent(pki *certgen.PKI) string {
	if send := pki.Recipe().Send; len(send) > 0 {
		return send[0]
	}
	return ""
}
