package cli

import (
	"slices"
	"strings"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// A gap is something about scenarios that the files of their PKI do not show.
type gap struct {
	// one tells it of one scenario and several of a list of names.
	one, several string
}

// notAnswered is the same for all scenarios at whose URLs nobody answers.
const notAnswered = "the URLs in the certificates of some scenarios answer only while fakemx --scenario NAME runs; crl.pem and ocsp.der, where they exist, hold the answers: %s"

var (
	nothingWrong = gap{
		"these are the certificates of the healthy peer: the fault of %s is not in them, and only fakemx --scenario %[1]s shows it",
		"some certificates are those of the healthy peer: the faults of these scenarios are not in them, and only fakemx --scenario NAME shows them: %s",
	}
	unansweredWithOCSP = gap{
		"the URLs in the certificate answer only while fakemx --scenario %s runs; crl.pem and ocsp.der hold the answers", notAnswered,
	}
	unansweredWithCRL = gap{
		"the URL in the certificate answers only while fakemx --scenario %s runs; crl.pem holds the answer", notAnswered,
	}
	unanswered = gap{"the URLs in the certificate answer only while fakemx --scenario %s runs", notAnswered}
)

// otherChain says that there are two chains, and which of them is bad.
func otherChain(s scenarios.Scenario) gap {
	const both = "there are two chains, chain.pem and alternate-chain.pem, each with its key; "
	said := both + badChain(s) + "; only fakemx --scenario "
	return gap{
		said + "%s serves both, the other one in some sessions",
		said + "NAME serves both, the other one in some sessions: %s",
	}
}

// badChain says which of a scenario's two chains a correct client that verifies
// refuses. Where TLS never completes, the facts tell nothing of the usual one.
func badChain(s scenarios.Scenario) string {
	usual := s.Facts.Authentic
	if s.Facts.Completes == scenarios.No {
		usual = ""
	}
	bad := s.Alternate.Authentic == scenarios.No
	switch {
	case bad && usual == scenarios.Yes:
		return "the bad one is alternate-chain.pem"
	case bad && usual == scenarios.No:
		return "both are bad"
	case bad:
		return "alternate-chain.pem is bad"
	case usual == scenarios.Yes:
		return "both are good"
	case usual == scenarios.No:
		return "the bad one is chain.pem"
	}
	return "alternate-chain.pem is good"
}

// gapsOf are the gaps of the files of one scenario.
func gapsOf(s scenarios.Scenario, files certgen.Files) []gap {
	var gaps []gap
	changes := scenarios.Diff(scenarios.Healthy(), s.Peer)
	inFiles := func(c scenarios.Change) bool {
		return strings.HasPrefix(c.Path, "pki.") || strings.HasPrefix(c.Path, "tls.alternate")
	}
	switch {
	case len(changes) > 0 && !slices.ContainsFunc(changes, inFiles):
		return []gap{nothingWrong}
	case files.OCSP != "":
		gaps = append(gaps, unansweredWithOCSP)
	case files.CRL != "":
		gaps = append(gaps, unansweredWithCRL)
	case s.Peer.PKI.Mentions("{responder}"):
		gaps = append(gaps, unanswered)
	}
	if s.Peer.TLS.Alternate != nil {
		gaps = append(gaps, otherChain(s))
	}
	return gaps
}

// warnOfGaps tells what of the scenarios their files do not show, each thing
// once.
func (a *app) warnOfGaps(chosen []scenarios.Scenario, files []certgen.Files) {
	var order []string
	names := make(map[string][]string) // by the text
	for i, s := range chosen {
		for _, g := range gapsOf(s, files[i]) { //nolint:gosec // one of files for each of chosen
			text := g.several
			if len(chosen) == 1 {
				text = g.one
			}
			if names[text] == nil {
				order = append(order, text)
			}
			names[text] = append(names[text], s.Name)
		}
	}
	for _, text := range order {
		a.Warn(text, strings.Join(names[text], ", "))
	}
}
