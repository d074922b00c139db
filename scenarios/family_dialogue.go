package scenarios

import (
	"slices"
	"time"
)

// dialogue: what the peer says in SMTP, TLS aside: replies that are none, and
// limits on what a client may do.
var dialogue = slices.Concat(dialogueReplies, dialogueLimits)

// dialogueReplies: replies in an unusual form, and what is no reply.
var dialogueReplies = []Scenario{
	{
		Name:    "multi-line-greeting",
		Number:  154,
		Summary: "greets in two lines, 220- and 220",
		Story: "Postscreen sends the first line at once and the second after a wait, to catch clients that do not read; others put a notice for people there. " +
			"Any reply may have several lines. A home-made client that reads one line takes the second one for the reply to its EHLO, and is one reply behind from there on.",
		Fix:        "Nothing is wrong with the server. A client must read on until the code is followed by a space.",
		References: []string{"RFC 5321 section 4.2", "RFC 5321 section 4.2.1", "postscreen(8)"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.2"},
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtGreeting, Do: DoReply, Text: "220-{hostname} ESMTP\r\n220 {hostname} ESMTP fakemx"}}
		},
	},
	{
		Name:    "mixed-reply-codes",
		Number:  155,
		Summary: "greets with 220 in the first line and 521 in the second",
		Story: "Postscreen does so with a client that it drops: the first line, meant for those that do not read, has gone out before. Filters that add a line of their own to a reply do the same elsewhere. " +
			"RFC 5321 allows one code in a reply, so clients go by whichever line they like: Exim, msmtp and Nodemailer by the first, Postfix, sendmail, curl, Swaks and Python by the last, and Go waits for more.",
		Fix: "Read the whole reply, with swaks or nc: the last line says why the client is not wanted, and that is what to mend. " +
			"In Postfix, an empty postscreen_greet_banner leaves the first line out. Where a filter adds the line, take it out of the dialogue or update it.",
		References: []string{"RFC 5321 section 4.2.1", "RFC 7504 section 3", "postscreen(8)"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtGreeting, Do: DoRaw, Text: `220-{hostname} ESMTP\r\n521 5.7.1 Service unavailable, client host blocked\r\n`}}
		},
	},
	{
		Name:    "reply-without-code",
		Number:  156,
		Summary: "sends a line without a code before its greeting",
		Story: "The program behind inetd, a wrapper script or the dynamic linker writes a warning to its standard output, and that is the connection. " +
			"Postfix, sendmail, curl and Swaks pass over the line; Exim, msmtp, Python, Go and Nodemailer give up, and most of them quote the warning as if it were the greeting.",
		Fix:        "Connect with nc or openssl s_client and look at the first line. On the server, send the program's warnings to the log: in inetd or systemd, let standard error not be the socket, and look for an echo in the wrapper script.",
		References: []string{"RFC 5321 section 4.2"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtGreeting, Do: DoRaw, Text: `smtpd: warning: cannot set the locale\r\n220 {hostname} ESMTP fakemx\r\n`}}
		},
	},
	{
		Name:    "unclosed-reply",
		Number:  157,
		Summary: "leaves the last line out of its reply to EHLO",
		Story: "A firewall that removes extensions removes the line of one that it does not know, and it was the last: the only one without a hyphen. " +
			"The client waits for the end of the reply, until its time limit or the server's, and its log says timeout, or connection closed, after EHLO.",
		Fix: "Type EHLO by hand: the last line must be 250 and a space. Switch the inspection of SMTP off in the firewall, or let it mask the keyword instead. " +
			"In a home-made server, write the last line separately.",
		References: []string{"RFC 5321 section 4.2.1", "RFC 5321 section 4.5.3.2"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.3.1"},
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtEHLO, In: InClear, Do: DoRaw, Text: `250-{hostname}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-STARTTLS\r\n`}}
		},
	},
	{
		Name:    "over-long-reply",
		Number:  158,
		Summary: "has a line of 3,000 octets in its reply to EHLO",
		Story: "A server lists every mechanism that its SASL library knows, or puts a legal notice into a line. RFC 5321 gives a reply line 512 octets, and clients may have no room for more: " +
			"Postfix keeps 2,048 octets of the whole reply, so that it loses STARTTLS and, where TLS is optional, goes on in clear; msmtp calls the reply invalid. Sendmail, Exim, curl, Go, Python and Nodemailer take it.",
		Fix:        "On the server, shorten the line: offer fewer mechanisms, and put notices into several lines of the greeting, or leave them out.",
		References: []string{"RFC 5321 section 4.5.3.1.5"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtEHLO, In: InClear, Do: DoRaw, Text: `250-{hostname}\r\n250-PIPELINING\r\n250-X-NOTICE {padding:2985}\r\n250 STARTTLS\r\n`}}
		},
	},
}

