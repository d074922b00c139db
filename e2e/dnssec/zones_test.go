package dnssec_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// A row is a zone that is wrong in one way, and what a validator makes of the
// usual questions.
type row struct {
	// label is the first label of the zone's name.
	label   string
	signing *mxdns.Signing
	faults  []mxdns.Fault
	names   map[string]mxdns.Source // below the zone's name
	// want is what our own server says to the usual questions, a letter each: s
	// secure, i insecure, b bogus or another failure, - no answer.
	want string
	// more are further questions about names of the zone, with what our own
	// server says.
	more []question
	// apart: the zone's server does what a resolver remembers of it, so that it
	// must not serve another zone.
	apart bool
}

// A question is a name, without its zone, and a type.
type question struct {
	name, qtype string
	want        byte
}

// usual are the questions about every zone: the mail exchanger, its address and
// TLSA record, the TLSA record of a host that has none, a type that a name does
// not have, and a host in an insecure zone below.
var usual = []question{
	{name: "", qtype: "MX"}, {name: "mx", qtype: "A"}, {name: "_25._tcp.mx", qtype: "TLSA"},
	{name: "_25._tcp.bare", qtype: "TLSA"}, {name: "mx", qtype: "AAAA"}, {name: "host.child", qtype: "A"},
}

// questions are all questions about the zone of a row.
func (r row) questions() []question {
	list := make([]question, len(usual), len(usual)+len(r.more))
	for i, q := range usual {
		list[i] = question{q.name, q.qtype, r.want[i]}
	}
	return append(list, r.more...)
}

// top is the zone above all others, which the trust anchor is for.
const top = "fakemx.test."

// zone is the name of the row's zone.
func (r row) zone() string { return r.label + "." + top }

// name is a name in the row's zone.
func (r row) name(below string) string {
	if below == "" {
		return r.zone()
	}
	return below + "." + r.zone()
}

var address = mxdns.Addresses(netip.MustParseAddr("192.0.2.1"))

// zones are the row's zone, and an insecure and a signed one below.
func (r row) zones() []mxdns.Zone {
	names := map[string]mxdns.Source{
		"": mxdns.Records{mxdns.MX(10, r.name("mx"))}, "mx": address, "bare": address,
		"_25._tcp.mx": mxdns.Records{mxdns.TLSA(3, 1, 1, make([]byte, 32))},
	}
	maps.Copy(names, r.names)
	full := map[string]mxdns.Source{}
	for name, source := range names {
		full[r.name(name)] = source
	}
	below := func(label string, signing *mxdns.Signing) mxdns.Zone {
		names := map[string]mxdns.Source{r.name("host." + label): address}
		return mxdns.Zone{Name: r.name(label), NameServer: "ns." + top, Names: names, Signing: signing}
	}
	return []mxdns.Zone{
		{Name: r.zone(), NameServer: "ns." + top, Signing: r.signing, Faults: r.faults, Names: full},
		below("child", nil), below("signed", &mxdns.Signing{}),
	}
}

// allZones are the zones of rows, below the top.
func allZones(rows []row) []mxdns.Zone {
	zones := []mxdns.Zone{{Name: top, Signing: &mxdns.Signing{}}}
	for _, r := range rows {
		zones = append(zones, r.zones()...)
	}
	return zones
}

// table has a row for every value of every field of mxdns.Signing and
// mxdns.Fault.
func table() []row {
	rows := append(signings(), signatures()...)
	rows = append(rows, faults()...)
	rows = append(rows, chains()...)
	return append(rows, aliases()...)
}

