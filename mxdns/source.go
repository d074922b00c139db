package mxdns

import (
	"net/netip"

	"github.com/miekg/dns"
)

// timeToLive is the TTL of every record in seconds: answers are not to outlive
// the run they belong to.
const timeToLive = 1

// A Source holds the records at one name. Its method may be called from several
// goroutines at once.
type Source interface {
	// Answer returns the records of a type, or all records for dns.TypeANY.
	Answer(qtype uint16) Answer
}

// An Answer is a [Source]'s answer for one type. The zero value says that the
// name exists but has no record of that type.
type Answer struct {
	// Records are the records. The server sets their owner name to the name in
	// the query, as the client spelled it.
	Records []dns.RR
	// Rcode is dns.RcodeSuccess, or an error such as dns.RcodeServerFailure;
	// Records are then ignored.
	Rcode int
	// Authenticated sets the AD bit (RFC 6840 section 5.8) if the client asks
	// for it, as a validating resolver does for a signed zone. There are no
	// signatures: the client has to trust its resolver.
	Authenticated bool
}

// Records is a [Source] of fixed records. They are not authenticated.
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

// Authenticated returns a [Source] that gives the answers of s and marks them
// as authenticated.
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