// dialogueLimits: what a client may do, how often and how soon.
var dialogueLimits = []Scenario{
	{
		Name:    "greet-pause",
		Number:  159,
		Summary: "waits five seconds before it greets",
		Story: "Many servers let clients wait, since most spam software does not: sendmail by greet_pause, Postfix by postscreen, Exim by a delay in its ACL. A name server that does not answer looks the same. " +
			"RFC 5321 has clients wait for five minutes; a program with a limit of its own, of a few seconds, calls the server dead.",
		Fix:        "Nothing is wrong with the server, unless the wait is for a name server. Give the client a limit of minutes.",
		References: []string{"RFC 5321 section 4.5.3.2.1", "RFC 5321 section 4.3.1"},
		Facts:      sound,
		Grounds:    Grounds{Offers: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.SMTP.GreetPause = Span(5 * time.Second) },
	},
	{
		Name:    "early-talker-refused",
		Number:  160,
		Summary: "refuses a client that speaks before it is greeted, with 554",
		Story: "The server waits a moment before it greets and listens. Who speaks meanwhile does not read replies, as spam software does not, and is sent away: Exim calls it a synchronization error, postscreen PREGREET. " +
			"A script that pipes a whole dialogue into nc is caught, and so is a client that begins TLS on a port where it begins with STARTTLS.",
		Fix:        "Nothing is wrong with the server. Let the client wait for each reply, or at least for the greeting and the reply to EHLO; behind that it may pipeline what RFC 2920 allows.",
		References: []string{"RFC 5321 section 4.3.1", "RFC 2920 section 3.1", "postscreen(8)"},
		Facts:      sound,
		Grounds:    Grounds{Offers: AllStacks},
		Harmless:   true,
		Edit: func(p *Peer) {
			p.SMTP.GreetPause = Span(500 * time.Millisecond)
			p.Faults = []Fault{{At: AtGreeting, Do: DoReply, Text: "554 5.5.1 {hostname} SMTP synchronization error", EarlyTalker: true}}
		},
	},
	{
		Name:    "rate-limited",
		Number:  161,
		Summary: "answers with 421 when more than three sessions begin within a minute",
		Story: "Servers limit how often a client may connect: Postfix by smtpd_client_connection_rate_limit, sendmail by conncontrol and ratecontrol, the large providers by rules of their own. " +
			"A program that opens a connection for each message is stopped in the midst of its list, and if it does not queue, the rest is lost.",
		Fix: "Send several messages in one session, and queue what is deferred: the easiest way is to hand it to an MTA of one's own. " +
			"Postfix slows down by smtp_destination_rate_delay, Nodemailer by rateDelta and rateLimit.",
		References: []string{"RFC 5321 section 3.8", "RFC 5321 section 4.5.4.1"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.5.4.1"},
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{
				At: AtGreeting, Do: DoReply, Text: "421 4.7.0 {hostname} Too many connections in this time, try again later",
				Rate: &Rate{Sessions: 3, Within: Span(time.Minute)},
			}}
		},
	},
	{
		Name:    "too-many-messages",
		Number:  162,
		Summary: "takes one message a session and answers the next MAIL with 421",
		Story: "Servers end a session after some messages, so that load balancers get a say: Exim by smtp_accept_max_per_connection, Exchange and the large providers by limits of their own. " +
			"A mailer that keeps its connections open meets the 421 in place of an answer to MAIL, and must connect anew. Nodemailer's pool and Python report an error for the second message instead.",
		Fix:        "Nothing is wrong with the server. Let the client connect anew after a 421, or send fewer messages in a session: maxMessages in Nodemailer's pool, connection_max_messages in Exim.",
		References: []string{"RFC 5321 section 3.8"},
		Facts:      sound,
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{
				At: AtMAIL, Do: DoReply, Text: "421 4.7.0 {hostname} Too many messages in this session, connect again",
				After: &After{Messages: 1},
			}}
		},
	},
	{
		Name:    "too-many-recipients",
		Number:  163,
		Summary: "takes one recipient a transaction and defers the next ones with 452",
		Story: "Filters with settings for each user can apply those of one user only, and so take one recipient at a time; others have a limit of ten or a hundred. " +
			"The client sends the message to those that were taken, and then again to the others. Curl and msmtp take the 452 for the fate of the whole message and send nothing; Python and Nodemailer never try the others again.",
		Fix:        "On the server, take a hundred recipients at least, as RFC 5321 demands. On the client, 452 to RCPT defers that recipient; some old servers say 552 and mean the same. Postfix sends fewer at once by smtp_destination_recipient_limit, Exim by max_rcpt.",
		References: []string{"RFC 5321 section 4.5.3.1.8", "RFC 5321 section 4.5.3.1.10"},
		Facts:      sound,
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{
				At: AtRCPT, Do: DoReply, Text: "452 4.5.3 One recipient at a time, send the message again for this one",
				After: &After{Recipients: 1},
			}}
		},
	},
	{
		Name:    "recipient-refused",
		Number:  164,
		Summary: "refuses recipients that begin with unknown, with 550, and takes the others",
		Story: "One address of several is mistyped, or its owner has left. The server takes the others, and the client should too: send to those, and report the one. " +
			"Curl and msmtp give up the whole message at the first refusal; Python and Nodemailer report success, although somebody did not get it.",
		Fix:        "Correct the address. In a program, look at the result for each recipient: sendmail of Python's smtplib returns those that were refused, Nodemailer lists them in rejected, curl goes on only with --mail-rcpt-allowfails.",
		References: []string{"RFC 5321 section 3.3", "RFC 5321 section 4.3.2"},
		Facts:      sound,
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtRCPT, Do: DoReply, Text: "550 5.1.1 User unknown", Match: &Match{Rcpt: "unknown*@*"}}}
		},
	},
	{
		Name:    "recipient-deferred",
		Number:  165,
		Summary: "defers recipients that begin with full, with 452, and takes the others",
		Story: "The mailbox of one recipient of several is full. The message is delivered to the others, and must be tried again for that one alone: " +
			"a client that tries again for all of them delivers to the others twice, and one without a queue drops that recipient.",
		Fix:        "On the server, make room in the mailbox. In a program, keep the recipients that were deferred, and send to those alone later, or leave that to an MTA.",
		References: []string{"RFC 5321 section 4.5.4.1", "RFC 3463 section 3.3"},
		Facts:      sound,
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtRCPT, Do: DoReply, Text: "452 4.2.2 Mailbox full", Match: &Match{Rcpt: "full*@*"}}}
		},
	},
}