// signings are about keys, delegations and denials.
func signings() []row {
	rows := []row{
		{label: "unsigned", want: "iiiiii"},
		{label: "sound", signing: &mxdns.Signing{}, want: "sssssi", more: []question{
			{"", "DNSKEY", 's'}, {"", "SOA", 's'}, {"", "NS", 's'}, {"", "NSEC", 's'}, {"", "DS", 's'}, {"child", "DS", 's'}, {"", "ANY", 's'},
			{"_tcp.mx", "TLSA", 's'}, {"no", "A", 's'}, {"a.b.c", "MX", 's'}, {"_24._tcp.mx", "TLSA", 's'},
		}},
		{label: "hashed", signing: &mxdns.Signing{Denial: mxdns.DenialNSEC3}, want: "sssssi", more: []question{
			{"", "NSEC3PARAM", 's'}, {"_tcp.mx", "TLSA", 's'}, {"no", "A", 's'}, {"a.b.c", "MX", 's'}, {"child", "DS", 's'}, {"", "ANY", 's'},
		}},
		// That a name does not exist is insecure with opt-out, that a type does
		// not is secure.
		{label: "opt-out", signing: &mxdns.Signing{Denial: mxdns.DenialNSEC3OptOut}, want: "sssisi", more: []question{
			{"_tcp.mx", "TLSA", 's'}, {"no", "A", 'i'}, {"child", "DS", 'i'},
		}},
		{label: "denial-none", signing: &mxdns.Signing{Denial: mxdns.DenialNone}, want: "sssbbb"},
		{label: "denial-missing", signing: &mxdns.Signing{DenialMissing: []string{"_tcp.bare.denial-missing." + top}}, want: "sssbsi", more: []question{
			{"", "CNAME", 's'}, {"", "A", 's'}, {"no", "A", 's'}, {"_tcp.bare", "A", 'b'}, {"_24._tcp.mx", "TLSA", 's'},
		}},
	}
	for _, algorithm := range mxdns.Algorithms() {
		want := "sssssi"
		if algorithm == mxdns.PRIVATEDNS {
			want = "iiiiii"
		}
		rows = append(rows, row{label: "algorithm-" + string(algorithm), signing: &mxdns.Signing{Algorithm: algorithm}, want: want})
	}
	for _, ds := range mxdns.DSs() {
		want := map[mxdns.DS]string{mxdns.DSRight: "sssssi", mxdns.DSOtherKey: "bbbbbb"}[ds]
		if want == "" {
			want = "iiiiii"
		}
		rows = append(rows, row{label: "ds-" + string(ds), signing: &mxdns.Signing{DS: ds}, want: want})
	}
	return rows
}

// signatures are wrong everywhere, or at one place.
func signatures() []row {
	var rows []row
	for _, state := range mxdns.SignatureStates() {
		for _, at := range []struct {
			label string
			fault mxdns.SignatureFault
			want  string
		}{
			{"all", mxdns.SignatureFault{}, "bbbbbb"},
			{"key", mxdns.SignatureFault{Type: dns.TypeDNSKEY}, "bbbbbb"},
			{"mx", mxdns.SignatureFault{Type: dns.TypeMX}, "bssssi"},
			{"a", mxdns.SignatureFault{Type: dns.TypeA}, "sbsssi"},
			{"tlsa", mxdns.SignatureFault{Type: dns.TypeTLSA}, "ssbssi"},
			{"soa", mxdns.SignatureFault{Type: dns.TypeSOA}, "sssbbi"},
			{"nsec", mxdns.SignatureFault{Type: dns.TypeNSEC}, "sssbbb"},
		} {
			at.fault.Is = state
			label := fmt.Sprintf("%s-%s", state, at.label)
			rows = append(rows, row{label: label, signing: &mxdns.Signing{Signatures: []mxdns.SignatureFault{at.fault}}, want: at.want})
		}
		hashed := mxdns.Signing{Denial: mxdns.DenialNSEC3, Signatures: []mxdns.SignatureFault{{Type: dns.TypeNSEC3, Is: state}}}
		rows = append(rows, row{label: string(state) + "-nsec3", signing: &hashed, want: "sssbbb"})
	}
	return rows
}

// faults strike a whole zone, a type, or what a chain of trust needs.
func faults() []row {
	var rows []row
	for _, do := range mxdns.Actions() {
		apart := do == mxdns.DoDrop || do == mxdns.DoTruncate || do == mxdns.DoLame
		whole, tlsa := "bbbbbb", "ssbbsi"
		switch do {
		case mxdns.DoDrop, mxdns.DoTruncate:
			whole, tlsa = "-----b", "ss--si"
		case mxdns.DoNXDOMAIN:
			whole, tlsa = "ssssss", "sssssi" // the zone is gone, with the one below
		case mxdns.DoNODATA:
			whole, tlsa = "sssssi", "sssssi"
		}
		rows = append(rows,
			row{label: string(do) + "-all", signing: &mxdns.Signing{}, faults: []mxdns.Fault{{Do: do}}, want: whole, apart: apart},
			row{label: string(do) + "-tlsa", signing: &mxdns.Signing{}, faults: []mxdns.Fault{{Type: dns.TypeTLSA, Do: do}}, want: tlsa, apart: apart},
		)
	}
	return rows
}

