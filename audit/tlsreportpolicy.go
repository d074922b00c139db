package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// unpublishedLine is a line of policy-string that is not in the policy (RFC 8460
// section 4.4). Some lines may be left out, in any order: reporters write down what
// they understood of it.
func (s reportable) unpublishedLine(texts []string) string {
	body := s.PolicyBody()
	published := policyLines(body)
	for i, text := range texts {
		if strings.HasPrefix(squeezed(body), squeezed(text)) && strings.Count(text, ":") > 1 {
			continue // all of it in one string, which is not as it should be, and says nothing wrong
		}
		for _, line := range policyLines(text) {
			if slices.Contains(published, line) || i == len(texts)-1 && isCut(line, published) {
				continue
			}
			return fmt.Sprintf("policy-string has %s, which is not in the policy of the domain", excerpt(strings.TrimSpace(text)))
		}
	}
	return ""
}

// policyLines are the lines of a policy as they are compared, without those that
// say nothing.
func policyLines(body string) []string {
	var list []string
	for line := range strings.FieldsFuncSeq(body, func(r rune) bool { return r == '\r' || r == '\n' }) {
		line = strings.ToLower(strings.TrimSpace(line))
		key, value, ok := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case line == "" || ok && value == "":
			continue
		case ok && key == "mx":
			line = key + ":" + canonicalPattern(value)
		case ok:
			line = key + ":" + value
		}
		list = append(list, line)
	}
	return list
}

// canonicalPattern is a pattern as patterns are compared. Before RFC 8461, a
// wildcard was a dot alone.
func canonicalPattern(pattern string) string {
	pattern = canonicalName(pattern)
	if strings.HasPrefix(pattern, ".") {
		return "*" + pattern
	}
	return pattern
}

// isCut: a line is one of those that were published, cut off. A number is never
// taken for one.
func isCut(line string, published []string) bool {
	if strings.HasPrefix(line, "max_age:") {
		return false
	}
	return slices.ContainsFunc(published, func(whole string) bool { return strings.HasPrefix(whole, line) })
}

// squeezed is a policy without what stands between its lines and words.
func squeezed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == ';' || r == ',' {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// unpublishedPattern is one of mx-host that is not in the policy. The host itself
// is as good.
func (s reportable) unpublishedPattern(patterns []string) string {
	published := policyLines(s.PolicyBody())
	for _, pattern := range patterns {
		if pattern == "" || slices.Contains(published, "mx:"+canonicalPattern(pattern)) || s.isHost(pattern) {
			continue
		}
		return fmt.Sprintf("mx-host has %s, which is not in the policy of the domain", excerpt(pattern))
	}
	return ""
}

// unpublishedTLSA is a record of policy-string that is not among those of the
// domain, by usage, selector and matching type. One that cannot be read is a
// finding about the report.
func (s reportable) unpublishedTLSA(records []string) string {
	for _, record := range records {
		reported, ok := tlsaParameters(record)
		if !ok {
			continue
		}
		published := false
		for _, t := range s.Peer.DNS.TLSA {
			published = published || reported == [3]int{t.Usage, t.Selector, t.Matching}
		}
		if !published {
			return fmt.Sprintf("policy-string has %s, and the domain publishes no such TLSA record", excerpt(record))
		}
	}
	return ""
}

// tlsaParameters are the first three fields of a record.
func tlsaParameters(record string) (parameters [3]int, ok bool) {
	fields := strings.Fields(record)
	if i := slices.IndexFunc(fields, func(f string) bool { return strings.EqualFold(f, "TLSA") }); i >= 0 {
		fields = fields[i+1:]
	}
	if len(fields) < len(parameters) {
		return parameters, false
	}
	for i := range parameters {
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			return parameters, false
		}
		parameters[i] = n
	}
	return parameters, true
}
