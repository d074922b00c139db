package scenarios

import (
	"bytes"
	"crypto/x509"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
)

// upperBoundName is ub-common-name and ub-organizational-unit-name of RFC 5280
// appendix A.1.
const upperBoundName = 64

// together is the whole catalogue as a client meets it that is told once whom
// to trust: PKIs by the names of their scenarios, and the bundle.
type together struct {
	pkis   map[string]*certgen.PKI
	bundle *x509.CertPool
	dir    string // of the bundle's files
}

// buildTogether makes the PKIs of the catalogue with keys that are all
// different.
func buildTogether(t *testing.T) together {
	t.Helper()
	anchors := new(certgen.Anchors)
	out := together{pkis: map[string]*certgen.PKI{}, dir: t.TempDir()}
	var mu sync.Mutex
	var building sync.WaitGroup
	for _, s := range All() {
		if slices.Contains(tooSlow, s.Name) {
			continue
		}
		building.Go(func() {
			pki, err := certgen.Build(s.Peer.PKI, certgen.Options{
				Now: func() time.Time { return builtAt }, Vars: s.Vars(nil, nil), Anchors: anchors,
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("%s: %v", s.Name, err)
				return
			}
			out.pkis[s.Name] = pki
		})
	}
	building.Wait()
	var err error
	if out.bundle, err = anchors.Roots(); err != nil {
		t.Fatal(err)
	}
	if _, err := anchors.Write(out.dir); err != nil {
		t.Fatal(err)
	}
	return out
}

// sharesNames are the scenarios that are about two authorities of one name.
var sharesNames = []string{"rekeyed-intermediate"}

// TestTheCatalogueTogether is about a client that is told once whom to trust.
func TestTheCatalogueTogether(t *testing.T) {
	t.Parallel()
	all := buildTogether(t)
	t.Run("names", func(t *testing.T) { authoritiesHaveNamesOfTheirOwn(t, all) })
	t.Run("keys", func(t *testing.T) { noKeyIsAnothers(t, all) })
	t.Run("trust", func(t *testing.T) { nothingUntrustedIsInTheBundle(t, all) })
	t.Run("verdicts", func(t *testing.T) { theBundleChangesNoVerdict(t, all) })
}

// authoritiesHaveNamesOfTheirOwn: no two keys share a subject, but for the
// one root each authority is of one scenario, and its name says of which.
func authoritiesHaveNamesOfTheirOwn(t *testing.T, all together) {
	t.Helper()
	type owner struct {
		scenario string
		key      []byte
	}
	owners := map[string]owner{}
	for scenario, pki := range all.pkis {
		for _, name := range pki.Names() {
			c := pki.Certificate(name)
			if !pki.Recipe().Certificates[name].CA || c.Parsed == nil {
				continue
			}
			subject := c.Parsed.Subject
			if !strings.Contains(subject.CommonName, "TEST ONLY") {
				t.Errorf("%s: the name of %s does not say TEST ONLY: %s", scenario, name, subject)
			}
			if len(subject.CommonName) > upperBoundName || len(strings.Join(subject.OrganizationalUnit, "")) > upperBoundName {
				t.Errorf("%s: the name of %s is too long: %s", scenario, name, subject)
			}
			shared := subject.CommonName == testOnly+" root"
			if !shared && !slices.Contains(strings.Fields(subject.CommonName+" "+strings.Join(subject.OrganizationalUnit, " ")), scenario) {
				t.Errorf("%s: the name of %s does not say whose it is: %s", scenario, name, subject)
			}
			of, taken := owners[string(c.Parsed.RawSubject)]
			meant := of.scenario == scenario && slices.Contains(sharesNames, scenario)
			if taken && !meant && !bytes.Equal(of.key, c.Parsed.RawSubjectPublicKeyInfo) {
				t.Errorf("%s and %s have authorities of the same name: %s", scenario, of.scenario, subject)
			}
			owners[string(c.Parsed.RawSubject)] = owner{scenario, c.Parsed.RawSubjectPublicKeyInfo}
		}
	}
}

// noKeyIsAnothers: keys are shared within a scenario at most.
func noKeyIsAnothers(t *testing.T, all together) {
	t.Helper()
	owners := map[string]string{}
	for scenario, pki := range all.pkis {
		for _, name := range pki.Names() {
			c := pki.Certificate(name)
			if c.Parsed == nil || c.Parsed.Subject.CommonName == testOnly+" root" {
				continue
			}
			if of, taken := owners[string(c.Parsed.RawSubjectPublicKeyInfo)]; taken && of != scenario {
				t.Errorf("the key of %s's %s is one of %s too", scenario, name, of)
			}
			owners[string(c.Parsed.RawSubjectPublicKeyInfo)] = scenario
		}
	}
}

// theBundleChangesNoVerdict: whoever trusts all that the catalogue has to be
// trusted says of every scenario what he says with its own anchors alone.
func theBundleChangesNoVerdict(t *testing.T, all together) {
	t.Helper()
	for _, s := range All() {
		pki := all.pkis[s.Name]
		if pki == nil {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			for _, reference := range references(s) {
				alone, together := verifyGo(t, pki, "", reference), goVerdict(pki, all.bundle, reference)
				if alone != together {
					t.Errorf("%s: go says %s with the bundle, %s with the scenario's own anchors", reference, together, alone)
				}
			}
			for _, v := range verifiers(t)[1:] {
				reference := references(s)[0]
				alone, together := v.verify(t, pki, "", reference), opensslVerdict(t, pki, all.dir, reference, v.more...)
				if alone != together {
					t.Errorf("%s says %s with the bundle, %s with the scenario's own anchors", v.name, together, alone)
				}
			}
		})
	}
}

// nothingUntrustedIsInTheBundle: it holds the one root and what the
// scenarios about expired roots trust.
func nothingUntrustedIsInTheBundle(t *testing.T, all together) {
	t.Helper()
	trusted := x509.NewCertPool()
	for _, pki := range all.pkis {
		for _, name := range pki.Recipe().Trust {
			trusted.AddCert(pki.Certificate(name).Parsed)
		}
	}
	if !all.bundle.Equal(trusted) {
		t.Error("the bundle is not what the scenarios trust")
	}
	for _, name := range []string{"untrusted-root", "self-signed", "self-signed-in-chain", "extra-certificate", "healthy"} {
		if pki := all.pkis[name]; !pki.Roots().Equal(all.pkis["expired"].Roots()) {
			t.Errorf("%s trusts another root than the shared one", name)
		}
	}
}
