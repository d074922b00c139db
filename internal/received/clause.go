package received

import "strings"

// set gives a clause its value. The first one stands.
func (p *parser) set(name, value string) {
	f := &p.field
	switch name {
	case "from":
		p.extendedDomain(name, value, &f.From, &f.FromInfo)
	case "by":
		if f.By == "" {
			f.behindFrom = len(f.Comments)
		}
		p.extendedDomain(name, value, &f.By, &f.ByInfo)
	case "via":
		p.value(&f.Via, name, "a link", value, IsAtom(value))
	case "with":
		p.value(&f.With, name, "a protocol", value, IsAtom(value))
	case "id":
		p.value(&f.ID, name, "an atom or message id", value, IsAtom(value) || isMessageID(value))
	case "for":
		p.value(&f.For, name, "a path or mailbox", value, isPath(value))
	case "tls":
		p.value(&f.TLS, name, "a cipher suite", value, IsSuiteName(value))
		p.group()
	}
}

func (p *parser) value(to *string, name, want, value string, ok bool) {
	if !ok {
		p.note(BadValue, "%s clause: expected %s, found %q", name, want, value)
	}
	if *to == "" {
		*to = value
		return
	}
	p.keep(value)
}

// group reads tls-dh-group-clause of RFC 8314 section 4.3, if there is one.
func (p *parser) group() {
	p.comments()
	if !strings.EqualFold(p.peek(), "group") {
		return
	}
	p.oneWord("")
	if !p.spaces() {
		p.note(BadValue, "expected white space after group")
	}
	value := p.oneWord("tls clause: ")
	p.value(&p.field.Group, "tls", "a group", value, IsGroupName(value))
}

// extendedDomain checks a domain or address literal and reads its TCP-info.
func (p *parser) extendedDomain(name, value string, to, info *string) {
	literal := IsAddressLiteral(value)
	p.value(to, name, "a domain or address literal", value, literal || isInternationalDomain(value))
	before := p.scanner
	if p.spaces() {
		text, found, closed := p.comment()
		if found && closed && isTCPInfo(text) {
			if *info == "" {
				*info = text
			}
			return
		}
		before.unclosed = p.unclosed
	}
	p.scanner = before
	if literal {
		p.note(BadValue, "%s clause: expected TCP-info after an address literal, found %q", name, p.rest)
	}
}

// isTCPInfo is TCP-info of RFC 5321 section 4.4.
func isTCPInfo(s string) bool {
	fields := strings.Fields(s)
	switch len(fields) {
	case 1:
		return IsAddressLiteral(fields[0])
	case 2:
		return isInternationalDomain(fields[0]) && IsAddressLiteral(fields[1])
	}
	return false
}

func isPath(s string) bool {
	inner, _ := strings.CutSuffix(strings.TrimPrefix(s, "<"), ">")
	return (s == inner || s == "<"+inner+">") && IsMailbox(inner, true)
}

// isMessageID is msg-id of RFC 5322 section 3.6.4, without its obsolete forms.
func isMessageID(s string) bool {
	left, right, ok := strings.Cut(s, "@")
	left, opened := strings.CutPrefix(left, "<")
	right, closed := strings.CutSuffix(right, ">")
	return ok && opened && closed && isDotString(left, true) && isDotString(right, true)
}
