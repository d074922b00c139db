package fakemx_test

import (
	"crypto/x509"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// What a client fetches while its session lasts stands in the record.
func TestFetches(t *testing.T) {
	t.Parallel()
	s := fakemx.Start(t, scenarios.MustGet("revoked"))
	leaf := s.PKI().Certificate("leaf").Parsed
	c := dial(t, s)
	c.ehlo()
	c.startTLS(s.ClientTLS())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(leaf.CRLDistributionPoints[0])
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	c.quit()
	session := only(t, s)
	if len(session.Fetches) != 1 || session.Fetches[0].What != "crl" || session.Fetches[0].Certificate != "intermediate" {
		t.Errorf("fetches %+v", session.Fetches)
	}
	if _, err := client.Get(leaf.CRLDistributionPoints[0]); err == nil {
		t.Error("the responder outlives the server")
	}
}

// TestRootsAreKept: the root of a PKI that has to be made again, since its
// certificates say where the responder is, stays the same.
func TestRootsAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep := func(c *fakemx.Config) { c.Scenario, c.PKIDir = scenarios.MustGet("revoked"), dir }
	first, second := play(t, nil, keep), play(t, nil, keep)
	if string(first.PKI().ChainPEM()) == string(second.PKI().ChainPEM()) {
		t.Error("the second server's certificate says that the first one's responder is its own")
	}
	if string(first.PKI().CAPEM()) != string(second.PKI().CAPEM()) {
		t.Error("the second server has another root")
	}
}

// TestTheRootsKeyIsForgotten: a server can have no more signed by its root, and
// the responder serves the root's CRL all the same.
func TestTheRootsKeyIsForgotten(t *testing.T) {
	t.Parallel()
	s := play(t, nil, func(c *fakemx.Config) { c.Scenario = scenarios.MustGet("revoked") })
	root := s.PKI().Certificate("root")
	if root.Key != nil {
		t.Error("the server has the key of its root")
	}
	url := strings.Replace(s.PKI().Certificate("leaf").Parsed.CRLDistributionPoints[0], "intermediate.crl", "root.crl", 1)
	response, err := http.Get(url) //nolint:noctx // our own responder
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	der, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		t.Fatal(err)
	}
	if err := list.CheckSignatureFrom(root.Parsed); err != nil {
		t.Error(err)
	}
}

// A PKI that is kept serves the next server too.
func TestPKIDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep := func(c *fakemx.Config) { c.PKIDir, c.Keys = dir, certgen.RandomKeys() }
	first, second := play(t, nil, keep), play(t, nil, keep)
	if string(first.PKI().ChainPEM()) != string(second.PKI().ChainPEM()) {
		t.Error("the second server made a PKI of its own")
	}
	if err := deliver(second, first.ClientTLS(), nil); err != nil {
		t.Error(err)
	}
	if strings.Contains(string(first.PKI().CAPEM()), "PRIVATE KEY") {
		t.Error("the CA bundle holds a key")
	}
}

// TestPKIDirAndSMTPS: an address that is listened on twice is certified once,
// so that a second port is no reason for another PKI.
func TestPKIDirAndSMTPS(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	dir := t.TempDir()
	keep := func(c *fakemx.Config) { c.PKIDir, c.Keys, c.Listen = dir, certgen.RandomKeys(), "127.25.0.1:0" }
	both := func(c *fakemx.Config) { keep(c); c.SMTPS = "127.25.0.1:0" }
	first, second := play(t, nil, keep), play(t, nil, both)
	if string(first.PKI().ChainPEM()) != string(second.PKI().ChainPEM()) {
		t.Error("the second server made a PKI of its own")
	}
}
