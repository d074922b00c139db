package scenarios

import (
	"net/netip"
	"slices"
	"testing"
)

func TestPlaceholdersAreReplaced(t *testing.T) {
	t.Parallel()
	s := MustGet("expired")
	if got := s.Hostname(); got != "mx.expired.fakemx.test" {
		t.Errorf("the host name is %q", got)
	}
	if got := s.Expand("220 {hostname} plays {scenario}"); got != "220 mx.expired.fakemx.test plays expired" {
		t.Errorf("expanded: %q", got)
	}
}

func TestVarsHoldNamesAndAddresses(t *testing.T) {
	t.Parallel()
	addresses := []netip.Addr{netip.MustParseAddr("::ffff:192.0.2.1"), netip.MustParseAddr("fe80::1%eth0")}
	vars := MustGet("healthy").Vars([]string{"mail.example.test"}, addresses)
	for key, want := range map[string][]string{
		"{hostname}":  {"mx.healthy.fakemx.test"},
		"{scenario}":  {"healthy"},
		"{names}":     {"mail.example.test"},
		"{addresses}": {"192.0.2.1", "fe80::1"},
	} {
		if got := vars[key]; !slices.Equal(got, want) {
			t.Errorf("%s stands for %q, want %q", key, got, want)
		}
	}
}

// TestTheUsersOwnNamesAreCertified: alternative names grow with what the user
// asks for.
func TestTheUsersOwnNamesAreCertified(t *testing.T) {
	t.Parallel()
	s := MustGet("healthy")
	pki := buildWith(t, s, s.Vars([]string{"mail.example.org"}, []netip.Addr{netip.MustParseAddr("192.0.2.1")}))
	for _, reference := range []string{"mail.example.org", "192.0.2.1", "localhost", "127.0.0.1", "::1", s.Hostname()} {
		for _, v := range verifiers(t) {
			if said := v.verify(t, pki, "", reference); said != "ok" {
				t.Errorf("%s says %q of %s", v.name, said, reference)
			}
		}
	}
}

func TestPadding(t *testing.T) {
	t.Parallel()
	if got := MustGet("healthy").Expand("a{padding:3}b{padding:0}{padding:x}{padding:100000}"); got != "axxxb{padding:x}{padding:100000}" {
		t.Errorf("expanded: %q", got)
	}
}
