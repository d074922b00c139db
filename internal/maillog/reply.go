package maillog

import "strings"

// replied says why a server refused, by its words, and if these are not known by
// the enhanced status code (RFC 3463) that it gives; SMTPRejected if it has none
// that tells.
func (ev *Event) replied(text string) {
	ev.Code = replyCode(text)
	found := reasonOf(text)
	if found.Reason == "" {
		found = replyReason(text)
	}
	if found.Reason == "" || found.Reason == Queued {
		found = because{Reason: SMTPRejected}
	}
	ev.Reason, ev.Says = found.Reason, found.says
}

// replyReason is what a server's reply says that has nothing to do with TLS.
func replyReason(text string) because {
	found := replyMatcher().reason(text)
	if found.Reason == "" {
		found.Reason = statusReason(text)
	}
	return found
}

// statuses are what enhanced status codes stand for, without their class.
var statuses = map[string]Reason{
	"1.1": UserUnknown, "1.2": UserUnknown, "1.3": UserUnknown, "1.6": UserUnknown, "1.10": UserUnknown, "2.1": UserUnknown,
	"2.2": MailboxFull, "2.3": MessageRefused, "3.4": MessageRefused, "4.1": ConnectionTimeout, "4.4": NameNotResolved, "4.3": NameNotResolved,
	"1.7": PolicyRejected, "1.8": PolicyRejected, "7.1": PolicyRejected, "7.10": TLSDemanded, "7.8": AuthFailed, "7.9": AuthFailed, "7.23": PolicyRejected,
	"7.25": PolicyRejected, "7.26": PolicyRejected, "7.28": RateLimited, "7.30": RequireTLS, "5.1": OutOfSequence, "5.2": SMTPRejected, "5.3": RateLimited,
}

// statusReason finds an enhanced status code in a text.
func statusReason(text string) Reason {
	for i := 0; i+5 <= len(text); i++ {
		if text[i+1] != '.' || (text[i] != '4' && text[i] != '5') || i > 0 && (isWord(text[i-1]) || text[i-1] == '.') {
			continue
		}
		end := i + 2
		for end < len(text) && (isDigit(text[end]) || text[end] == '.') {
			end++
		}
		if reason, known := statuses[strings.TrimRight(text[i+2:end], ".")]; known {
			return reason
		}
	}
	return ""
}