// chains are wrong in what a chain of trust to the zone or one below needs.
func chains() []row {
	chain := func(label, want string, below byte, faults ...mxdns.Fault) row {
		return row{label: label, signing: &mxdns.Signing{}, faults: faults, want: want, more: []question{{"host.signed", "A", below}}}
	}
	rows := []row{
		chain("chain", "sssssi", 's'),
		chain("chain-key-servfail", "bbbbbb", 'b', mxdns.Fault{Type: dns.TypeDNSKEY, Do: mxdns.DoSERVFAIL}),
		chain("chain-key-nodata", "bbbbbb", 'b', mxdns.Fault{Type: dns.TypeDNSKEY, Do: mxdns.DoNODATA}),
		chain("chain-ds-servfail", "sssssi", 'b', mxdns.Fault{Name: "signed.chain-ds-servfail." + top, Type: dns.TypeDS, Do: mxdns.DoSERVFAIL}),
		chain("chain-ds-nodata", "sssssi", 'i', mxdns.Fault{Name: "signed.chain-ds-nodata." + top, Type: dns.TypeDS, Do: mxdns.DoNODATA}),
		chain("chain-own-ds-nodata", "iiiiii", 'i', mxdns.Fault{Type: dns.TypeDS, Do: mxdns.DoNODATA}),
	}
	for _, state := range mxdns.SignatureStates() {
		r := chain("chain-ds-"+string(state), "sssssi", 'b')
		r.signing = &mxdns.Signing{Signatures: []mxdns.SignatureFault{{Type: dns.TypeDS, Is: state}}}
		rows = append(rows, r)
	}
	return rows
}

// aliases are names that stand for others, and names that many records have.
func aliases() []row {
	crowd := mxdns.Records{}
	for i := range byte(200) {
		crowd = append(crowd, mxdns.Addresses(netip.AddrFrom4([4]byte{192, 0, 2, i}))...)
	}
	names := func(label string) map[string]mxdns.Source {
		at := func(name string) string { return row{label: label}.name(name) }
		return map[string]mxdns.Source{
			"alias": mxdns.Records{mxdns.CNAME(at("alias2"))}, "alias2": mxdns.Records{mxdns.CNAME(at("mx"))},
			"alias-of-none": mxdns.Records{mxdns.CNAME(at("none"))}, "alias-of-bare": mxdns.Records{mxdns.CNAME(at("bare"))},
			"alias-of-child": mxdns.Records{mxdns.CNAME(at("host.child"))},
			"loop":           mxdns.Records{mxdns.CNAME(at("loop2"))}, "loop2": mxdns.Records{mxdns.CNAME(at("loop"))},
			"moved": mxdns.Records{mxdns.DNAME(at("new"))}, "a.new": address,
			"*.wild": append(mxdns.Records{mxdns.MX(10, at("mx"))}, address...), "*.wild-alias": mxdns.Records{mxdns.CNAME(at("mx"))},
			"crowd": crowd, "a.empty.non.terminal": address,
		}
	}
	more := []question{
		{"alias", "A", 's'}, {"alias", "TXT", 's'}, {"alias", "CNAME", 's'}, {"alias-of-none", "A", 's'}, {"alias-of-bare", "MX", 's'},
		{"alias-of-child", "A", 'i'}, {"loop", "A", 'b'}, {"a.moved", "A", 's'}, {"b.moved", "A", 's'}, {"moved", "A", 's'}, {"moved", "DNAME", 's'},
		{"a.b.wild", "A", 's'}, {"b.wild", "MX", 's'}, {"b.wild", "TXT", 's'}, {"*.wild", "A", 's'}, {"wild", "A", 's'}, {"b.wild-alias", "A", 's'},
		{"crowd", "A", 's'}, {"non.terminal", "A", 's'}, {"b.non.terminal", "A", 's'},
	}
	unproved := map[string]byte{ // without a proof that no other name is nearer
		"alias-of-none": 'b', "b.moved": 'b', "a.b.wild": 'b', "b.wild": 'b', "b.wild-alias": 'b', "b.non.terminal": 'b',
		"alias TXT": 'b', "alias-of-bare": 'b', "moved A": 'b', "wild": 'b', "non.terminal": 'b', "alias-of-child": 'b',
	}
	hashed := slices.Clone(more)
	optOut := map[string]byte{"alias-of-none": 'i', "b.moved": 'i', "a.b.wild": 'i', "b.wild": 'i', "b.wild-alias": 'i', "b.non.terminal": 'i'}
	return []row{
		{label: "names", signing: &mxdns.Signing{}, names: names("names"), want: "sssssi", more: more},
		{label: "names-hashed", signing: &mxdns.Signing{Denial: mxdns.DenialNSEC3}, names: names("names-hashed"), want: "sssssi", more: hashed},
		{
			label: "names-opt-out", signing: &mxdns.Signing{Denial: mxdns.DenialNSEC3OptOut}, names: names("names-opt-out"), want: "sssisi",
			more: with(more, optOut),
		},
		{
			label: "names-unproved", signing: &mxdns.Signing{Denial: mxdns.DenialNone}, names: names("names-unproved"), want: "sssbbb",
			more: with(more, unproved),
		},
	}
}

// with are questions with other answers to those about some names.
func with(questions []question, wants map[string]byte) []question {
	list := slices.Clone(questions)
	for i, q := range list {
		for _, about := range []string{q.name, q.name + " " + q.qtype} {
			if want, ok := wants[about]; ok {
				list[i].want = want
			}
		}
	}
	return list
}
