package dane_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/dane"
)

// The TLSA RRsets of the tests.
var (
	usable   = []dane.Record{{Usage: dane.DANEEE, Selector: dane.SPKI, Matching: dane.SHA256, Data: make([]byte, 32)}}
	unusable = []dane.Record{{Usage: dane.PKIXEE, Selector: dane.SPKI, Matching: dane.SHA256, Data: make([]byte, 32)}}
	mixed    = slices.Concat(unusable, usable)
)

// A zone is what a resolver says of TLSA records. Whatever is not in it, it
// denies, securely.
type zone map[string]dane.TLSAAnswer

func (z zone) lookup(name string) dane.TLSAAnswer {
	if answer, ok := z[name]; ok {
		return answer
	}
	return dane.TLSAAnswer{Security: dane.Secure}
}

func secure(records []dane.Record) dane.TLSAAnswer {
	return dane.TLSAAnswer{Security: dane.Secure, Records: records}
}

func failed(s dane.Security) dane.TLSAAnswer { return dane.TLSAAnswer{Security: s} }

var (
	found         = dane.Answer{Security: dane.Secure, Found: true}
	foundInsecure = dane.Answer{Security: dane.Insecure, Found: true}
	denied        = dane.Answer{Security: dane.Secure}
)

const (
	atMX    = "_25._tcp.mx.example.org."
	atAlias = "_25._tcp.mx.example.net."
)

// viaMX is a server that a secure MX RRset names, with a secure address.
func viaMX(edit func(*dane.Lookups)) dane.Lookups {
	l := dane.Lookups{NextHop: "example.org", MX: found, Host: "mx.example.org", Address: found}
	if edit != nil {
		edit(&l)
	}
	return l
}

func aliased(l *dane.Lookups) { l.HostExpanded = "mx.example.net." }

// A discovery is a way to a server and what comes of it.
type discovery struct {
	name    string
	lookups dane.Lookups
	zone    zone

	action   dane.Action
	elective bool
	queries  []string
	base     string
	section  string
}

