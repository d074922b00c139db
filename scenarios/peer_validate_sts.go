package scenarios

import (
	"fmt"
	"strings"
	"time"
)

// checkSTS reports what cannot be published.
func (p Peer) checkSTS(out *problems) {
	if p.STS != nil {
		p.STS.check(out, "peer.sts")
	}
	for i, step := range p.Steps {
		path := fmt.Sprintf("peer.steps[%d]", i)
		if step.After.Fetches < 0 || step.After.Sessions < 0 || step.After == (StepAfter{}) {
			out.addf(path+".after", "expected a number of fetches or sessions, 1 or more; what is published at once is no step")
		}
		if p.STS == nil {
			out.addf(path+".sts", "needs peer.sts, which is what the domain publishes before")
		}
		step.STS.check(out, path+".sts")
	}
}

func (s STS) check(out *problems, path string) {
	for i, text := range s.TXT {
		oneLine(out, fmt.Sprintf("%s.txt[%d]", path, i), text)
	}
	s.Policy.check(out, path+".policy")
	s.HTTPS.check(out, path+".https")
}

// check reports what is no text of lines. What a line says is left alone: it may
// be wrong on purpose.
func (p STSPolicy) check(out *problems, path string) {
	for key, value := range map[string]string{"version": p.Version, "mode": p.Mode} {
		oneLine(out, path+"."+key, value)
	}
	for i, mx := range p.MX {
		oneLine(out, fmt.Sprintf("%s.mx[%d]", path, i), mx)
	}
	for i, line := range p.Extra {
		oneLine(out, fmt.Sprintf("%s.extra[%d]", path, i), line)
	}
	if p.MaxAge != nil && *p.MaxAge < 0 {
		out.addf(path+".max_age", "expected 0 or more seconds, got %d", *p.MaxAge)
	}
	oneOf(out, path+".eol", p.EOL, "", EOLCRLF, EOLLF)
	if p.Raw != "" && !same(p, STSPolicy{Raw: p.Raw}) {
		out.addf(path+".raw", "is the whole policy; leave out the other keys")
	}
}

// check reports what no policy host can do.
func (h PolicyHTTPS) check(out *problems, path string) {
	oneOf(out, path+".host", h.Host, "", PolicyHostServes, PolicyHostAbsent, PolicyHostRefuses)
	oneOf(out, path+".certificate", h.Certificate, "", PolicyCertificateHealthy, PolicyCertificateWildcard, PolicyCertificateExpired,
		PolicyCertificateOtherName, PolicyCertificateNoSAN, PolicyCertificateSelfSigned, PolicyCertificateUntrusted)
	if h.Status != 0 && (h.Status < 200 || h.Status > 599) {
		out.addf(path+".status", "expected 200 to 599, got %d", h.Status)
	}
	oneLine(out, path+".content_type", h.ContentType)
	oneLine(out, path+".redirect", h.Redirect)
	if h.Redirect != "" && h.Status != 0 && h.Status/100 != 3 {
		out.addf(path+".redirect", "needs a status of 300 to 399, not %d; leave status out for 302", h.Status)
	}
	if d := time.Duration(h.Delay); d < 0 || d > maxPolicyDelay {
		out.addf(path+".delay", "expected 0s to %s, got %s", maxPolicyDelay, d)
	}
	if h.Size < 0 || h.Size > maxPolicySize {
		out.addf(path+".size", "expected 0 to %d bytes, got %d", maxPolicySize, h.Size)
	}
	unserved := h
	unserved.Host = ""
	if (h.Host == PolicyHostAbsent || h.Host == PolicyHostRefuses) && !same(unserved, PolicyHTTPS{}) {
		out.addf(path+".host", "is %s, so that the other keys have no effect; leave them out", h.Host)
	}
}

// oneLine demands a text that does not begin another line.
func oneLine(out *problems, path, text string) {
	if strings.ContainsAny(text, "\r\n") {
		out.addf(path, "must be one line")
	}
}
