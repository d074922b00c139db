package maillog

import "strings"

// value is what follows a key such as "verify=" up to the next comma or space
// behind which something else begins; empty if there is no such key.
func value(text, key string) string {
	at := keyAt(text, key)
	if at < 0 {
		return ""
	}
	rest := text[at+len(key):]
	if end := strings.IndexAny(rest, ", )"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// values is what follows a key up to the next comma and space, or to the end.
func values(text, key string) string {
	at := keyAt(text, key)
	if at < 0 {
		return ""
	}
	rest, _, _ := strings.Cut(text[at+len(key):], ", ")
	return rest
}

// tail is all that follows a key.
func tail(text, key string) string {
	if at := keyAt(text, key); at >= 0 {
		return text[at+len(key):]
	}
	return ""
}

// keyAt finds a key that is no part of a longer word; -1 if there is none.
func keyAt(text, key string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], key)
		if at < 0 {
			return -1
		}
		if at += from; at == 0 || !isWord(text[at-1]) && text[at-1] != '-' && text[at-1] != '_' {
			return at
		}
		from = at + 1
	}
}

// hasAny reports whether a text has one of some parts.
func hasAny(text string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// between is what stands between two marks; empty if they do not stand so.
func between(text, open, end string) string {
	_, rest, ok := strings.Cut(text, open)
	if !ok {
		return ""
	}
	inner, _, ok := strings.Cut(rest, end)
	if !ok {
		return ""
	}
	return inner
}

// hostOf takes the port, the address in brackets and the last dot off a host's
// name: "mx.example.test[192.0.2.1]:25" is mx.example.test.
func hostOf(s string) string {
	s = strings.Trim(s, " ,;()<>")
	if strings.HasPrefix(s, "[") {
		s, _, _ = strings.Cut(s[1:], "]")
	}
	if name, _, ok := strings.Cut(s, "["); ok && name != "" {
		s = strings.TrimSpace(name)
	}
	s = strings.Trim(s, "[]")
	if name, port, ok := strings.Cut(s, ":"); ok && isDigits(port) {
		s = name
	}
	return strings.TrimSuffix(s, ".")
}

// cutQueueID takes "ID: " off, where ID is of letters and digits. It has to
// have a digit, and some length, for it to be no word.
func cutQueueID(text string) (id, rest string) {
	before, after, ok := strings.Cut(text, ": ")
	if !ok || len(before) < 5 || len(before) > 32 || !isName(before, "-") || !strings.ContainsAny(before, "0123456789") && before != "NOQUEUE" {
		return "", text
	}
	return before, after
}

// replyCode is the first reply code of SMTP (RFC 5321 section 4.2) in a text
// that stands where a reply begins; 0 if there is none.
func replyCode(text string) int {
	for i := 0; i+3 <= len(text); i++ {
		if !isDigit(text[i]) || i > 0 && (isWord(text[i-1]) || text[i-1] == '.' || text[i-1] == '-' || text[i-1] == ':') {
			continue
		}
		if like(text[i:i+3], "ddd") && text[i] >= '2' && text[i] <= '5' && text[i+1] <= '5' && (i+3 == len(text) || text[i+3] == ' ' || text[i+3] == '-') {
			return int(text[i]-'0')*100 + int(text[i+1]-'0')*10 + int(text[i+2]-'0')
		}
	}
	return 0
}

// stageOf is the part of a dialogue to which a command of SMTP belongs, by its
// first word; empty if it is none that belongs to one.
func stageOf(command string) Stage {
	switch strings.ToUpper(strings.TrimRight(firstWord(strings.TrimSpace(command)), ":,.;")) {
	case "CONNECT", "CONNECTION":
		return Connect
	case "EHLO", "HELO", "LHLO":
		return EHLO
	case "STARTTLS":
		return STARTTLS
	case "AUTH":
		return Auth
	case "MAIL":
		return Mail
	case "RCPT", "VRFY", "EXPN":
		return Rcpt
	case "DATA", "BDAT", "END-OF-MESSAGE":
		return Data
	case "QUIT":
		return Quit
	}
	return ""
}

// stageOrData is stageOf, and where that is empty the part behind RCPT.
func stageOrData(command string) Stage {
	if stage := stageOf(command); stage != "" {
		return stage
	}
	return Data
}
