package front

import "strings"

// quotedMailbox is the mailbox behind MAIL FROM: or RCPT TO: as it came, if its
// local part is a Quoted-string (RFC 5321 section 4.1.2); else it is empty. It
// is read as go-smtp reads it, which judges it and takes the quotes away.
func (cmd command) quotedMailbox() string {
	_, path, _ := strings.Cut(cmd.arg, ":")
	path = strings.TrimPrefix(strings.TrimSpace(path), "<")
	if strings.HasPrefix(path, "@") {
		_, path, _ = strings.Cut(path, ":") // behind a source route
	}
	local := quotedString(path)
	domain := path[len(local):]
	if local == "" || !strings.HasPrefix(domain, "@") {
		return ""
	}
	if end := strings.IndexAny(domain, " \t>"); end >= 0 {
		domain = domain[:end]
	}
	return strings.Clone(local + domain)
}

// quotedString is the Quoted-string at the start of a text; empty if there is
// none.
func quotedString(text string) string {
	if !strings.HasPrefix(text, `"`) {
		return ""
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[:i+1]
		}
	}
	return ""
}

// Mailbox is the mailbox of the MAIL or RCPT that go-smtp has before it, as the
// client sent it; parsed is what go-smtp has made of it.
func (c *Conn) Mailbox(parsed string) string {
	if c.quoted != "" {
		return c.quoted
	}
	return parsed
}
