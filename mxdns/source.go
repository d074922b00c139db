package mxdns

import (
	"net/netip"

	"github.com/miekg/dns"
)

// timeToLive is the TTL of every record in seconds: answers are not to outlive
// the run they belong to.
const timeToLive = 1

// A Source is what stands at one name. Its method may be called from many
// goroutines at once.
type Source interface {
	// Answer returns what is there of a type, for dns.TypeANY all of it.
	Answer(qtype uint16) Answer
}

// An Answer is what a Source has of a type. The zero value says that the name
// exists and has nothing of it.
type Answer struct {
	// Records are the records. The server gives them the name that was asked
	// for, as the client spelled it.
	Records []dns.RR
	// Rcode is dns.RcodeSuccess or what goes wrong, such as
	// dns.RcodeServerFailure; then Records are not looked at.
	Rcode int
	// Authenticated sets the AD bit (RFC 6840 section 5.8) for a client that
	// asks for it, as a validating resolver does for a signed zone. There are
	// no signatures: the client has to trust its resolver.
	Authenticated bool
}

// Records is a Source of fixed records. They are not authenticated.
type Records []dns.RR

// Answer returns the records of the type.
func (r Records) Answer(qtype uint16) Answer {
	var a Answer
	for _, record := range r {
		if qtype == dns.TypeANY || record.Header().Rrtype == qtype {
			a.Records = append(a.Records, record)
		}
	}
	return a
}

// Authenticated is a Source whose answers are those of another, authenticated.
func Authenticated(s Source) Source { return authenticated{s} }

type authenticated struct{ Source }

func (a authenticated) Answer(qtype uint16) Answer {
	answer := a.Source.Answer(qtype)
	answer.Authenticated = true
	return answer
}

// header is the header of a record; its name is set when it is served.
func header(rrtype uint16) dns.RR_Header {
	return dns.RR_Header{Name: ".", Rrtype: rrtype, Class: dns.ClassINET, Ttl: timeToLive}
}

func mx(target string) dns.RR {
	return &dns.MX{Hdr: header(dns.TypeMX), Preference: 10, Mx: target}
}

func ns(target string) dns.RR {
	return &dns.NS{Hdr: header(dns.TypeNS), Ns: target}
}

func ptr(target string) dns.RR {
	return &dns.PTR{Hdr: header(dns.TypePTR), Ptr: target}
}

// addresses are A and AAAA records.
func addresses(addrs []netip.Addr) Records {
	var records Records
	for _, addr := range addrs {
		if addr.Is4() {
			records = append(records, &dns.A{Hdr: header(dns.TypeA), A: addr.AsSlice()})
		} else {
			records = append(records, &dns.AAAA{Hdr: header(dns.TypeAAAA), AAAA: addr.AsSlice()})
		}
	}
	return records
}
