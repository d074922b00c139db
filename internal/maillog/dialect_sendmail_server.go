package maillog

import "strings"

// rulesetStages are where the rulesets of cf/m4/proto.m4 are called.
var rulesetStages = map[string]Stage{
	"check_relay": Connect, "check_mail": Mail, "check_rcpt": Rcpt, "check_compat": Rcpt, "check_vrfy": Rcpt, "check_expn": Rcpt,
	"check_etrn": Mail, "check_data": Data, "check_eoh": Data, "check_eom": Data, "trust_auth": Auth,
}

// sendmailRuleset reads what rulesets refuse. tls_server and tls_rcpt ask what
// the server has to be, tls_client what the client has to be.
func sendmailRuleset(text string, ev *Event) {
	ruleset, reject := value(text, "ruleset="), tail(text, "reject=")
	ev.Code = replyCode(reject)
	switch ruleset {
	case "tls_server", "tls_rcpt", "tls_client":
		ev.Side = Client
		if ruleset == "tls_client" {
			ev.Side = Server
		}
		arg1 := value(text, "arg1=")
		if strings.Contains(arg1, "@") || ruleset == "tls_rcpt" {
			arg1 = "@" // an address
		}
		if strings.Contains(reject, "Temporary system failure") { // of the access map
			ev.Side, ev.Reason, ev.Says = Own, LocalFailure, reject
		} else if !sendmailDemand(reject, arg1, ev) {
			ev.because(reject, HandshakeFailed)
		}
	case "try_tls":
		ev.Side, ev.Reason = Client, Chatter
	case "trust_auth":
		ev.Side, ev.Stage, ev.Reason = Server, Auth, AuthRequired
	default:
		ev.Side, ev.Stage = Server, rulesetStages[ruleset]
		if reject == "" {
			ev.Reason = Chatter
			return
		}
		ev.refused(reject)
	}
}

// refused reads why this host, as a server, refused something that was asked of
// it. Whatever the words are, it is no fault of TLS.
func (ev *Event) refused(words string) {
	found := replyReason(words)
	if found.Reason == "" || kinds[found.Reason].class == Fault || found.Reason == Queued {
		found = because{PolicyRejected, words}
	}
	ev.Reason, ev.Says, ev.Class = found.Reason, found.says, Other
}

// A phrase is what a daemon writes that has one meaning.
type phrase struct {
	says   string
	reason Reason
	side   Side
	stage  Stage
}

// sendmailPhrases are by srvrsmtp.c, daemon.c, collect.c, util.c and
// usersmtp.c, the longer ones first.
var sendmailPhrases = []phrase{
	{"did not issue MAIL/EXPN/VRFY/ETRN", Chatter, Server, Connect},
	{"lost input channel from ", ConnectionClosed, Server, Data},
	{"due to pre-greeting traffic", OutOfSequence, Server, Greeting},
	{"due to traffic before response", OutOfSequence, Server, EHLO},
	{"remote server returned response before final dot", OutOfSequence, Client, Data},
	{"unauthorized PIPELINING", OutOfSequence, Server, Mail},
	{"Possible SMTP RCPT flood", RateLimited, Server, Rcpt},
	{"possible SMTP attack", RateLimited, Server, Mail},
	{"probable open proxy: ", OutOfSequence, Server, Connect},
	{"SMTP violation, ", OutOfSequence, Server, Mail},
	{"POSSIBLE ATTACK from ", OutOfSequence, Server, Mail},
	{"rejecting connections on daemon", RateLimited, Server, Connect},
	{"rejecting new messages", LocalFailure, Own, ""},
	{"Too many bad recipients", RateLimited, Server, Rcpt},
	{"premature EOM", ConnectionClosed, Server, Data},
	{"collect: ", ConnectionClosed, Server, Data},
	{"message size (", MessageRefused, Server, Data},
	{"headers too large", MessageRefused, Server, Data},
	{"Bare linefeed", MessageRefused, Server, Data},
	{"AUTH failure (", AuthFailed, Server, Auth},
	{"AUTH decode64 error", AuthFailed, Server, Auth},
	{"AUTH=server, ", AuthSucceeded, Server, Auth},
	{"AUTH: available mech", Chatter, Server, Auth},
	{"AUTH warning: ", Chatter, Server, Auth},
	{"AUTH error: ", LocalFailure, Own, Auth},
	{"smtps: TLS not available, exiting", OwnConfiguration, Own, ""},
	{"SMTP STARTTLS command ", Chatter, Server, ""},
	{"SMTP outgoing connect on ", Chatter, Client, ""},
	{"SMTP protocol error", SMTPRejected, Client, ""},
	{"User unknown", UserUnknown, Server, Rcpt},
	{"Warning: program ", LocalFailure, Own, ""},
	{"safesasl(", Chatter, Own, ""},
	{"poststats: ", Chatter, Own, ""},
	{"SMTP-DAEMON", Chatter, "", ""},
	{"return to sender: ", Chatter, "", ""},
	{"sender notify: ", Chatter, "", ""},
	{"postmaster notify: ", Chatter, "", ""},
	{"connect from ", Chatter, Server, Connect},
}

