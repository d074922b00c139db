package mtasts_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"testing"

	"github.com/fakemx/fakemx/policy/mtasts"
)

func TestJudge(t *testing.T) {
	policy := func(mode mtasts.Mode) *mtasts.Policy {
		return &mtasts.Policy{Version: "STSv1", Mode: mode, MX: []mtasts.Pattern{"mx.example.com"}, MaxAge: 604800}
	}
	enforce, testing_, none := policy(mtasts.ModeEnforce), policy(mtasts.ModeTesting), policy(mtasts.ModeNone)
	untrusted := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	good := mtasts.Host{Name: "mx.example.com", STARTTLS: true}
	host := func(edit func(*mtasts.Host)) mtasts.Host {
		h := good
		edit(&h)
		return h
	}
	unlisted := host(func(h *mtasts.Host) { h.Name = "mx.example.net" })
	inClear := host(func(h *mtasts.Host) { h.STARTTLS = false })
	forged := host(func(h *mtasts.Host) { h.TLSError = untrusted })
	dane := func(h mtasts.Host, dane mtasts.DANE) mtasts.Host { h.DANE = dane; return h }
	for _, test := range []struct {
		name    string
		policy  *mtasts.Policy
		host    mtasts.Host
		action  mtasts.Action
		section string
		result  string
	}{
		{"validates", enforce, good, mtasts.DeliverVerified, "4", ""},
		{"not listed", enforce, unlisted, mtasts.MustNotDeliver, "4.1", "validation-failure"},
		{"no STARTTLS", enforce, inClear, mtasts.MustNotDeliver, "4", "starttls-not-supported"},
		{"not trusted", enforce, forged, mtasts.MustNotDeliver, "4.2", "certificate-not-trusted"},
		{"testing, validates", testing_, good, mtasts.DeliverVerified, "4", ""},
		{"testing, not listed", testing_, unlisted, mtasts.DeliverAndReport, "5", "validation-failure"},
		{"testing, no STARTTLS", testing_, inClear, mtasts.DeliverAndReport, "5", "starttls-not-supported"},
		{"testing, not trusted", testing_, forged, mtasts.DeliverAndReport, "5", "certificate-not-trusted"},
		{"none", none, inClear, mtasts.Deliver, "5", ""},
		{"no policy", nil, inClear, mtasts.Deliver, "3.3", ""},
		{"unknown mode", policy("report"), inClear, mtasts.Deliver, "5", ""},
		// DANE.
		{"DANE fails, validates", enforce, dane(good, mtasts.DANEFails), mtasts.MustNotDeliver, "2", ""},
		{"DANE fails, testing", testing_, dane(good, mtasts.DANEFails), mtasts.MustNotDeliver, "2", ""},
		{"DANE fails, none", none, dane(good, mtasts.DANEFails), mtasts.MustNotDeliver, "2", ""},
		{"DANE fails, no policy", nil, dane(good, mtasts.DANEFails), mtasts.MustNotDeliver, "2", ""},
		{"DANE matches, validates", enforce, dane(good, mtasts.DANEMatches), mtasts.DeliverVerified, "4", ""},
		{"DANE matches, not listed", enforce, dane(unlisted, mtasts.DANEMatches), mtasts.MayDeliver, "2", "validation-failure"},
		{"DANE matches, not trusted", enforce, dane(forged, mtasts.DANEMatches), mtasts.MayDeliver, "2", "certificate-not-trusted"},
		{"DANE matches, testing", testing_, dane(unlisted, mtasts.DANEMatches), mtasts.DeliverAndReport, "5", "validation-failure"},
		{"DANE matches, no policy", nil, dane(good, mtasts.DANEMatches), mtasts.Deliver, "3.3", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := mtasts.Judge(test.policy, test.host)
			if got.Action != test.action || got.Section != test.section || got.ResultType != test.result || got.Reason == "" {
				t.Errorf("got %+v, want %s, %s, %s", got, test.action, test.section, test.result)
			}
		})
	}
}

func TestJudgeTellsTLSErrorsApart(t *testing.T) {
	policy := &mtasts.Policy{Mode: mtasts.ModeEnforce, MX: []mtasts.Pattern{"mx.example.com"}}
	for want, errs := range map[string][]error{
		"certificate-host-mismatch": {x509.HostnameError{Certificate: &x509.Certificate{}}},
		"certificate-expired":       {x509.CertificateInvalidError{Reason: x509.Expired}},
		"certificate-not-trusted":   {x509.UnknownAuthorityError{}, x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}},
	} {
		for _, err := range errs {
			for _, err := range []error{err, &tls.CertificateVerificationError{Err: err}, fmt.Errorf("handshake: %w", err)} {
				if got := mtasts.Judge(policy, mtasts.Host{Name: "mx.example.com", STARTTLS: true, TLSError: err}); got.ResultType != want {
					t.Errorf("%T %v is %s, want %s", err, err, got.ResultType, want)
				}
			}
		}
	}
	got := mtasts.Judge(policy, mtasts.Host{Name: "mx.example.com", STARTTLS: true, TLSError: errors.New("reset")})
	if got.ResultType != "validation-failure" || got.Action != mtasts.MustNotDeliver {
		t.Errorf("another error: %+v", got)
	}
}
