package mxdns

import (
	"bytes"
	"encoding/binary"
	"net"
	"time"

	"github.com/miekg/dns"
)

// headerOctets is the length of a message's header (RFC 1035 section 4.1.1).
const headerOctets = 12

// A strictReader lets the library see a message that holds less, or more, than
// its header says as one without a question, which is answered FORMERR. The
// library by itself takes what it can read.
type strictReader struct{ dns.Reader }

func (r strictReader) ReadTCP(conn net.Conn, timeout time.Duration) ([]byte, error) {
	m, err := r.Reader.ReadTCP(conn, timeout)
	return asRead(m), err
}

func (r strictReader) ReadUDP(conn *net.UDPConn, timeout time.Duration) ([]byte, *dns.SessionUDP, error) {
	m, session, err := r.Reader.ReadUDP(conn, timeout)
	return asRead(m), session, err
}

// asRead is the message, or a copy without its count of questions if it is not
// whole.
func asRead(m []byte) []byte {
	if len(m) < headerOctets || whole(m) {
		return m
	}
	m = bytes.Clone(m)
	binary.BigEndian.PutUint16(m[4:], 0)
	return m
}

// whole reports whether a message holds just what its header counts.
func whole(m []byte) bool {
	count := func(at int) int { return int(binary.BigEndian.Uint16(m[at:])) }
	off := headerOctets
	var err error
	for range count(4) {
		if _, off, err = dns.UnpackDomainName(m, off); err != nil {
			return false
		}
		off += 4 // type and class
	}
	for range count(6) + count(8) + count(10) {
		if off >= len(m) {
			return false
		}
		if _, off, err = dns.UnpackRR(m, off); err != nil {
			return false
		}
	}
	return off == len(m)
}
