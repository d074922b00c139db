package mxdns

import (
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/netutil"
)

// Limits on clients.
const (
	maxConnections = 100
	writeTimeout   = 5 * time.Second
)

// attempts is how often a port that is free for TCP is looked for until it is
// free for UDP too.
const attempts = 20

// sockets are the two listeners of one address.
type sockets struct {
	tcp  net.Listener
	udp  net.PacketConn
	addr netip.AddrPort
}

// listen opens TCP and UDP on the same port.
func listen(address string) (s sockets, err error) {
	for range attempts {
		if s, err = listenOnce(address); err == nil || !picks(address) {
			return s, err
		}
	}
	return s, err
}

// picks says whether another attempt leads to another port.
func picks(address string) bool {
	_, port, err := net.SplitHostPort(address)
	return err == nil && port == "0"
}

func listenOnce(address string) (sockets, error) {
	tcp, err := net.Listen("tcp", address)
	if err != nil {
		return sockets{}, err
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		_ = tcp.Close() // the first error is the one to tell
		return sockets{}, err
	}
	addr := tcp.Addr().(*net.TCPAddr).AddrPort() //nolint:forcetypeassert // what net.Listen returns for tcp
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	return sockets{tcp: impatient{netutil.LimitListener(tcp, maxConnections)}, udp: udp, addr: addr}, nil
}

func (s sockets) close() {
	_ = s.tcp.Close() // both may be closed already
	_ = s.udp.Close()
}

// impatient is a listener whose connections do not wait forever for a client
// that reads nothing.
type impatient struct{ net.Listener }

func (l impatient) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return impatientConn{conn}, nil
}

type impatientConn struct{ net.Conn }

func (c impatientConn) Write(text []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(text)
}
