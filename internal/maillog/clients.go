package maillog

import "strings"

// isCurl recognises curl's last words, "curl: (60) …", also where a program
// quotes them that ran it, and those of libraries upon it: "cURL error 60: …".
func isCurl(e *entry) bool { return hasAny(e.text, "curl: (", "cURL error ") }

// cutCurl takes curl's exit code and its words out of a text.
func cutCurl(text string) (code, said string) {
	if _, rest, ok := strings.Cut(text, "curl: ("); ok {
		code, said, _ = strings.Cut(rest, ")")
		return code, said
	}
	code, said, _ = strings.Cut(tail(text, "cURL error "), ":")
	return code, said
}

// readCurl reads curl's exit code, which tells at which step it gave up
// (curl.h: CURLcode).
func readCurl(e *entry, ev *Event) {
	ev.Side = Client
	code, said := cutCurl(e.text)
	ev.Code = replyCode(lastWord(said))
	switch code {
	case "35":
		ev.because(said, HandshakeFailed)
		ev.inHandshake("handshake")
	case "8":
		ev.because(said, GreetingRefused)
		if ev.Code == 421 {
			ev.Reason = GreetingBusy
		}
	case "60":
		ev.because(said, NotVerified)
	case "28":
		ev.because(said, ReplyTimeout)
	case "55", "56":
		ev.curlDialogue(said)
	case "67":
		ev.Reason, ev.Says = AuthFailed, "(67)"
	}
}

func lastWord(text string) string {
	return text[strings.LastIndexByte(text, ' ')+1:]
}

// curlDialogue reads what curl says of a dialogue that failed: "RCPT failed:
// 451".
func (ev *Event) curlDialogue(said string) {
	verb, _, _ := strings.Cut(strings.TrimSpace(said), " ")
	if stage := verbs[verb]; stage != "" {
		ev.Stage = stage
	}
	if ev.Code >= 400 {
		ev.replied(said)
	}
}

// sclientWords begin the lines of openssl s_client that say nothing of a fault.
var sclientWords = []string{
	"CONNECTED(", "depth=", "verify return:", "---", "Certificate chain", "SSL-Session:", "SSL handshake has read", "New, TLSv1", "Secure Renegotiation",
	"Protocol  :", "Protocol:", "Cipher    :", "Session-ID", "No client certificate CA names sent", "Peer signing digest", "Peer signature type", "Server Temp Key", "Server public key is",
	"Verification: OK", "No ALPN negotiated", "Early data was not sent", "Compression: NONE", "Expansion: NONE", "Acceptable client certificate CA names", "250 CHUNKING", "DONE",
}

// isSClient recognises the output of openssl s_client.
func isSClient(e *entry) bool {
	if e.program != "" || e.host != "" {
		return false
	}
	if e.text == "Server certificate" || beginsWithAny(e.text, sclientWords) {
		return true
	}
	return hasAny(e.text, "Verify return code: ", "verify error:num=", "write:errno=", "read:errno=", "connect:errno=")
}

// readSClient reads the output of openssl s_client.
func readSClient(e *entry, ev *Event) {
	ev.Story, ev.Side = "s_client", Client
	switch {
	case strings.Contains(e.text, "Verify return code: 0 "), strings.HasPrefix(e.text, "Verification: OK"):
		ev.Reason, ev.Says, ev.Verified = TLSVerified, "Verify return code: 0", true
	case hasAny(e.text, "verify error:num=", "Verify return code: ", "errno="):
	default:
		ev.Reason = Chatter
	}
}
