package scenarios_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// What a scenario is, and what is true of its peer.
func ExampleGet() {
	s, err := scenarios.Get("incomplete-chain") // an alias
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Name, "of the family", s.Family)
	fmt.Println("offers STARTTLS:", s.Facts.Offers)
	fmt.Println("completes TLS:", s.Facts.Completes)
	fmt.Println("is authentic:", s.Facts.Authentic)

	_, err = scenarios.Get("expird")
	fmt.Println(err)
	// Output:
	// missing-intermediate of the family chain
	// offers STARTTLS: yes
	// completes TLS: yes
	// is authentic: no
	// unknown scenario "expird"; did you mean expired?
}

// What a scenario changes in the healthy peer.
func ExampleDiff() {
	for _, change := range scenarios.Diff(scenarios.Healthy(), scenarios.MustGet("missing-intermediate").Peer) {
		fmt.Println(change)
	}
	// Output: pki.send: [leaf, intermediate] -> [leaf]
}

// A scenario of your own: the healthy peer, but for a certificate that expires
// while you watch, and a recipient that is refused twice.
func ExampleScenario_With() {
	s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
		p.PKI.Certificates["leaf"].NotAfter = -1
		p.Faults = []scenarios.Fault{{
			At: scenarios.AtRCPT, Do: scenarios.DoReply, Text: "451 4.7.1 Try again later", First: 2,
		}}
	})
	s.Name, s.Aliases, s.Harmless = "just-expired", nil, false
	s.Summary = "presents a certificate that has just expired, and greylists"
	s.Facts.Authentic = scenarios.No

	fmt.Println(s.Validate())
	for _, change := range scenarios.Diff(scenarios.Healthy(), s.Peer) {
		fmt.Println(change.Path)
	}
	// Output:
	// <nil>
	// pki.certificates.leaf.not_after
	// faults
}

// Everything that makes no sense is told at once, field by field.
func ExampleScenario_Validate() {
	s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
		p.TLS.MaxVersion = "1.4"
		p.Faults = []scenarios.Fault{{At: "teatime", Do: scenarios.DoReset}}
	})
	s.Summary = ""
	fmt.Println(s.Validate())
	// Output:
	// summary: is missing; say in one line what the peer does wrong
	// peer.tls.max_version: "1.4" is not one of 1.0, 1.1, 1.2, 1.3
	// peer.faults[0].at: "teatime" is not one of connect, greeting, ehlo, helo, starttls, handshake, client-hello, auth, mail, rcpt, data, message, dot, quit
}

// A scenario of your own as YAML, over a built-in one.
func ExampleParse() {
	const file = `
name: expired-and-slow
summary: presents an expired certificate, and takes its time over the greeting
base: expired
peer:
  smtp:
    greet_pause: 3s
`
	all, err := scenarios.Parse("mine.yaml", []byte(file))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(all[0].Name, all[0].Facts.Authentic)

	_, err = scenarios.Parse("mine.yaml", []byte("name: mine\npeer:\n  tls: { max_version: 1.4 }\n"))
	fmt.Println(err)
	// Output:
	// expired-and-slow no
	// mine.yaml:1: summary: is missing; say in one line what the peer does wrong
	// mine.yaml:3: peer.tls.max_version: "1.4" is not one of 1.0, 1.1, 1.2, 1.3
}

// A file that holds a built-in scenario under another name.
func ExampleLoad() {
	dir, err := os.MkdirTemp("", "fakemx-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	s := scenarios.MustGet("wildcard")
	s.Name, s.Aliases = "our-wildcard", nil
	text, err := s.YAML()
	if err != nil {
		fmt.Println(err)
		return
	}
	path := filepath.Join(dir, "ours.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		fmt.Println(err)
		return
	}
	all, err := scenarios.Load(path)
	fmt.Println(len(all), all[0].Name, scenarios.Same(all[0].Peer, s.Peer), err)
	// Output: 1 our-wildcard true <nil>
}

// The certificates of a scenario, without a server.
func ExampleScenario_Vars() {
	s := scenarios.MustGet("untrusted-root")
	pki, err := certgen.Build(s.Peer.PKI, certgen.Options{Vars: s.Vars(nil, nil)})
	if err != nil {
		fmt.Println(err)
		return
	}
	leaf := pki.Certificate("leaf").Parsed
	_, err = leaf.Verify(x509.VerifyOptions{Roots: pki.Roots(), DNSName: s.Hostname()})
	fmt.Println(leaf.DNSNames, errors.As(err, new(x509.UnknownAuthorityError)))
	// Output: [localhost mx.untrusted-root.fakemx.test] true
}
