package engine

import (
	"net"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

func TestAlternate(t *testing.T) {
	t.Parallel()
	for name, peer := range map[string]scenarios.TLS{
		"modern": peerTLS("", nil),
		"legacy": peerTLS("1.2", func(p *scenarios.TLS) {
			p.Legacy, p.CipherSuites = &scenarios.Legacy{}, []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}
		}),
	} {
		peer.Alternate = &scenarios.Alternate{Send: []string{"client-expired"}, Every: 3, First: 6}
		e := newEngine(t, peer)
		for number := 1; number <= 10; number++ {
			var failed error
			r := meetWith(t, e, Hooks{Session: number}, func(c *net.TCPConn) { failed = talk(c, clientTLS()) })
			want := number == 1 || number == 4
			if r.Alternate != want || (failed != nil) != want || r.Completed == want {
				t.Errorf("%s, session %d: alternate %v, completed %v, the client says %v", name, number, r.Alternate, r.Completed, failed)
			}
		}
	}
}
