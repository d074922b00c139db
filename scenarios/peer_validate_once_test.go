package scenarios

import "testing"

// TestAnUnknownValueIsOneProblem: what goes by a value that nobody knows is not
// judged, since it may be right once the value is.
func TestAnUnknownValueIsOneProblem(t *testing.T) {
	t.Parallel()
	legacy := func(edit func(*Peer)) func(*Scenario) {
		return peer(func(p *Peer) {
			old(p, "1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
			edit(p)
		})
	}
	for path, edits := range map[string][]func(*Scenario){
		"peer.faults[0].do": {
			faulty(Fault{At: AtRCPT, Do: "bounce", Text: "550 5.1.1 no", Delay: 1}),
			faulty(Fault{At: AtConnect, Do: DoReply, Text: "no reply"}),
			faulty(Fault{At: AtMAIL, Do: DoHide}),
		},
		"peer.faults[0].at": {
			faulty(Fault{At: "lunch", Do: DoReset, Match: &Match{Mail: "a@b", Rcpt: "a@b"}, After: &After{Messages: 1, Recipients: 1}}),
			func(s *Scenario) {
				s.Facts, s.Peer.SMTP.ImplicitTLS = Facts{Offers: No, Completes: No, Authentic: No}, true
				s.Peer.Faults = []Fault{{At: "lunch", Do: DoReset, In: InClear, EarlyTalker: true}, {At: AtQUIT, Do: DoReset}}
			},
		},
		"peer.faults[0].in": {
			faulty(Fault{At: AtHandshake, Do: DoReset, In: "tea"}),
			faulty(Fault{At: AtSTARTTLS, Do: DoReply, Text: "454 no", In: "tea"}),
			peer(func(p *Peer) { p.Faults = []Fault{{At: AtConnect, Do: DoReset, In: "tea"}, {At: AtMAIL, Do: DoReset}} }),
		},
		"peer.faults[1].in": {
			peer(func(p *Peer) { p.Faults = []Fault{{At: AtMAIL, Do: DoReset}, {At: AtMAIL, Do: DoReset, In: "tea"}} }),
		},
		"peer.faults[0].tls_version": {
			faulty(Fault{At: AtMAIL, Do: DoReset, TLSVersion: "1.4"}),
			faulty(Fault{At: AtConnect, Do: DoReset, TLSVersion: "0.9"}),
		},
		"facts.offers": {func(s *Scenario) { s.Facts.Offers = "maybe" }},
		"facts.completes": {func(s *Scenario) {
			s.Facts, s.Peer.SMTP.StartTLS.Offer = Facts{Offers: No, Completes: "maybe", Authentic: No}, Nowhere
		}},
		"facts.authentic": {func(s *Scenario) { s.Facts = Facts{Offers: Yes, Completes: No, Authentic: "maybe"} }},
		"peer.tls.min_version": {
			peer(func(p *Peer) { p.TLS.MinVersion, p.TLS.Records = "2.0", &Records{HelloRequests: 1} }),
			peer(func(p *Peer) { p.TLS.MinVersion, p.TLS.Records = "1", &Records{HelloRequests: 1} }),
			peer(func(p *Peer) {
				p.TLS.MinVersion, p.Faults = "TLS1.2", []Fault{{At: AtMAIL, Do: DoReset, TLSVersion: "1.2"}}
			}),
		},
		"peer.tls.max_version": {
			peer(func(p *Peer) { p.TLS.MaxVersion, p.TLS.Records = "1", &Records{KeyUpdates: 1} }),
			peer(func(p *Peer) { p.TLS.MaxVersion, p.TLS.Records = "2", &Records{DowngradeCanary: true} }),
			peer(func(p *Peer) { p.TLS.MaxVersion, p.Faults = "1", []Fault{{At: AtMAIL, Do: DoReset, TLSVersion: "1.2"}} }),
			legacy(func(p *Peer) {
				p.TLS.MaxVersion, p.TLS.CipherSuites, p.TLS.Legacy.SignatureScheme = "1", []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}, "ecdsa_sha1"
			}),
		},
		"peer.tls.cipher_suites[0]": {
			legacy(func(p *Peer) { p.TLS.CipherSuites = []string{"TLS_RSA_WITH_ROT13"} }),
			legacy(func(p *Peer) { p.TLS.MaxVersion, p.TLS.CipherSuites = "1.1", []string{"TLS_ROT13_GCM_SHA256"} }),
			legacy(func(p *Peer) {
				p.TLS.CipherSuites = []string{"ROT13"}
				p.TLS.Legacy = &Legacy{SignatureScheme: "ecdsa_sha1", DHPrimeBits: 1024}
			}),
		},
		"peer.tls.legacy.signature_scheme": {
			legacy(func(p *Peer) { p.TLS.Legacy.SignatureScheme = "rot_13" }),
			legacy(func(p *Peer) {
				p.TLS.MaxVersion, p.TLS.Legacy.SignatureScheme = "1.1", "rot_13"
			}),
		},
		"peer.tls.legacy.dh_prime_bits": {legacy(func(p *Peer) { p.TLS.Legacy.DHPrimeBits = 13 })},
		"peer.tls.staple":               {peer(func(p *Peer) { p.TLS.Staple, p.PKI.Send, p.PKI.Key = "stale", nil, leaf })},
		"peer.tls.client_certificate.mode": {peer(func(p *Peer) {
			p.TLS.ClientCertificate = ClientCertificate{Mode: "beg", Authorities: []string{clientCA}}
		})},
		"peer.tls.alternate.send[0]": {func(s *Scenario) {
			s.Peer.TLS.Alternate, s.Alternate = &Alternate{Send: []string{"nobody"}, Every: 2}, AlternateFacts{Authentic: Yes}
		}},
		"peer.pki.certificates.leaf.key": {legacy(func(p *Peer) {
			p.PKI.Certificates[leaf].Key = "rsa2048"
			p.TLS.CipherSuites = []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}
		})},
		"peer.pki.send[0]":         {peer(func(p *Peer) { p.PKI.Send = []string{"nobody"} })},
		"peer.smtp.starttls.offer": {peer(func(p *Peer) { p.SMTP.StartTLS = StartTLS{Offer: "never", Keyword: "starttls", Position: 1} })},
		"peer.smtp.auth.offer": {peer(func(p *Peer) {
			p.SMTP.Auth.Offer, p.Faults = "never", []Fault{{At: AtAUTH, Do: DoReset, In: InClear}}
		})},
	} {
		for i, edit := range edits {
			s := MustGet("healthy")
			edit(&s)
			if found := fieldErrors(s.Validate()); len(found) != 1 || found[0].Path != path {
				t.Errorf("%s, %d: %v, want one problem, there", path, i+1, s.Validate())
			}
		}
	}
}

// TestTwoUnknownValuesAreTwoProblems: neither hides the other.
func TestTwoUnknownValuesAreTwoProblems(t *testing.T) {
	t.Parallel()
	s := MustGet("healthy")
	s.Peer.Faults = []Fault{{At: "lunch", Do: "explode", Text: "x"}}
	found := fieldErrors(s.Validate())
	if len(found) != 2 || found[0].Path != "peer.faults[0].at" || found[1].Path != "peer.faults[0].do" {
		t.Errorf("%v, want a problem with at and one with do", s.Validate())
	}
}