// says takes the meaning of the first phrase that a text has, and reports
// whether it has any.
func (ev *Event) says(text string, phrases []phrase) bool {
	for _, p := range phrases {
		if strings.Contains(text, p.says) {
			ev.Reason, ev.Says, ev.Side, ev.Stage = p.reason, p.says, p.side, p.stage
			if p.side == Server && kinds[p.reason].class == Fault {
				ev.Class = Other
			}
			return true
		}
	}
	return false
}

// sendmailServer reads what is left: mostly what happens to those who connect.
func sendmailServer(text string, ev *Event) {
	switch {
	case strings.HasPrefix(text, "Milter") || strings.HasPrefix(text, "milter="):
		sendmailMilter(text, ev)
	case strings.HasPrefix(text, "AUTH=client"):
		ev.Side, ev.Stage, ev.Reason = Client, Auth, AuthSucceeded
		if hasAny(text, "failed", "failure", "not in list", "do not fulfill", "error") {
			ev.Reason = AuthFailed
		} else if value(text, "mech=") == "" {
			ev.Reason = Chatter
		}
	case strings.Contains(text, "timeout waiting for input from "):
		sendmailTimeout(text, ev)
	case strings.HasPrefix(text, "makeconnection ("):
		ev.Side = Client
		ev.because(text, LocalFailure)
	case keyAt(text, "reject=") >= 0:
		ev.Side = Server
		ev.refused(tail(text, "reject="))
	case strings.HasPrefix(text, "TLS "), strings.HasPrefix(text, "could not send mail"):
		ev.Side = Client // msmtp, called by sendmail's name
	default:
		ev.says(text, sendmailPhrases)
	}
}

// sendmailTimeout reads that an answer did not come. As a server this host
// waits for a command.
func sendmailTimeout(text string, ev *Event) {
	_, during, _ := strings.Cut(text, " during ")
	ev.Reason, ev.Says = ReplyTimeout, "timeout waiting for input"
	switch {
	case strings.HasPrefix(during, "server "):
		ev.Side, ev.Stage = Server, ""
	case strings.HasPrefix(during, "client greeting"):
		ev.Side, ev.Reason = Client, NoGreeting
	default:
		ev.Side, ev.Class, ev.Stage = Client, Fault, stageOrData(strings.TrimPrefix(during, "client "))
	}
}

// sendmailMilter reads what filters did.
func sendmailMilter(text string, ev *Event) {
	ev.Side, ev.Stage, ev.Reason = Server, Data, Chatter
	switch {
	case hasAny(text, "to=<", "action=rcpt"):
		ev.Stage = Rcpt
	case hasAny(text, "from=<", "action=mail"):
		ev.Stage = Mail
	case hasAny(text, "helo=", "action=helo"):
		ev.Stage = EHLO
	case hasAny(text, "connect:", "action=connect"):
		ev.Stage = Connect
	}
	switch {
	case keyAt(text, "reject=") >= 0:
		ev.Code = replyCode(tail(text, "reject="))
		ev.refused(tail(text, "reject="))
	case hasAny(text, "error", "timeout", "failed", "not ready", "unsafe"):
		ev.Reason = LocalFailure
	}
}
