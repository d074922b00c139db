package scenarios

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// Hostname returns the name by which the peer identifies itself, with its
// placeholder replaced.
func (s Scenario) Hostname() string {
	return strings.ReplaceAll(s.Peer.Hostname, "{scenario}", s.Name)
}

// ParentDomain is the domain above those of all scenarios.
const ParentDomain = "fakemx.test"

// Domain returns the domain of the scenario, for which its peer takes mail.
func (s Scenario) Domain() string { return s.Name + "." + ParentDomain }

// Expand replaces {hostname}, {scenario}, {domain} and {padding:N} in a text of
// the peer, such as the greeting, the text of a fault or a name in the DNS.
func (s Scenario) Expand(text string) string {
	text = strings.NewReplacer("{hostname}", s.Hostname(), "{scenario}", s.Name, "{domain}", s.Domain()).Replace(text)
	if !strings.Contains(text, "{padding:") {
		return text
	}
	return padding.ReplaceAllStringFunc(text, func(p string) string { return strings.Repeat("x", padded(p)) })
}

// padding is a placeholder that stands for as many letters as it says.
var padding = regexp.MustCompile(`\{padding:([0-9]{1,5})\}`)

// unpadded is a placeholder that begins like padding, and is none; empty if the
// text has no such.
func unpadded(text string) string {
	rest := padding.ReplaceAllString(text, "")
	_, behind, found := strings.Cut(rest, "{padding:")
	if !found {
		return ""
	}
	number, _, closed := strings.Cut(behind, "}")
	if closed {
		number += "}"
	}
	return "{padding:" + number
}

// padded is how many letters the placeholders in a text stand for.
func padded(text string) int {
	total := 0
	for _, p := range padding.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(p[1]) // it is a number
		total += n
	}
	return total
}

// noResponder stands for the base URL of the peer's HTTP responder as long as
// there is none: nothing listens on the discard port.
const noResponder = "http://127.0.0.1:9"

// Vars returns the values of the placeholders in the recipe of the peer's PKI,
// for [certgen.Options]. names and addresses are additional host names and IP
// addresses for the certificates; both may be nil. The value of {responder},
// the base URL of an HTTP responder, is not included; the server supplies it.
func (s Scenario) Vars(names []string, addresses []netip.Addr) map[string][]string {
	vars := map[string][]string{
		"{hostname}":  {s.Hostname()},
		"{scenario}":  {s.Name},
		"{domain}":    {s.Domain()},
		"{names}":     names,
		"{addresses}": nil,
		"{responder}": {noResponder},
	}
	for _, a := range addresses {
		vars["{addresses}"] = append(vars["{addresses}"], a.Unmap().WithZone("").String())
	}
	return vars
}