// discoveries are the rows of RFC 7672 section 2.1 and 2.2, and their
// combinations.
var discoveries = []discovery{
	// Section 2.2: the four actions.
	{"usable", viaMX(nil), zone{atMX: secure(usable)}, dane.Authenticate, false, []string{atMX}, "mx.example.org", "2.2"},
	{"one usable", viaMX(nil), zone{atMX: secure(mixed)}, dane.Authenticate, false, []string{atMX}, "mx.example.org", "2.2"},
	{"unusable", viaMX(nil), zone{atMX: secure(unusable)}, dane.Encrypt, false, []string{atMX}, "mx.example.org", "2.2"},
	{"denied", viaMX(nil), nil, dane.Opportunistic, false, []string{atMX}, "", "2.2.3"},
	{"denied insecurely", viaMX(nil), zone{atMX: failed(dane.Insecure)}, dane.Opportunistic, false, []string{atMX}, "", "2.2.3"},
	{"insecure", viaMX(nil), zone{atMX: {Security: dane.Insecure, Records: usable}}, dane.Opportunistic, false, []string{atMX}, "", "2.2.3"},
	{"bogus", viaMX(nil), zone{atMX: {Security: dane.Bogus, Records: usable}}, dane.Skip, false, []string{atMX}, "", "2.1.2"},
	{"indeterminate", viaMX(nil), zone{atMX: failed(dane.Indeterminate)}, dane.Skip, false, []string{atMX}, "", "2.1.2"},
	{"failed", viaMX(nil), zone{atMX: failed(dane.LookupFailed)}, dane.Skip, false, []string{atMX}, "", "2.1.2"},
	{"not said", viaMX(nil), zone{atMX: {Records: usable}}, dane.Skip, false, []string{atMX}, "", "2.1.2"},

	// Section 2.1.2 and 2.2.1: the MX lookup.
	{"MX bogus", viaMX(func(l *dane.Lookups) { l.MX.Security = dane.Bogus }), zone{atMX: secure(usable)}, dane.Delay, false, nil, "", "2.1.2"},
	{"MX indeterminate", viaMX(func(l *dane.Lookups) { l.MX.Security = dane.Indeterminate }), nil, dane.Delay, false, nil, "", "2.1.2"},
	{"MX failed", viaMX(func(l *dane.Lookups) { l.MX.Security = dane.LookupFailed }), nil, dane.Delay, false, nil, "", "2.1.2"},
	{"MX insecure, usable", viaMX(func(l *dane.Lookups) { l.MX = foundInsecure }), zone{atMX: secure(usable)}, dane.Authenticate, true, []string{atMX}, "mx.example.org", "2.2"},
	{"MX insecure, unusable", viaMX(func(l *dane.Lookups) { l.MX = foundInsecure }), zone{atMX: secure(unusable)}, dane.Encrypt, true, []string{atMX}, "mx.example.org", "2.2"},
	{"MX insecure, denied", viaMX(func(l *dane.Lookups) { l.MX = foundInsecure }), nil, dane.Opportunistic, false, []string{atMX}, "", "2.2.3"},
	{"MX insecure, failed", viaMX(func(l *dane.Lookups) { l.MX = foundInsecure }), zone{atMX: failed(dane.LookupFailed)}, dane.Skip, true, []string{atMX}, "", "2.1.2"},
	{"MX and address insecure", viaMX(func(l *dane.Lookups) { l.MX, l.Address = foundInsecure, foundInsecure }), zone{atMX: secure(usable)}, dane.Opportunistic, false, nil, "", "2.2.2"},
	{"MX insecure, address failed", viaMX(func(l *dane.Lookups) { l.MX, l.Address.Security = foundInsecure, dane.Bogus }), nil, dane.Skip, false, nil, "", "2.1.2"},

	// Section 2.2.2: the address lookup.
	{"address insecure", viaMX(func(l *dane.Lookups) { l.Address = foundInsecure }), zone{atMX: failed(dane.LookupFailed)}, dane.Opportunistic, false, nil, "", "2.2.2"},
	{"address bogus", viaMX(func(l *dane.Lookups) { l.Address.Security = dane.Bogus }), zone{atMX: secure(usable)}, dane.Skip, false, nil, "", "2.1.2"},
	{"address failed", viaMX(func(l *dane.Lookups) { l.Address = dane.Answer{Security: dane.LookupFailed} }), zone{atMX: secure(usable)}, dane.Skip, false, nil, "", "2.1.2"},
	{"address not said", viaMX(func(l *dane.Lookups) { l.Address.Security = "" }), zone{atMX: secure(usable)}, dane.Skip, false, nil, "", "2.1.2"},
	{"address denied", viaMX(func(l *dane.Lookups) { l.Address = denied }), zone{atMX: secure(usable)}, dane.Skip, false, nil, "", "2.2.2"},
	{"address denied insecurely", viaMX(func(l *dane.Lookups) { l.Address = dane.Answer{Security: dane.Insecure} }), nil, dane.Skip, false, nil, "", "2.2.2"},

	// Section 2.2.2 and 2.2.3: aliases.
	{"alias, at its end", viaMX(aliased), zone{atAlias: secure(usable), atMX: secure(unusable)}, dane.Authenticate, false, []string{atAlias}, "mx.example.net", "2.2"},
	{"alias, at its start", viaMX(aliased), zone{atMX: secure(usable)}, dane.Authenticate, false, []string{atAlias, atMX}, "mx.example.org", "2.2"},
	{"alias, insecure at its end", viaMX(aliased), zone{atAlias: {Security: dane.Insecure, Records: unusable}, atMX: secure(usable)}, dane.Authenticate, false, []string{atAlias, atMX}, "mx.example.org", "2.2"},
	{"alias, unusable at its end", viaMX(aliased), zone{atAlias: secure(unusable), atMX: secure(usable)}, dane.Encrypt, false, []string{atAlias}, "mx.example.net", "2.2"},
	{"alias, failed at its end", viaMX(aliased), zone{atAlias: failed(dane.LookupFailed), atMX: secure(usable)}, dane.Skip, false, []string{atAlias}, "", "2.1.2"},
	{"alias, failed at its start", viaMX(aliased), zone{atMX: failed(dane.Bogus)}, dane.Skip, false, []string{atAlias, atMX}, "", "2.1.2"},
	{"alias, denied", viaMX(aliased), nil, dane.Opportunistic, false, []string{atAlias, atMX}, "", "2.2.3"},
	{"alias secure, end insecure", viaMX(func(l *dane.Lookups) { aliased(l); l.Alias, l.Address = dane.Secure, foundInsecure }),
		zone{atAlias: secure(unusable), atMX: secure(usable)}, dane.Authenticate, false, []string{atMX}, "mx.example.org", "2.2"},
	{"alias and end insecure", viaMX(func(l *dane.Lookups) { aliased(l); l.Alias, l.Address = dane.Insecure, foundInsecure }),
		zone{atMX: secure(usable)}, dane.Opportunistic, false, nil, "", "2.2.2"},
	{"alias not looked at, end insecure", viaMX(func(l *dane.Lookups) { aliased(l); l.Address = foundInsecure }),
		zone{atMX: secure(usable)}, dane.Opportunistic, false, nil, "", "2.2.2"},
	{"alias bogus, end insecure", viaMX(func(l *dane.Lookups) { aliased(l); l.Alias, l.Address = dane.Bogus, foundInsecure }),
		zone{atMX: secure(usable)}, dane.Skip, false, nil, "", "2.1.2"},
	{"alias of itself", viaMX(func(l *dane.Lookups) { l.HostExpanded = "MX.example.org." }), nil, dane.Opportunistic, false, []string{atMX}, "", "2.2.3"},

	// Section 2.2.2: no MX records, and relays.
	{"implicit MX", dane.Lookups{NextHop: "example.org", MX: denied, Address: found}, zone{"_25._tcp.example.org.": secure(usable)},
		dane.Authenticate, false, []string{"_25._tcp.example.org."}, "example.org", "2.2"},
	{"implicit MX, denied insecurely", dane.Lookups{NextHop: "example.org", MX: dane.Answer{Security: dane.Insecure}, Address: foundInsecure},
		nil, dane.Opportunistic, false, nil, "", "2.2.2"},
	{"relay on its own port", dane.Lookups{NextHop: "relay.example.org.", Address: found, Port: 587}, zone{"_587._tcp.relay.example.org.": secure(usable)},
		dane.Authenticate, false, []string{"_587._tcp.relay.example.org."}, "relay.example.org", "2.2"},
	{"relay, named as host", dane.Lookups{Host: "relay.example.org", Address: found}, nil,
		dane.Opportunistic, false, []string{"_25._tcp.relay.example.org."}, "", "2.2.3"},

	// Section 2.2: addresses.
	{"address literal", dane.Lookups{NextHop: "[192.0.2.1]", Address: found}, nil, dane.Opportunistic, false, nil, "", "2.2"},
	{"address literal of IPv6", dane.Lookups{NextHop: "[ipv6:2001:db8::1]", Address: found}, nil, dane.Opportunistic, false, nil, "", "2.2"},
	{"MX record with an address", viaMX(func(l *dane.Lookups) { l.Host = "192.0.2.1." }), nil, dane.Opportunistic, false, nil, "", "2.2"},
}

