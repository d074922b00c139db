package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/certgen"
)

// maxName is the length of the longest name of a scenario: a common name has
// 64 characters at most (RFC 5280 appendix A.1), and mx.NAME.fakemx.test is one.
const maxName = 48

var kebabCase = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Validate reports everything in the scenario that cannot be played or makes no
// sense, as [FieldError] values joined by [errors.Join]; nil if there is
// nothing.
func (s Scenario) Validate() error {
	var p problems
	for i, name := range append([]string{s.Name}, s.Aliases...) {
		path := "name"
		if i > 0 {
			path = fmt.Sprintf("aliases[%d]", i-1)
		}
		checkScenarioName(&p, path, name)
	}
	oneOf(&p, "family", s.Family, append(Families(), FamilyCustom)...)
	if s.Summary == "" {
		p.addf("summary", "is missing; say in one line what the peer does wrong")
	} else if strings.ContainsAny(s.Summary, "\r\n") || strings.HasSuffix(s.Summary, ".") {
		p.addf("summary", "must be one line without a full stop that says what the peer does wrong")
	}
	s.checkFacts(&p)
	for _, f := range s.groundedFacts() {
		if strings.ContainsAny(f.ground, "\r\n") {
			p.addf("grounds."+f.name, "must be one line, such as RFC 5280 section 6.1.3")
		}
	}
	if s.ReachBy != "" {
		oneOf(&p, "reach_by", s.ReachBy, ReachByName, ReachByAddress)
	}
	if s.ReachAt != "" {
		oneOf(&p, "reach_at", s.ReachAt, ReachAtSMTP, ReachAtSMTPS)
	}
	oneOf(&p, "trap", s.Trap, "", TrapCredentialsInClear, TrapInjectedReply, TrapMaskedOffer, TrapRepeatedMessage)
	s.checkMessage(&p)
	s.Peer.check(&p)
	return errors.Join(p...)
}

// reserved are the names of all scenarios together, and of the folders that
// stand beside those of scenarios where keys and certificates are kept.
var reserved = []string{"all", "anchors", "ca", "pki"}

func checkScenarioName(p *problems, path, name string) {
	if name == "" {
		p.addf(path, "is missing; give the scenario a name, such as my-scenario")
		return
	}
	if slices.Contains(reserved, name) {
		p.addf(path, "%q is reserved; choose another name", name)
	}
	if !kebabCase.MatchString(name) || len(name) > maxName {
		p.addf(path, "%q is not a valid name: expected lower-case words joined by hyphens, at most %d characters", name, maxName)
	}
}

// checkFacts demands answers, and that none of them claims what an earlier one
// or the peer rules out.
func (s Scenario) checkFacts(p *problems) {
	f := s.Facts
	oneOf(p, "facts.offers", f.Offers, Yes, No)
	completes := oneOf(p, "facts.completes", f.Completes, Yes, No, Weak, Lenient)
	authentic := oneOf(p, "facts.authentic", f.Authentic, Yes, No, Lenient)
	if f.Offers == No && completes && f.Completes != No {
		p.addf("facts.completes", "must be no, since offers is no: TLS that never begins never completes")
	}
	if f.Completes == No && authentic && f.Authentic != No {
		p.addf("facts.authentic", "must be no, since completes is no: without TLS nobody is authenticated")
	}
	oneOf(p, "facts.resolves", f.Resolves, "", ResolvesYes, ResolvesLenient, ResolvesTemporary, ResolvesNever, ResolvesNull)
	oneOf(p, "facts.dane", f.DANE, "", DANENone, DANEMatches, DANEMismatch, DANEUnusable, DANEUnknowable, DANEInsecureMX, DANELenient)
	oneOf(p, "facts.sts", f.STS, "", STSNone, STSTesting, STSAllows, STSForbids, STSLenient)
	if s.Peer.STS == nil && f.STS != "" && f.STS != STSNone {
		p.addf("facts.sts", "must be none, since peer.sts is left out: the domain publishes no policy")
	}
	s.checkAlternateFacts(p)
	s.checkSecondHost(p)
	s.checkLater(p)
	if why := s.Peer.neverOffers(); f.Offers == Yes && why != "" {
		p.addf("facts.offers", "must be no: %s", why)
	}
}

