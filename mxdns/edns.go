package mxdns

import "github.com/miekg/dns"

// udpSize is the largest datagram that is sent, and the size that is announced:
// what passes everywhere in one piece.
const udpSize = 1232

// An extension is what a query says by EDNS (RFC 6891).
type extension struct {
	present bool
	size    uint16 // of a datagram that the client takes
	do      bool   // the client wants DNSSEC
	// code is the extended error of the response (RFC 8914); nil for none.
	code *uint16
}

// edns reads the OPT record of a query. Two of them are a format error, and a
// version other than 0 is not known here (section 6.1.3).
func edns(r *dns.Msg) (e extension, rcode int) {
	for _, record := range r.Extra {
		opt, ok := record.(*dns.OPT)
		if !ok {
			continue
		}
		if e.present {
			return extension{}, dns.RcodeFormatError
		}
		e = extension{present: true, size: opt.UDPSize(), do: opt.Do()}
		if opt.Version() != 0 {
			rcode = dns.RcodeBadVers
		}
	}
	return e, rcode
}

// fit adds our own OPT record to a response and cuts it to the size that the
// client takes; the TC bit tells it if there is more.
func (e extension) fit(m *dns.Msg, datagram bool) {
	size := dns.MaxMsgSize
	if datagram {
		size = min(max(dns.MinMsgSize, int(e.size)), udpSize)
	}
	if m.Compress = true; m.Len() > size-minOPT {
		m.Extra = nil // is not missed, so that it asks for no other try (RFC 2181 section 9)
	}
	if e.present {
		m.SetEdns0(udpSize, e.do)
		if e.code != nil {
			m.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_EDE{InfoCode: *e.code}}
		}
	} else if m.Rcode > 0xF {
		m.Rcode = dns.RcodeServerFailure // the real one needs an OPT record to be told
	}
	m.Truncate(size)
	m.Compress = true
}

// minOPT is the length of our OPT record with an extended error.
const minOPT = 17

// extendedCode is the extended error of a message; nil if there is none.
func extendedCode(m *dns.Msg) *uint16 {
	opt := m.IsEdns0()
	if opt == nil {
		return nil
	}
	for _, option := range opt.Option {
		if extended, ok := option.(*dns.EDNS0_EDE); ok {
			return &extended.InfoCode
		}
	}
	return nil
}
