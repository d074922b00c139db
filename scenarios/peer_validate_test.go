package scenarios

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
)

func TestTheWholeCatalogueIsValid(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		if err := s.Validate(); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

// faulty returns an edit that gives the peer one fault.
func faulty(f Fault) func(*Scenario) {
	return func(s *Scenario) { s.Peer.Faults = []Fault{f} }
}

// peer turns an edit of the peer into one of the scenario.
func peer(edit func(*Peer)) func(*Scenario) { return func(s *Scenario) { edit(&s.Peer) } }

func TestValidateNamesTheFieldAndTheReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit   func(*Scenario)
		path   string
		reason string
	}{
		"name":            {func(s *Scenario) { s.Name = "no spaces" }, "name", "hyphens"},
		"long name":       {func(s *Scenario) { s.Name = strings.Repeat("a", 49) }, "name", "48"},
		"alias":           {func(s *Scenario) { s.Aliases = []string{"a", "-b"} }, "aliases[1]", "hyphens"},
		"family":          {func(s *Scenario) { s.Family = "weather" }, "family", "custom"},
		"summary missing": {func(s *Scenario) { s.Summary = "" }, "summary", "one line"},
		"summary stops":   {func(s *Scenario) { s.Summary = "Stops." }, "summary", "full stop"},
		"reach by":        {func(s *Scenario) { s.ReachBy = "post" }, "reach_by", "address"},

		"weak offer":            {func(s *Scenario) { s.Facts.Offers = Weak }, "facts.offers", "yes, no"},
		"completes unoffered":   {func(s *Scenario) { s.Facts = Facts{Offers: No, Completes: Yes, Authentic: No} }, "facts.completes", "since offers is no"},
		"authentic uncompleted": {func(s *Scenario) { s.Facts = Facts{Offers: Yes, Completes: No, Authentic: Yes} }, "facts.authentic", "since completes is no"},
		"offers nowhere":        {peer(func(p *Peer) { p.SMTP.StartTLS.Offer = Nowhere }), "facts.offers", "is nowhere"},
		"offers masked":         {peer(func(p *Peer) { p.SMTP.StartTLS.Keyword = "XXXX" }), "facts.offers", "keyword"},
		"offers to nobody":      {peer(func(p *Peer) { p.SMTP.ESMTP = false }), "facts.offers", "extension"},
		"offers too late":       {peer(func(p *Peer) { p.SMTP.ImplicitTLS = true }), "facts.offers", "implicit_tls"},
		"offers, always 454":    {faulty(Fault{At: AtSTARTTLS, Do: DoReply, Text: "454 no"}), "facts.offers", "faults[0]"},
		"offers, always hidden": {faulty(Fault{At: AtEHLO, Do: DoHide, Text: "STARTTLS"}), "facts.offers", "faults[0]"},

		"hostname":     {peer(func(p *Peer) { p.Hostname = "a b" }), "peer.hostname", "host name"},
		"no hostname":  {peer(func(p *Peer) { p.Hostname = "" }), "peer.hostname", "host name"},
		"pki":          {peer(func(p *Peer) { p.PKI.Certificates[leaf].Issuer = "nobody" }), "peer.pki.certificates.leaf.issuer", "nobody"},
		"empty pki":    {peer(func(p *Peer) { p.PKI = certgen.Recipe{} }), "peer.pki.certificates", "empty"},
		"no leaf":      {peer(func(p *Peer) { p.PKI.Send = []string{intermediate} }), "peer.pki.send", "only certification authorities"},
		"no chain":     {peer(func(p *Peer) { p.PKI.Send = nil }), "peer.pki.key", "is required"},
		"version":      {peer(func(p *Peer) { p.TLS.MaxVersion = "1.4" }), "peer.tls.max_version", "1.3"},
		"versions":     {peer(func(p *Peer) { p.TLS.MaxVersion = "1.1" }), "peer.tls.min_version", "above max_version"},
		"suite":        {peer(func(p *Peer) { p.TLS.CipherSuites = []string{"AES128-SHA"} }), "peer.tls.cipher_suites[0]", "IANA"},
		"suite of 1.3": {peer(func(p *Peer) { p.TLS.CipherSuites = []string{"TLS_AES_128_GCM_SHA256"} }), "peer.tls.cipher_suites[0]", "TLS 1.3"},
		"suites in 1.3": {peer(func(p *Peer) {
			p.TLS.MinVersion = "1.3"
			p.TLS.CipherSuites = []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}
		}), "peer.tls.cipher_suites", "min_version is 1.3"},
		"group":     {peer(func(p *Peer) { p.TLS.Groups = []string{"x25519", "p256"} }), "peer.tls.groups[1]", "secp256r1"},
		"alpn":      {peer(func(p *Peer) { p.TLS.ALPN = []string{""} }), "peer.tls.alpn[0]", "255"},
		"sni both":  {peer(func(p *Peer) { p.TLS.WithoutSNI = &WithoutSNI{Send: []string{leaf}, Alert: "unknown_ca"} }), "peer.tls.without_sni", "either"},
		"sni none":  {peer(func(p *Peer) { p.TLS.WithoutSNI = &WithoutSNI{} }), "peer.tls.without_sni", "either"},
		"sni send":  {peer(func(p *Peer) { p.TLS.WithoutSNI = &WithoutSNI{Send: []string{"nobody"}} }), "peer.tls.without_sni.send[0]", "leaf"},
		"sni alert": {peer(func(p *Peer) { p.TLS.WithoutSNI = &WithoutSNI{Alert: "red"} }), "peer.tls.without_sni.alert", "unknown_ca"},

		"client mode": {peer(func(p *Peer) { p.TLS.ClientCertificate.Mode = "beg" }), "peer.tls.client_certificate.mode", "request"},
		"client authorities": {peer(func(p *Peer) {
			p.TLS.ClientCertificate = ClientCertificate{Mode: ClientCertificateRequest, Authorities: []string{"x"}}
		}), "peer.tls.client_certificate.authorities[0]", "client-ca"},
		"client trust": {peer(func(p *Peer) {
			p.TLS.ClientCertificate = ClientCertificate{Mode: ClientCertificateRequest, Trust: []string{"x"}}
		}), "peer.tls.client_certificate.trust[0]", "client-ca"},
		"client ignored":  {peer(func(p *Peer) { p.TLS.ClientCertificate.Trust = []string{clientCA} }), "peer.tls.client_certificate.mode", "no effect"},
		"client enforced": {peer(func(p *Peer) { p.TLS.ClientCertificate.Mode = ClientCertificateEnforce }), "peer.tls.client_certificate.trust", "enforce"},

		"greeting":         {peer(func(p *Peer) { p.SMTP.Greeting = "a\r\nb" }), "peer.smtp.greeting", "one line"},
		"offer":            {peer(func(p *Peer) { p.SMTP.StartTLS.Offer = "sometimes" }), "peer.smtp.starttls.offer", "clear"},
		"keyword":          {peer(func(p *Peer) { p.SMTP.StartTLS.Keyword = "x y" }), "peer.smtp.starttls.keyword", "letters"},
		"keyword STARTTLS": {peer(func(p *Peer) { p.SMTP.StartTLS.Keyword = "STARTTLS" }), "peer.smtp.starttls.keyword", "not STARTTLS itself"},
		"keyword nowhere":  {peer(func(p *Peer) { p.SMTP.StartTLS = StartTLS{Offer: Nowhere, Keyword: "X"} }), "peer.smtp.starttls.keyword", "nowhere"},
		"extension":        {peer(func(p *Peer) { p.SMTP.Extensions = []string{"ETRN"} }), "peer.smtp.extensions[0]", "PIPELINING"},
		"mechanism":        {peer(func(p *Peer) { p.SMTP.Auth.Mechanisms = []string{"ntlm"} }), "peer.smtp.auth.mechanisms[0]", "capital letters"},
		"auth offer":       {peer(func(p *Peer) { p.SMTP.Auth.Offer = "" }), "peer.smtp.auth.offer", "tls"},

		"point":               {faulty(Fault{At: "lunch", Do: DoReset}), "peer.faults[0].at", "connect"},
		"action":              {faulty(Fault{At: AtDot, Do: "explode"}), "peer.faults[0].do", "reset"},
		"reply to nothing":    {faulty(Fault{At: AtConnect, Do: DoReply, Text: "250 ok"}), "peer.faults[0].do", "stall"},
		"hide elsewhere":      {faulty(Fault{At: AtMAIL, Do: DoHide, Text: "DSN"}), "peer.faults[0].do", "reset"},
		"inject elsewhere":    {faulty(Fault{At: AtDot, Do: DoInject, Text: "x"}), "peer.faults[0].do", "reset"},
		"part":                {faulty(Fault{At: AtDot, Do: DoReset, In: Nowhere}), "peer.faults[0].in", "everywhere"},
		"reply empty":         {faulty(Fault{At: AtDot, Do: DoReply}), "peer.faults[0].text", "three-digit code"},
		"reply without code":  {faulty(Fault{At: AtDot, Do: DoReply, Text: "no"}), "peer.faults[0].text", "three-digit code"},
		"reply with 6xx":      {faulty(Fault{At: AtDot, Do: DoReply, Text: "650 x"}), "peer.faults[0].text", "three-digit code"},
		"reply without end":   {faulty(Fault{At: AtDot, Do: DoReply, Text: "450-x"}), "peer.faults[0].text", "three-digit code"},
		"reply with two ends": {faulty(Fault{At: AtDot, Do: DoReply, Text: "450 x\n450 y"}), "peer.faults[0].text", "three-digit code"},
		"reply of two codes":  {faulty(Fault{At: AtDot, Do: DoReply, Text: "450-x\n550 y"}), "peer.faults[0].text", "three-digit code"},
		"silence for TLS":     {faulty(Fault{At: AtHandshake, Do: DoReply}), "peer.faults[0].text", "three-digit code"},
		"nothing injected":    {faulty(Fault{At: AtSTARTTLS, Do: DoInject}), "peer.faults[0].text", "missing"},
		"hide without word":   {faulty(Fault{At: AtEHLO, Do: DoHide}), "peer.faults[0].text", "offers"},
		"hide unknown word":   {faulty(Fault{At: AtEHLO, Do: DoHide, Text: "ETRN"}), "peer.faults[0].text", "STARTTLS"},
		"text for nothing":    {faulty(Fault{At: AtDot, Do: DoReset, Text: "x"}), "peer.faults[0].text", "no effect with reset"},
		"text not UTF-8":      {faulty(Fault{At: AtSTARTTLS, Do: DoInject, Text: "\xff"}), "peer.faults[0].text", "UTF-8"},
		"first":               {faulty(Fault{At: AtDot, Do: DoReset, First: -1}), "peer.faults[0].first", "below 1"},
		"every":               {faulty(Fault{At: AtDot, Do: DoReset, Every: -1}), "peer.faults[0].every", "below 1"},
		"raw without octets":  {faulty(Fault{At: AtDot, Do: DoRaw}), "peer.faults[0].text", "use stall"},
		"raw at the message":  {faulty(Fault{At: AtMessage, Do: DoRaw, Text: "x"}), "peer.faults[0].do", "reset"},
		"raw escape":          {faulty(Fault{At: AtDot, Do: DoRaw, Text: `250 \q`}), "peer.faults[0].text", "is not an escape"},
		"raw escape half":     {faulty(Fault{At: AtDot, Do: DoRaw, Text: `250 \x0`}), "peer.faults[0].text", "is not an escape"},
		"raw escape ends":     {faulty(Fault{At: AtDot, Do: DoRaw, Text: `250 \`}), "peer.faults[0].text", "is not an escape"},
		"padding":             {faulty(Fault{At: AtDot, Do: DoRaw, Text: strings.Repeat("{padding:99999}", 11)}), "peer.faults[0].text", "expected at most"},
		"padding of greeting": {peer(func(p *Peer) { p.SMTP.Greeting = strings.Repeat("{padding:99999}", 11) }), "peer.smtp.greeting", "expected at most"},
		"greet pause":         {peer(func(p *Peer) { p.SMTP.GreetPause = -1 }), "peer.smtp.greet_pause", "is negative"},
		"position":            {peer(func(p *Peer) { p.SMTP.StartTLS.Position = -1 }), "peer.smtp.starttls.position", "below 1"},
		"position nowhere":    {peer(func(p *Peer) { p.SMTP.StartTLS = StartTLS{Offer: InGreeting, Position: 1} }), "peer.smtp.starttls.position", "greeting"},
		"early at connect":    {faulty(Fault{At: AtConnect, Do: DoReset, EarlyTalker: true}), "peer.faults[0].early_talker", "greeting"},
		"early in implicit TLS": {peer(func(p *Peer) {
			p.SMTP.ImplicitTLS = true
			p.Faults = []Fault{{At: AtClientHello, Do: DoReset, EarlyTalker: true}}
		}), "peer.faults[0].early_talker", "before the greeting"},
		"padding too long":   {faulty(Fault{At: AtDot, Do: DoReply, Text: "250 {padding:999999999}"}), "peer.faults[0].text", "N is from 0 to 99999"},
		"padding below":      {faulty(Fault{At: AtDot, Do: DoReply, Text: "250 {padding:3}{padding:-1}"}), "peer.faults[0].text", `"{padding:-1}" is not a placeholder`},
		"padding unclosed":   {faulty(Fault{At: AtDot, Do: DoReply, Text: "250 {padding:1"}), "peer.faults[0].text", "N is from 0 to 99999"},
		"padding of pattern": {faulty(Fault{At: AtDot, Do: DoReset, Match: &Match{Rcpt: "{padding:-1}@*"}}), "peer.faults[0].match.rcpt", "is not a placeholder"},
		"match no address":   {faulty(Fault{At: AtDot, Do: DoReset, Match: &Match{Rcpt: "["}}), "peer.faults[0].match.rcpt", "has no @"},
		"match null rcpt":    {faulty(Fault{At: AtDot, Do: DoReset, Match: &Match{Rcpt: "<>"}}), "peer.faults[0].match.rcpt", "has no @"},
		"match empty":        {faulty(Fault{At: AtDot, Do: DoReset, Match: &Match{}}), "peer.faults[0].match", "leave it out"},
		"match all":          {faulty(Fault{At: AtDot, Do: DoReset, Match: &Match{Rcpt: "**"}}), "peer.faults[0].match.rcpt", "every address"},
		"match no pattern":   {faulty(Fault{At: AtDot, Do: DoReset, Match: &Match{Mail: "a\n"}}), "peer.faults[0].match.mail", "not an address pattern"},
		"match mail early":   {faulty(Fault{At: AtEHLO, Do: DoReset, Match: &Match{Mail: "a@b"}}), "peer.faults[0].match.mail", "not known at ehlo"},
		"match rcpt early":   {faulty(Fault{At: AtMAIL, Do: DoReset, Match: &Match{Rcpt: "a@b"}}), "peer.faults[0].match.rcpt", "not known at mail"},
		"parameter early":    {faulty(Fault{At: AtEHLO, Do: DoReset, Match: &Match{Parameter: "SIZE"}}), "peer.faults[0].match.parameter", "not known at ehlo"},
		"parameter value":    {faulty(Fault{At: AtMAIL, Do: DoReset, Match: &Match{Parameter: "SIZE=9"}}), "peer.faults[0].match.parameter", "not the keyword"},
		"requiretls nowhere": {func(s *Scenario) { s.Peer.SMTP.RequireTLSOffer = Nowhere }, "peer.smtp.requiretls_offer", "is not one of clear, tls, everywhere"},
		"requiretls unsaid":  {func(s *Scenario) { s.Peer.SMTP.RequireTLSOffer, s.Peer.SMTP.Extensions = InClear, nil }, "peer.smtp.requiretls_offer", "not among the extensions"},
		"match no UTF-8":     {faulty(Fault{At: AtDot, Do: DoReset, Match: &Match{Mail: "\xff@b"}}), "peer.faults[0].match.mail", "not an address pattern"},
		"after fewer messages": {
			faulty(Fault{At: AtDot, Do: DoReset, After: &After{Messages: -1}}), "peer.faults[0].after.messages", "below 1",
		},
		"after fewer recipients": {
			faulty(Fault{At: AtDot, Do: DoReset, After: &After{Recipients: -1}}), "peer.faults[0].after.recipients", "below 1",
		},
		"after messages, at the handshake": {
			faulty(Fault{At: AtHandshake, Do: DoReset, After: &After{Messages: 1}}), "peer.faults[0].after.messages", "no effect at handshake",
		},
		"rate of too many": {
			faulty(Fault{At: AtDot, Do: DoReset, Rate: &Rate{Sessions: maxRate + 1, Within: Span(time.Minute)}}), "peer.faults[0].rate.sessions", "to 10000",
		},
		"padding by one too much": {
			faulty(Fault{At: AtDot, Do: DoReply, Text: "250 " + strings.Repeat("{padding:65536}", 16) + "{padding:1}"}), "peer.faults[0].text", "expected at most",
		},
		"after nothing":       {faulty(Fault{At: AtDot, Do: DoReset, After: &After{}}), "peer.faults[0].after", "leave it out"},
		"after below":         {faulty(Fault{At: AtDot, Do: DoReset, After: &After{Sessions: -1}}), "peer.faults[0].after.sessions", "below 1"},
		"after messages":      {faulty(Fault{At: AtGreeting, Do: DoReset, After: &After{Messages: 1}}), "peer.faults[0].after.messages", "no effect at greeting"},
		"after recipients":    {faulty(Fault{At: AtMAIL, Do: DoReset, After: &After{Recipients: 1}}), "peer.faults[0].after.recipients", "no effect at mail"},
		"rate of none":        {faulty(Fault{At: AtDot, Do: DoReset, Rate: &Rate{Within: Span(time.Minute)}}), "peer.faults[0].rate.sessions", "from 1"},
		"rate without span":   {faulty(Fault{At: AtDot, Do: DoReset, Rate: &Rate{Sessions: 1}}), "peer.faults[0].rate.within", "such as 1m"},
		"greeting inside TLS": {faulty(Fault{At: AtGreeting, Do: DoReset, In: InTLS}), "peer.faults[0].at", "is never reached"},
		"handshake never": {peer(func(p *Peer) {
			p.SMTP.StartTLS.Offer = Nowhere
			p.Faults = []Fault{{At: AtHandshake, Do: DoReset}}
		}), "peer.faults[0].at", "is never reached"},
		"handshake without ESMTP": {peer(func(p *Peer) {
			p.SMTP.ESMTP = false
			p.Faults = []Fault{{At: AtHandshake, Do: DoReset}}
		}), "peer.faults[0].at", "is never reached"},
		"AUTH nowhere": {peer(func(p *Peer) {
			p.SMTP.Auth.Offer = Nowhere
			p.Faults = []Fault{{At: AtAUTH, Do: DoReset, In: Everywhere}}
		}), "peer.faults[0].at", "AUTH is offered nowhere"},
		"AUTH in TLS": {faulty(Fault{At: AtAUTH, Do: DoReset, In: InClear}), "peer.faults[0].at", "AUTH is offered tls"},
		"behind a reset": {peer(func(p *Peer) {
			p.Faults = []Fault{{At: AtMAIL, Do: DoDrip}, {At: AtConnect, Do: DoStall}}
		}), "peer.faults[0].at", "peer.faults[1] ends every session before"},
		"twice at a point": {peer(func(p *Peer) {
			p.Faults = []Fault{{At: AtDATA, Do: DoReset}, {At: AtDATA, Do: DoStall}}
		}), "peer.faults[1].at", "peer.faults[0] ends every session before"},
		"legacy suite for another key": {peer(func(p *Peer) {
			old(p, "1.2", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")
		}), "peer.tls.cipher_suites[0]", "needs an RSA key"},
		"legacy suite for a shared key": {peer(func(p *Peer) {
			p.PKI.Certificates["old"] = &certgen.Certificate{Key: certgen.RSA2048}
			p.PKI.Certificates[p.PKI.Send[0]].KeyOf = "old"
			old(p, "1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
		}), "peer.tls.cipher_suites[0]", "needs an ECDSA key"},
		"legacy suite of a later TLS": {peer(func(p *Peer) {
			old(p, "1.1", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
		}), "peer.tls.cipher_suites[0]", "belongs to TLS 1.2"},
		"legacy scheme of a later TLS": {peer(func(p *Peer) {
			old(p, "1.1", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
			p.TLS.Legacy.SignatureScheme = "ecdsa_sha1"
		}), "peer.tls.legacy.signature_scheme", "belongs to TLS 1.2"},
		"legacy scheme that signs nothing": {peer(func(p *Peer) {
			old(p, "1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
			p.TLS.Legacy.SignatureScheme = "rsa_pkcs1_sha1"
		}), "peer.tls.legacy.signature_scheme", "cannot sign for any suite"},
		"too many key updates": {peer(func(p *Peer) { p.TLS.Records = &Records{KeyUpdates: maxCount + 1} }), "peer.tls.records.key_updates", "is above"},
		"too many authorities": {peer(func(p *Peer) {
			p.TLS.ClientCertificate = ClientCertificate{Mode: ClientCertificateRequest, Unrelated: maxUnrelated + 1}
		}), "peer.tls.client_certificate.unrelated", "is above"},
		"clear never": {peer(func(p *Peer) {
			p.SMTP.ImplicitTLS = true
			p.Faults = []Fault{{At: AtMAIL, Do: DoReset, In: InClear}}
		}), "peer.faults[0].at", "is never reached"},

		"trace form": {peer(func(p *Peer) { p.Trace.Form = "qmail" }), "peer.trace.form", "sendmail"},
		"trace with": {peer(func(p *Peer) { p.Trace.With = "" }), "peer.trace.with", "rfc3848"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := MustGet("healthy")
			c.edit(&s)
			found := fieldErrors(s.Validate())
			if !slices.ContainsFunc(found, func(e *FieldError) bool {
				return e.Path == c.path && strings.Contains(e.Reason, c.reason)
			}) {
				t.Errorf("Validate says %v, want %s: … %s …", found, c.path, c.reason)
			}
		})
	}
}

func TestValidateTakesWhatMakesSense(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*Peer){
		"reply in several lines":  func(p *Peer) { p.Faults = []Fault{{At: AtDot, Do: DoReply, Text: "450-x\r\n450 y"}} },
		"bare code":               func(p *Peer) { p.Faults = []Fault{{At: AtDot, Do: DoReply, Text: "450"}} },
		"anything instead of TLS": func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoReply, Text: "hello?"}} },
		"a CA that is the leaf":   func(p *Peer) { p.PKI.Send, p.PKI.Key = []string{root}, root },
		"groups":                  func(p *Peer) { p.TLS.Groups = []string{"X25519MLKEM768", "secp521r1"} },
		"first and every":         func(p *Peer) { p.Faults = []Fault{{At: AtMAIL, In: InTLS, Do: DoStall, First: 4, Every: 2}} },
		"keyword in lower case":   func(p *Peer) { p.SMTP.StartTLS = StartTLS{Offer: InClear, Keyword: "starttls", Position: 1} },
		"a mechanism of others":   func(p *Peer) { p.SMTP.Auth.Mechanisms = []string{"NTLM", "X_OWN-1"} },
		"raw octets": func(p *Peer) {
			p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoRaw, Text: `250-\xff\n{padding:3000}`}}
		},
		"raw in place of TLS": func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoRaw, Text: "SSH-2.0-x\r\n"}} },
		"a postmaster, and an address literal": func(p *Peer) {
			p.Faults = []Fault{
				{At: AtRCPT, Do: DoReset, Match: &Match{Rcpt: "Postmaster"}, EarlyTalker: true},
				{At: AtRCPT, Do: DoClose, Match: &Match{Rcpt: "*@[127.0.0.1]"}},
			}
		},
		"addresses, with a * and without an @, and whole": func(p *Peer) {
			p.Faults = []Fault{
				{At: AtMAIL, Do: DoDrip, Match: &Match{Mail: "bounce-*"}},
				{At: AtMAIL, Do: DoReset, Match: &Match{Mail: "me@slow.test"}},
				{At: AtRCPT, Do: DoReset, Match: &Match{Rcpt: "full*"}},
			}
		},
		"an early talker behind STARTTLS": func(p *Peer) {
			p.Faults = []Fault{{At: AtHandshake, Do: DoReset, EarlyTalker: true}, {At: AtClientHello, Do: DoReset, EarlyTalker: true}}
		},
		"the most of a rate, and of padding": func(p *Peer) {
			p.Faults = []Fault{{
				At: AtDot, Do: DoReply, Text: "250 " + strings.Repeat("{padding:65536}", 16), Rate: &Rate{Sessions: maxRate, Within: 1},
			}}
		},
		"a limit of each kind": func(p *Peer) {
			p.SMTP.GreetPause = Span(time.Second)
			p.Faults = []Fault{{
				At: AtRCPT, Do: DoReply, Text: "450 4.2.1 Later", Match: &Match{Mail: "<>", Rcpt: "*@slow.test"}, EarlyTalker: true,
				After: &After{Sessions: 2, Messages: 5, Recipients: 1}, Rate: &Rate{Sessions: 3, Within: Span(time.Minute)}, First: 3, Every: 2,
			}}
		},
		"enforce": func(p *Peer) {
			p.TLS.ClientCertificate = ClientCertificate{Mode: ClientCertificateEnforce, Trust: []string{clientCA}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := MustGet("healthy").With(edit).Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

// old makes a peer one of the legacy engine.
func old(p *Peer, maxVersion TLSVersion, suite string) {
	p.TLS.MinVersion, p.TLS.MaxVersion = "1.0", maxVersion
	p.TLS.CipherSuites = []string{suite}
	p.TLS.Legacy = &Legacy{}
}

// What may come is not refused: counted faults, and others of the session.
func TestFaultsThatMayCome(t *testing.T) {
	for name, faults := range map[string][]Fault{
		"behind a counted one":      {{At: AtConnect, Do: DoReset, First: 1}, {At: AtMAIL, Do: DoDrip}},
		"in front of it":            {{At: AtEHLO, Do: DoDrip}, {At: AtMAIL, Do: DoReset}},
		"in the other half":         {{At: AtEHLO, Do: DoReset, In: InTLS}, {At: AtEHLO, Do: DoReset, In: InClear}},
		"counted, then for good":    {{At: AtDATA, Do: DoReset, First: 1}, {At: AtDATA, Do: DoStall}},
		"of a session that has TLS": {{At: AtMAIL, Do: DoReset}, {At: AtHandshake, Do: DoReset, Every: 2}},
	} {
		s := MustGet("healthy")
		s.Peer.Faults = faults
		for _, e := range fieldErrors(s.Validate()) {
			if strings.HasPrefix(e.Path, "peer.faults") {
				t.Errorf("%s: %s: %s", name, e.Path, e.Reason)
			}
		}
	}
}

// A device has no length, and no end.
func TestADeviceIsTooLarge(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("there is no /dev/zero here")
	}
	if _, err := Load("/dev/zero"); err == nil || !strings.Contains(err.Error(), "is larger than") {
		t.Errorf("the error is %v", err)
	}
}
