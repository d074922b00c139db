package mxdns_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/mxdns"
)

// Each form is that of the validator's manual.
func TestAnchors(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) {
		c.Keys, c.Zones = mxdns.SeededKeys("golden"), append(c.Zones, mxdns.Zone{Name: "Example.Test", Signing: &mxdns.Signing{Algorithm: mxdns.ED25519}})
		c.Zones[0].Signing, c.Zones[1].Signing = &mxdns.Signing{}, &mxdns.Signing{}
	})
	anchors, err := s.Anchors()
	if err != nil {
		t.Fatal(err)
	}
	const records = `example.test. IN DS 32840 15 2 BD8F694487C7004BDFCB00C916AD7591AE8FCD85C62C7DD2723A064AA404B040
fakemx.test. IN DS 32225 13 2 0F5D207C424E73F1DBB551413A6C3142541660365A4FFF7E543D1BA023709C98
`
	golden := map[mxdns.Validator]string{
		mxdns.Unbound:         records,
		mxdns.SystemdResolved: records,
		mxdns.KnotResolver: `trust_anchors.add('example.test. IN DS 32840 15 2 BD8F694487C7004BDFCB00C916AD7591AE8FCD85C62C7DD2723A064AA404B040')
trust_anchors.add('fakemx.test. IN DS 32225 13 2 0F5D207C424E73F1DBB551413A6C3142541660365A4FFF7E543D1BA023709C98')
`,
		mxdns.BIND: `trust-anchors {
	"example.test." static-ds 32840 15 2 "BD8F694487C7004BDFCB00C916AD7591AE8FCD85C62C7DD2723A064AA404B040";
	"fakemx.test." static-ds 32225 13 2 "0F5D207C424E73F1DBB551413A6C3142541660365A4FFF7E543D1BA023709C98";
};
`,
	}
	for _, validator := range mxdns.Validators() {
		want := golden[validator]
		got, err := mxdns.FormatAnchors(validator, anchors)
		if err != nil || got != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", validator, err, got, want)
		}
	}
	for _, anchor := range anchors {
		if anchor.DNSKEY.KeyTag() != anchor.DS.KeyTag || anchor.DNSKEY.Hdr.Name != anchor.DS.Hdr.Name {
			t.Errorf("the records are of different keys: %v, %v", anchor.DNSKEY, anchor.DS)
		}
	}
	if _, err := mxdns.FormatAnchors("dnsmasq", anchors); err == nil || !strings.Contains(err.Error(), `validator: expected one of ["unbound"`) {
		t.Errorf("an unknown validator: %v", err)
	}
}

// A name server for a validating resolver, and the file with which the resolver
// trusts it.
func ExampleFormatAnchors() {
	server, err := mxdns.New(mxdns.Config{
		Mode:  mxdns.Authoritative,
		Keys:  mxdns.SeededKeys("example"),
		Zones: []mxdns.Zone{{Name: "example.test", Signing: &mxdns.Signing{}}},
	})
	if err != nil {
		panic(err)
	}
	defer server.Close()
	anchors, err := server.Anchors()
	if err != nil {
		panic(err)
	}
	file, err := mxdns.FormatAnchors(mxdns.Unbound, anchors)
	if err != nil {
		panic(err)
	}
	fmt.Print(file)
	// Output: example.test. IN DS 35313 13 2 79C1D47D398E46A8B28482E34837C7F5E599E36D3D3874BAFDC745136F20BE76
}
