package maillog

import "strings"

// mailPorts are those on which mail is taken.
var mailPorts = map[string]bool{"25": true, "465": true, "587": true, "2525": true}

// peerIn is the server that a line of any application names: in a field, or
// behind "to" or "for" with a port of mail or an address; empty if it names none.
func peerIn(text string) string {
	for _, key := range []string{"peeraddr=", "host="} {
		if host := hostOf(strings.Trim(value(text, key), `"'`)); strings.Contains(host, ".") {
			return host
		}
	}
	for _, word := range []string{" to ", " for "} {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, word)
			if !ok {
				break
			}
			if host := reached(firstWord(after)); host != "" {
				return host
			}
			rest = after
		}
	}
	return ""
}

// reached is the host of "host:25", "host[address]" and "host[address]:25".
func reached(word string) string {
	word = strings.Trim(word, ",;\"'()")
	host, port, ok := strings.Cut(strings.TrimSuffix(word, ":"), ":")
	address := strings.Contains(host, "[") && strings.HasSuffix(host, "]") && !strings.HasPrefix(host, "[")
	if !address && (!ok || !mailPorts[port]) {
		return ""
	}
	if host = hostOf(host); isName(host, ".-") {
		return host
	}
	return ""
}
