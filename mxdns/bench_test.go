package mxdns_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// BenchmarkSignedAnswer asks for an MX record with its signature and those of the
// addresses, over UDP.
func BenchmarkSignedAnswer(b *testing.B) {
	for _, algorithm := range mxdns.Algorithms() {
		b.Run(string(algorithm), func(b *testing.B) {
			s := start(b, func(c *mxdns.Config) {
				c.Mode, c.Zones[1].Signing = mxdns.Authoritative, &mxdns.Signing{Algorithm: algorithm}
			})
			conn, err := dns.Dial("udp", s.Addr())
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			client := dns.Client{Timeout: patience}
			q := query("healthy.fakemx.test.", "MX").SetEdns0(1232, true)
			for b.Loop() {
				if m, _, err := client.ExchangeWithConn(q, conn); err != nil || len(m.Answer) != 2 {
					b.Fatal(m, err)
				}
			}
		})
	}
}

// manyZones are signed zones below one.
func manyZones(count int) []mxdns.Zone {
	zones := []mxdns.Zone{{Name: "fakemx.test", Signing: &mxdns.Signing{}}}
	for i := range count {
		z := domain(fmt.Sprintf("z%d", i), addrs("127.25.0.1"))
		z.Signing = &mxdns.Signing{}
		zones = append(zones, z)
	}
	return zones
}

// BenchmarkStart starts and ends a server with 250 signed zones.
func BenchmarkStart(b *testing.B) {
	zones := manyZones(250)
	for b.Loop() {
		s, err := mxdns.New(mxdns.Config{Zones: zones})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMemory reports what a server with 250 signed zones holds, before and
// after all of their keys were needed.
func BenchmarkMemory(b *testing.B) {
	held := func() float64 {
		runtime.GC()
		runtime.GC() // what the first one left in pools
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	for b.Loop() {
		before := held()
		s, err := mxdns.New(mxdns.Config{Zones: manyZones(250), Now: func() time.Time { return now }})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric((held()-before)/1024, "KiB-at-start")
		client := dns.Client{Timeout: patience}
		for i := range 250 {
			if _, _, err := client.Exchange(query(fmt.Sprintf("no.z%d.fakemx.test.", i), "MX").SetEdns0(1232, true), s.Addr()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric((held()-before)/1024, "KiB-in-use")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