func TestDiscover(t *testing.T) {
	unreached := dane.Rules()
	reached := func(rules []dane.Rule) {
		unreached = slices.DeleteFunc(unreached, func(r dane.Rule) bool { return slices.Contains(rules, r) })
	}
	for _, tt := range discoveries {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.lookups.Discover(tt.zone.lookup)
			if got.Action != tt.action || got.Elective != tt.elective {
				t.Errorf("action is %s, elective %t, want %s, %t: %v", got.Action, got.Elective, tt.action, tt.elective, got.Rules)
			}
			if !slices.Equal(got.Queries, tt.queries) {
				t.Errorf("queries are %q, want %q", got.Queries, tt.queries)
			}
			if got.BaseDomain != tt.base || (len(got.Records) > 0) != (tt.base != "") || (len(got.Names) > 0) != (tt.base != "") {
				t.Errorf("base domain is %q with %q and %v, want %q", got.BaseDomain, got.Names, got.Records, tt.base)
			}
			last := got.Rules[len(got.Rules)-1]
			if last.Action != got.Action || last.Section != "RFC 7672 section "+tt.section {
				t.Errorf("the last rule is %v, want section %s", last, tt.section)
			}
			reached(got.Rules)
			mandatory := got.Mandatory()
			if mandatory.Elective || mandatory.Action == dane.Encrypt || mandatory.Action == dane.Opportunistic {
				t.Errorf("mandatory DANE: %s", mandatory.Action)
			}
			reached(mandatory.Rules)
		})
	}
	if len(unreached) > 0 {
		t.Errorf("no case shows %v", unreached)
	}
}

