package mxdns_test

import (
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/mxdns"
)

// TestDig looks at the server with a client of another make.
func TestDig(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("dig")
	if err != nil {
		t.Skip("dig is not installed; run e2e/setup.sh")
	}
	s := start(t, func(c *mxdns.Config) { c.Zones = append(c.Zones, domain("crowded", crowd())) })
	host, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		args string
		want []string
	}{
		{"mail exchanger", "healthy.fakemx.test MX +short", []string{"10 mx.healthy.fakemx.test.\n"}},
		{"by TCP", "mx.healthy.fakemx.test AAAA +tcp +short", []string{"::1\n"}},
		{"reverse name", "-x 127.25.0.2 +short", []string{"mx.expired.fakemx.test.\n"}},
		{"unknown", "no-such.fakemx.test MX", []string{"status: NXDOMAIN", "flags: qr rd ra;", "SOA\tns.fakemx.test."}},
		{"refused", "example.test", []string{"status: REFUSED"}},
		{"bad version", "healthy.fakemx.test MX +edns=3 +noednsnegotiation", []string{"status: BADVERS"}},
		{"another opcode", "healthy.fakemx.test +opcode=STATUS", []string{"status: NOTIMP"}},
		{"header alone", "+header-only", []string{"status: FORMERR"}},
		{"truncated, then TCP", "mx.crowded.fakemx.test A", []string{"status: NOERROR", "ANSWER: 100,", "(TCP)"}},
		{"truncated", "mx.crowded.fakemx.test A +ignore +bufsize=512", []string{"flags: qr tc rd ra;", "udp: 1232"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"@" + host, "-p", port, "+tries=1", "+time=20"}, strings.Fields(test.args)...)
			out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
			if err != nil {
				t.Fatalf("dig: %v\n%s", err, out)
			}
			for _, want := range test.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("dig does not say %q:\n%s", want, out)
				}
			}
		})
	}
}
