package mxdns

import (
	"encoding/hex"
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
}

// Records is a [Source] of fixed records.
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

// header is the header of a record; its name is set when it is served.
func header(rrtype uint16) dns.RR_Header {
	return dns.RR_Header{Name: ".", Rrtype: rrtype, Class: dns.ClassINET, Ttl: timeToLive}
}

// MX returns an MX record.
func MX(preference uint16, host string) dns.RR {
	return &dns.MX{Hdr: header(dns.TypeMX), Preference: preference, Mx: dns.Fqdn(host)}
}

// CNAME returns a CNAME record.
func CNAME(target string) dns.RR {
	return &dns.CNAME{Hdr: header(dns.TypeCNAME), Target: dns.Fqdn(target)}
}

// DNAME returns a DNAME record, which redirects all names below its own (RFC
// 6672). A zone may have no records there.
func DNAME(target string) dns.RR {
	return &dns.DNAME{Hdr: header(dns.TypeDNAME), Target: dns.Fqdn(target)}
}

// PTR returns a PTR record.
func PTR(host string) dns.RR {
	return &dns.PTR{Hdr: header(dns.TypePTR), Ptr: dns.Fqdn(host)}
}

// TXT returns a TXT record with one text, which is cut into strings of 255
// octets.
func TXT(text string) dns.RR {
	record := &dns.TXT{Hdr: header(dns.TypeTXT)}
	for len(text) > maxString {
		record.Txt = append(record.Txt, text[:maxString])
		text = text[maxString:]
	}
	record.Txt = append(record.Txt, text)
	return record
}

// maxString is the length of a string in a TXT record (RFC 1035 section 3.3).
const maxString = 255

// TLSA returns a TLSA record (RFC 6698 section 2.1).
func TLSA(usage, selector, matching uint8, data []byte) dns.RR {
	return &dns.TLSA{Hdr: header(dns.TypeTLSA), Usage: usage, Selector: selector, MatchingType: matching, Certificate: hex.EncodeToString(data)}
}

// Addresses returns A and AAAA records.
func Addresses(addrs ...netip.Addr) Records {
	var records Records
	for _, addr := range addrs {
		addr = addr.Unmap()
		if addr.Is4() {
			records = append(records, &dns.A{Hdr: header(dns.TypeA), A: addr.AsSlice()})
		} else {
			records = append(records, &dns.AAAA{Hdr: header(dns.TypeAAAA), AAAA: addr.AsSlice()})
		}
	}
	return records
}

func ns(host string) dns.RR {
	return &dns.NS{Hdr: header(dns.TypeNS), Ns: host}
}