// neverOffers says why no client can ever use STARTTLS; empty if one can, as
// far as the fields show it.
func (p Peer) neverOffers() string {
	switch offer := p.SMTP.StartTLS; {
	case p.SMTP.ImplicitTLS:
		return "peer.smtp.implicit_tls leaves no clear text in which to offer STARTTLS"
	case offer.Offer == Nowhere || offer.Offer == InTLS || offer.Offer == InGreeting:
		return "peer.smtp.starttls.offer is " + string(offer.Offer)
	case offer.Masks():
		return "peer.smtp.starttls.keyword replaces STARTTLS"
	case !p.SMTP.ESMTP:
		return "peer.smtp.esmtp is false, and STARTTLS is an extension"
	}
	for i, f := range p.Faults {
		if f.Always() && f.strikes(InClear) && (f.At == AtSTARTTLS && f.Do == DoReply || f.Do == DoHide && f.Text == "STARTTLS") {
			return fmt.Sprintf("peer.faults[%d] prevents it in every session", i)
		}
	}
	return ""
}

// check reports what cannot be played. It is in the order of the fields.
func (p Peer) check(out *problems) {
	if p.Hostname == "" || strings.ContainsFunc(p.Hostname, notInName) {
		out.addf("peer.hostname", "%q is not a host name", p.Hostname)
	}
	before := len(*out)
	p.checkPKI(out)
	keysKnown := len(*out) == before
	p.checkTLS(out)
	if keysKnown {
		p.checkKey(out)
	}
	p.checkSMTP(out)
	p.checkDNS(out)
	p.checkSTS(out)
	p.TLSRPT.check(out)
	for i, f := range p.Faults {
		p.checkFault(out, fmt.Sprintf("peer.faults[%d]", i), f)
		if j := p.shadow(i); j >= 0 {
			out.addf(fmt.Sprintf("peer.faults[%d].at", i), "%s is never reached: peer.faults[%d] ends every session before it", f.At, j)
		}
	}
	oneOf(out, "peer.trace.form", p.Trace.Form, TraceSendmail, TracePostfix, TraceExim, TraceNone)
	oneOf(out, "peer.trace.with", p.Trace.With, WithRFC3848, WithAsClear, WithAsTLS, WithSMTP, WithLowercase)
}

// notInName: the character stands in no host name and in no placeholder.
func notInName(c rune) bool {
	return c >= 0x80 || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_{}", c)
}

// checkPKI leaves to certgen what it can judge.
func (p Peer) checkPKI(out *problems) {
	for _, e := range fieldErrors(p.PKI.Validate()) {
		out.addf("peer.pki."+e.Path, "%s", e.Reason)
	}
	if len(p.PKI.Send) > 0 && p.PKI.Key == "" && !slices.ContainsFunc(p.PKI.Send, p.isLeaf) {
		out.addf("peer.pki.send", "contains only certification authorities; put the peer's own certificate first, or name it in key")
	}
}

// isLeaf: the name is that of an end-entity certificate, or of none at all,
// which certgen reports.
func (p Peer) isLeaf(name string) bool {
	c := p.PKI.Certificates[name]
	return c == nil || !c.CA || len(c.DNSNames)+len(c.IPAddresses) > 0
}

// checkCertificates demands that names are those of certificates.
func (p Peer) checkCertificates(out *problems, path string, names []string) {
	eachOneOf(out, path, names, sortedNames(p.PKI.Certificates)...)
}

func sortedNames(certificates map[string]*certgen.Certificate) []string {
	return slices.Sorted(maps.Keys(certificates))
}
