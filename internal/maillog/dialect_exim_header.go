package maillog

import "strings"

// headerLetters are how Exim marks the headers that it knows, in the reject log
// and in its spool files (specification, chapter "Format of spool files").
const headerLetters = "BCFIPRST* "

// headerNames are the beginnings of headers that nearly every message has.
var headerNames = []string{"From: ", "To: ", "Cc: ", "Bcc: ", "Reply-To: ", "Sender: ", "Received: ", "Message-ID: ", "Message-Id: ", "Subject: ", "Date: ", "MIME-Version: ",
	"Content-", "X-", "DKIM-Signature: ", "ARC-", "Authentication-Results: ", "User-Agent: ", "List-", "Return-Path: ", "References: ", "In-Reply-To: "}

// isEximHeader recognises what the reject log has of a message: its envelope
// and its headers. Whatever they say is no evidence.
func isEximHeader(text string) bool {
	if strings.HasPrefix(text, "Envelope-from: <") || strings.HasPrefix(text, "Envelope-to: <") {
		return true
	}
	if len(text) < 5 || text[1] != ' ' || strings.IndexByte(headerLetters, text[0]) < 0 {
		return false
	}
	for _, name := range headerNames {
		if strings.HasPrefix(text[2:], name) {
			return true
		}
	}
	return false
}
