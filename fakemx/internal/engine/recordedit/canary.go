package recordedit

import "io"

// canary is the end of ServerHello.random by which a TLS 1.3 server says that
// it agreed on TLS 1.2 (RFC 8446 section 4.1.3).
const canary = "DOWNGRD\x01"

// DowngradeCanary is for the Config.Rand of a server that does TLS 1.2 at most:
// its ServerHello.random ends as if it could do TLS 1.3, so a client of TLS 1.3
// must take the handshake for a downgrade attack. The random is covered by the
// server's signature, so it cannot be edited on the wire: a client that does not
// look at the canary shall be able to complete.
func DowngradeCanary(source io.Reader) io.Reader { return canaryReader{source} }

// canaryReader puts the canary at the end of every read of a random's size.
type canaryReader struct{ source io.Reader }

func (c canaryReader) Read(p []byte) (int, error) {
	n, err := io.ReadFull(c.source, p)
	if n == randomLen {
		copy(p[randomLen-len(canary):], canary)
	}
	return n, err
}
