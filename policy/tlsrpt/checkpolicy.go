package tlsrpt

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const policySamples = "RFC 8460 section 4.5"

func (c *collector) checkPolicy(path string, p *Policy) {
	c.checkPolicyType(path+".policy-type", p.Type)
	if p.Domain == "" {
		c.addUnlessSaid(Error, Missing, path+".policy-domain", schema, "expected the domain that the policy is for")
	} else {
		c.checkDomain(path+".policy-domain", Error, p.Domain)
	}
	switch p.Type {
	case TLSA:
		if strings.HasPrefix(p.Domain, "_") {
			c.add(Warning, BadValue, path+".policy-domain", "RFC 8460 section 1.1", "expected the TLSA base domain, without _25._tcp in front, found %s", quote(p.Domain))
		}
		c.checkTLSA(path+".policy-string", p.String)
	case STS:
		c.checkSTS(path, p)
	case NoPolicyFound:
		if len(p.String) > 0 {
			c.add(Warning, Inconsistent, path+".policy-string", schema, "expected no policy with the type no-policy-found, found %s", quote(p.String[0]))
		}
	}
	for i, pattern := range p.MXHost {
		severity := Error
		if slices.ContainsFunc(p.String, isMXLine(pattern)) {
			severity = Note // it is the domain that got it wrong
		}
		c.checkDomain(fmt.Sprintf("%s.mx-host[%d]", path, i), severity, strings.TrimPrefix(pattern, "*."))
	}
}

func (c *collector) checkPolicyType(path string, t PolicyType) {
	if t == "" {
		c.addUnlessSaid(Error, Missing, path, schema, "expected %s", oneOf(PolicyTypes()))
		return
	}
	checkWord(c, path, schema, Error, t, PolicyTypes())
}

// checkTLSA wants the four fields of each record.
func (c *collector) checkTLSA(path string, records []string) {
	if len(records) == 0 {
		c.addUnlessSaid(Warning, Missing, path, policySamples, "expected the TLSA records that were applied")
	}
	for i, record := range records {
		at := fmt.Sprintf("%s[%d]", path, i)
		if fault := tlsaFault(record); fault != "" {
			c.add(Error, BadValue, at, policySamples, "expected a TLSA record such as \"3 1 1 0123…\": %s, found %s", fault, quote(record))
			continue
		}
		fields := strings.Fields(record)
		if want := digestLength[fields[2]]; want > 0 && len(fields[3]) != want {
			c.add(Note, BadValue, at, "RFC 6698 section 2.1.3", "the record is broken: matching type %s needs %d hexadecimal digits, found %d", fields[2], want, len(fields[3]))
		}
	}
}

// digestLength is the length of the hash of a matching type in hexadecimal.
var digestLength = map[string]int{"1": 64, "2": 128}

// tlsaFault says what is wrong with the form of a record.
func tlsaFault(record string) string {
	fields := strings.Fields(record)
	if len(fields) != 4 {
		return "four fields, the last without spaces"
	}
	for _, number := range fields[:3] {
		if _, err := strconv.ParseUint(number, 10, 8); err != nil {
			return "three numbers from 0 to 255 first"
		}
	}
	if _, err := hex.DecodeString(fields[3]); err != nil {
		return "hexadecimal digits last"
	}
	return ""
}

// checkSTS wants the lines of the policy, and its mx patterns again in mx-host.
// The lines are those of the domain, "including any errors that may be present":
// what is wrong with the policy itself is a note.
func (c *collector) checkSTS(path string, p *Policy) {
	at := path + ".policy-string"
	if len(p.String) == 0 {
		c.addUnlessSaid(Note, Missing, at, policySamples, "there is no policy; it should be there if it was fetched")
		return
	}
	seen := map[string][]string{}
	for i, line := range p.String {
		name, value, ok := strings.Cut(line, ":")
		switch {
		case strings.ContainsAny(strings.TrimRight(line, "\r\n"), "\r\n"):
			c.add(Error, BadValue, fmt.Sprintf("%s[%d]", at, i), policySamples, "expected one line of the policy in each string, found several: %s", quote(line))
		case !ok:
			c.add(Note, BadValue, fmt.Sprintf("%s[%d]", at, i), policySamples+", RFC 8461 section 3.2", "the policy is broken: expected KEY: VALUE, found %s", quote(line))
		default:
			name = strings.TrimSpace(name)
			seen[name] = append(seen[name], strings.TrimSpace(value))
		}
	}
	for _, key := range []string{"version", "mode", "max_age"} {
		if len(seen[key]) == 0 {
			c.addUnlessSaid(Note, BadValue, at, "RFC 8461 section 3.2", "the policy is broken or not whole: expected a line %s: VALUE", key)
		}
	}
	c.checkMXHost(path+".mx-host", seen["mx"], p.MXHost)
}

// checkMXHost holds the patterns of the policy against those that the reporter
// took from it.
func (c *collector) checkMXHost(path string, published, reported []string) {
	switch {
	case len(reported) == 0 && len(published) > 0:
		c.addUnlessSaid(Warning, Missing, path, schema, "expected the mx patterns of the policy: %s", quote(strings.Join(published, ", ")))
	case len(reported) > 0 && len(published) > 0 && !sameNames(published, reported):
		c.add(Warning, Inconsistent, path, schema, "expected the mx patterns of policy-string, %s, found %s", quote(strings.Join(published, ", ")), quote(strings.Join(reported, ", ")))
	}
}

// isMXLine: a line of a policy lists the pattern.
func isMXLine(pattern string) func(line string) bool {
	return func(line string) bool {
		name, value, ok := strings.Cut(line, ":")
		return ok && strings.TrimSpace(name) == "mx" && strings.TrimSpace(value) == pattern
	}
}

// sameNames reports whether two lists hold the same names, in any order and
// case.
func sameNames(a, b []string) bool {
	return slices.Equal(names(a), names(b))
}

func names(list []string) []string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = canonical(list[i])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// canonical is a name as names are compared.
func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }
