package scenarios

import (
	"crypto/x509"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "record what the verifiers say in testdata")

const goldenVerdicts = "testdata/verdicts.txt"

// tooSlow are scenarios whose keys take too long to make for a unit test.
var tooSlow = []string{"rsa-16384"}

// certified are the scenarios that differ from the healthy peer in their
// certificates, which is what verifiers can judge.
func certified() []Scenario {
	var list []Scenario
	for _, f := range []Family{FamilyChain, FamilyIdentity, FamilyValidity, FamilyStrength} {
		list = append(list, ByFamily(f)...)
	}
	return slices.DeleteFunc(list, func(s Scenario) bool { return slices.Contains(tooSlow, s.Name) })
}

// references are the names by which a client reaches a peer.
func references(s Scenario) []string {
	if s.ReachBy == ReachByAddress {
		return []string{"127.0.0.1", "::1"}
	}
	return []string{"localhost", s.Hostname()}
}

// verdicts is what each verifier says of a scenario, by "scenario verifier" and
// for each name by which it may be reached.
func verdicts(t *testing.T, s Scenario) map[string]string {
	t.Helper()
	pki := build(t, s)
	out := map[string]string{}
	for _, v := range verifiers(t) {
		var said []string
		for _, reference := range references(s) {
			said = append(said, v.verify(t, pki, "", reference))
		}
		out[s.Name+" "+v.name] = strings.Join(slices.Compact(said), " ")
	}
	return out
}

// sampling is of how many scenarios a short run takes one, where a test is slow.
const sampling = 4

// sampled are all scenarios of a list, and in a short run some of them.
func sampled(list []Scenario) []Scenario {
	if !testing.Short() || *update {
		return list
	}
	var some []Scenario
	for i := 0; i < len(list); i += sampling {
		some = append(some, list[i])
	}
	return some
}

// TestVerifiersAgree holds what the verifiers say against the facts and against
// what was recorded.
func TestVerifiersAgree(t *testing.T) {
	recorded := readVerdicts(t)
	var mu sync.Mutex
	all := map[string]string{}
	t.Run("scenarios", func(t *testing.T) {
		for _, s := range sampled(certified()) {
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				for key, said := range verdicts(t, s) {
					checkFact(t, s, key, said)
					if !*update && said != recorded[key] {
						t.Errorf("%s says %q, recorded is %q (go test -update records anew)", key, said, recorded[key])
					}
					mu.Lock()
					all[key] = said
					mu.Unlock()
				}
			})
		}
	})
	if *update {
		writeVerdicts(t, all)
	}
}

// checkFact holds one verdict against the fact, and against the one reason that
// could hide any other.
func checkFact(t *testing.T, s Scenario, key, said string) {
	t.Helper()
	if constrained(said) && s.Name != "name-constraint-violation" {
		t.Errorf("%s: refused for its name constraints (%s)", key, said)
	}
	if s.Facts.Completes == No {
		return // there is nothing to verify: see TestHandshakes
	}
	agrees := said == "ok"
	if s.Facts.Authentic == No {
		agrees = !slices.Contains(strings.Fields(said), "ok")
	}
	if s.Facts.Authentic == Lenient {
		return // it is left to them
	}
	if !agrees {
		t.Errorf("%s says %q, authentic is %s", key, said, s.Facts.Authentic)
	}
}

// constrained: the verdict is about name constraints.
func constrained(said string) bool {
	return slices.ContainsFunc([]string{
		fmt.Sprintf("CertificateInvalidError(%d)", x509.CANotAuthorizedForThisName),
		fmt.Sprintf("CertificateInvalidError(%d)", x509.NameConstraintsWithoutSANs),
		fmt.Sprintf("CertificateInvalidError(%d)", x509.UnconstrainedName),
		"47", "48", "49", "50", "51", "52", "53", // X509_V_ERR_PERMITTED_VIOLATION and those behind it
	}, func(kind string) bool { return slices.Contains(strings.Fields(said), kind) })
}

// TestUndoingTheEditRepairs: what a scenario differs in is all that is wrong.
func TestUndoingTheEditRepairs(t *testing.T) {
	t.Parallel()
	for _, s := range certified() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			s.Peer = Healthy()
			pki := build(t, s)
			for _, v := range verifiers(t) {
				if said := v.verify(t, pki, "", s.Hostname()); said != "ok" {
					t.Errorf("%s says %q of the repaired peer", v.name, said)
				}
			}
		})
	}
}

func TestExpiredCrossSignDependsOnTheTrustStore(t *testing.T) {
	t.Parallel()
	s := MustGet("expired-cross-sign")
	pki := build(t, s)
	for _, v := range verifiers(t) {
		if said := v.verify(t, pki, "new", "localhost"); said != "ok" {
			t.Errorf("%s with the new root alone says %q", v.name, said)
		}
		if said := v.verify(t, pki, "old", "localhost"); said == "ok" {
			t.Errorf("%s accepts the expired root", v.name)
		}
	}
}

func readVerdicts(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(goldenVerdicts)
	if err != nil && !*update {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if key, said, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			out[key] = said
		}
	}
	return out
}

func writeVerdicts(t *testing.T, verdicts map[string]string) {
	t.Helper()
	var b strings.Builder
	for _, s := range certified() {
		for _, v := range verifiers(t) {
			key := s.Name + " " + v.name
			fmt.Fprintf(&b, "%s: %s\n", key, verdicts[key])
		}
	}
	if err := os.MkdirAll("testdata", 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(goldenVerdicts, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