// RFC 7672 sections 2.2.1 and 6.
func TestMandatory(t *testing.T) {
	for name, want := range map[string]dane.Action{
		"usable":                      dane.Authenticate,
		"unusable":                    dane.Skip,
		"denied":                      dane.Skip,
		"failed":                      dane.Skip,
		"address denied":              dane.Skip,
		"MX failed":                   dane.Delay,
		"MX insecure, usable":         dane.Delay,
		"MX insecure, denied":         dane.Delay,
		"MX insecure, failed":         dane.Delay,
		"MX insecure, address failed": dane.Delay,
		"address literal":             dane.Skip,
	} {
		i := slices.IndexFunc(discoveries, func(d discovery) bool { return d.name == name })
		before := discoveries[i].lookups.Discover(discoveries[i].zone.lookup)
		rules := len(before.Rules)
		got := before.Mandatory()
		if got.Action != want || len(before.Rules) != rules {
			t.Errorf("%s: action is %s, want %s: %v", name, got.Action, want, got.Rules)
		}
		if want != dane.Authenticate && (got.BaseDomain != "" || got.Names != nil || got.Records != nil) {
			t.Errorf("%s: something is left to connect with: %+v", name, got)
		}
	}
}

// The zone of RFC 7672 section 3.2.2, in which exchange.example.org is an alias
// of example.com at the second remove.
func TestReferenceIdentifiersOfRFC7672(t *testing.T) {
	records := []dane.Record{{Usage: dane.DANETA, Selector: dane.Cert, Matching: dane.SHA256, Data: make([]byte, 32)}}
	z := zone{
		"_25._tcp.mx10.example.com.":     secure(records),
		"_25._tcp.mx15.example.com.":     secure(records),
		"_25._tcp.mxbackup.example.net.": secure(records),
	}
	for _, tt := range []struct{ host, expanded, want string }{
		{"mx10.example.com.", "", "mx10.example.com exchange.example.org example.com"},
		{"mx15.example.com.", "mxbackup.example.com.", "mx15.example.com exchange.example.org example.com"},
		{"mx20.example.com.", "mxbackup.example.net.", "mxbackup.example.net exchange.example.org example.com"},
	} {
		l := dane.Lookups{
			NextHop: "exchange.example.org.", NextHopExpanded: "example.com.", MX: found,
			Host: tt.host, HostExpanded: tt.expanded, Address: found,
		}
		if got := strings.Join(l.Discover(z.lookup).Names, " "); got != tt.want {
			t.Errorf("%s: names are %s, want %s", tt.host, got, tt.want)
		}
	}
}

// RFC 7672 section 3.2.2, by the way that leads to the server.
func TestReferenceIdentifiers(t *testing.T) {
	for _, tt := range []struct {
		name    string
		lookups dane.Lookups
		base    string
		want    string
	}{
		{"secure MX", viaMX(nil), "mx.example.org", "mx.example.org example.org"},
		{"secure MX, next hop is its own MX", viaMX(func(l *dane.Lookups) { l.Host = "Example.org." }), "Example.org.", "Example.org"},
		{"secure MX, alias", viaMX(func(l *dane.Lookups) { l.NextHopExpanded = "example.net." }), "mx.example.org", "mx.example.org example.org example.net"},
		{"insecure MX", viaMX(func(l *dane.Lookups) { l.MX = foundInsecure; l.NextHopExpanded = "example.net" }), "mx.example.org", "mx.example.org"},
		{"insecure MX, server is an alias", viaMX(func(l *dane.Lookups) { l.MX = foundInsecure; aliased(l) }), "mx.example.net", "mx.example.net"},
		{"no MX", dane.Lookups{NextHop: "example.org", MX: denied}, "example.org", "example.org"},
		{"no MX, alias", dane.Lookups{NextHop: "example.org", MX: denied, HostExpanded: "example.net"}, "example.net", "example.net example.org"},
		{"no MX, denied insecurely, alias", dane.Lookups{NextHop: "example.org", MX: dane.Answer{Security: dane.Insecure}, HostExpanded: "example.net"}, "example.net", "example.net example.org"},
		{"relay, alias", dane.Lookups{NextHop: "relay.example.org", HostExpanded: "example.net"}, "example.net", "example.net relay.example.org"},
		{"relay, named as host, alias", dane.Lookups{Host: "relay.example.org", HostExpanded: "example.net"}, "example.net", "example.net relay.example.org"},
		{"no MX, alias, records at its start", dane.Lookups{NextHop: "example.org", MX: denied, HostExpanded: "example.net"}, "example.org", "example.org"},
	} {
		if got := strings.Join(tt.lookups.ReferenceIdentifiers(tt.base), " "); got != tt.want {
			t.Errorf("%s: names are %s, want %s", tt.name, got, tt.want)
		}
	}
}
