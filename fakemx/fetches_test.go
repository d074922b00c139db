package fakemx_test

import (
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

// A PKI that is kept serves the next server too.
func TestPKIDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep := func(c *fakemx.Config) { c.PKIDir, c.Keys = dir, certgen.RandomKeys() }
	first, second := play(t, nil, keep), play(t, nil, keep)
	if string(first.PKI().CAPEM()) != string(second.PKI().CAPEM()) {
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
	if string(first.PKI().CAPEM()) != string(second.PKI().CAPEM()) {
		t.Error("the second server made a PKI of its own")
	}
}
