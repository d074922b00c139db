package stage

import (
	"testing"

	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
)

// TestTheDNSKnowsTheWordsOfScenarios: a word that a scenario may say of its zone
// is one that the DNS plays, also if no built-in scenario says it.
func TestTheDNSKnowsTheWordsOfScenarios(t *testing.T) {
	t.Parallel()
	var zones []scenarios.Zone
	for _, a := range []scenarios.ZoneAlgorithm{scenarios.ZoneECDSA, scenarios.ZoneEd25519, scenarios.ZoneRSA, scenarios.ZonePrivate} {
		zones = append(zones, scenarios.Zone{Signed: true, Algorithm: a})
	}
	for _, ds := range []scenarios.DS{scenarios.DSRight, scenarios.DSNone, scenarios.DSOtherKey, scenarios.DSUnknownDigest} {
		zones = append(zones, scenarios.Zone{Signed: true, DS: ds})
	}
	for _, denial := range []scenarios.Denial{scenarios.DenialNSEC, scenarios.DenialNSEC3, scenarios.DenialNSEC3OptOut} {
		zones = append(zones, scenarios.Zone{Signed: true, Denial: denial})
	}
	for _, is := range []scenarios.SignatureState{
		scenarios.SignatureCorrupted, scenarios.SignatureExpired, scenarios.SignatureNotYetValid, scenarios.SignatureMissing, scenarios.SignatureWrongSigner,
	} {
		zones = append(zones, scenarios.Zone{Signed: true, Signatures: []scenarios.SignatureFault{{Type: "TLSA", Is: is}}})
	}
	for _, z := range zones {
		serves(t, mxdns.Zone{Name: "words.test", Signing: signing(scenarios.Scenario{}, z)}, z)
	}
	for _, do := range scenarios.DNSActions() {
		serves(t, mxdns.Zone{Name: "words.test", Faults: []mxdns.Fault{{Do: mxdns.Action(do)}}}, do)
	}
}

func serves(t *testing.T, zone mxdns.Zone, of any) {
	t.Helper()
	server, err := mxdns.New(mxdns.Config{Zones: []mxdns.Zone{zone}})
	if err != nil {
		t.Errorf("%v: %v", of, err)
		return
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}
