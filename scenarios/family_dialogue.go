package scenarios

import (
	"slices"
	"time"
)

// dialogue: what the peer sends in SMTP apart from TLS: unusual or invalid
// replies, and limits on what a client may do.
var dialogue = slices.Concat(dialogueReplies, dialogueLimits)

// dialogueReplies: replies in an unusual or invalid form.
var dialogueReplies = []Scenario{
	{
		Name:    "multi-line-greeting",
		Number:  154,
		Summary: "greets with two lines, 220- and 220",
		Story: "Postscreen sends the first line at once and the second after a delay, to catch clients that do not read replies; other servers put a notice for people there. Any reply may have several lines. " +
			"A home-made client that reads one line takes the second one for the reply to its EHLO, and stays one reply behind from then on.",
		Fix:        "Nothing is wrong with the server. A client must keep reading until a space follows the code.",
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
		Story: "Postscreen does this with a client that it drops: the first line, meant for clients that do not read replies, has already been sent. Filters that add a line to a reply do the same elsewhere. " +
			"RFC 5321 allows only one code in a reply, so clients differ: Exim, msmtp and Nodemailer go by the first line, Postfix, sendmail, curl, Swaks and Python by the last, and Go waits for more.",
		Fix: "Read the whole reply with swaks or nc: the last line says why the client is refused, and that is what to fix. In Postfix, an empty postscreen_greet_banner removes the first line. " +
			"If a filter adds the line, update it or take it out of the dialogue.",
		References: []string{"RFC 5321 section 4.2.1", "RFC 7504 section 3", "postscreen(8)"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtGreeting, Do: DoRaw, Text: `220-{hostname} ESMTP\r\n521 5.7.1 Service unavailable, client host blocked\r\n`}}
		},
	},
	{
		Name:    "reply-without-code",
		Number:  156,
		Summary: "sends a line without a reply code before its greeting",
		Story: "The program behind inetd, a wrapper script or the dynamic linker writes a warning to standard output, which is the connection. Postfix, sendmail, curl and Swaks skip the line. " +
			"Exim, msmtp, Python, Go and Nodemailer give up, and most of them quote the warning as if it were the greeting.",
		Fix: "Connect with nc or openssl s_client and look at the first line. " +
			"On the server, send the program's warnings to the log: in inetd or systemd, do not connect standard error to the socket, and look for an echo in the wrapper script.",
		References: []string{"RFC 5321 section 4.2"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtGreeting, Do: DoRaw, Text: `smtpd: warning: cannot set the locale\r\n220 {hostname} ESMTP fakemx\r\n`}}
		},
	},
	{
		Name:    "unclosed-reply",
		Number:  157,
		Summary: "leaves out the last line of its reply to EHLO",
		Story: "A firewall that filters extensions removes the line of one that it does not know. That line was the last, and the only one without a hyphen. " +
			"The client waits for the end of the reply until it or the server times out, and its log says timeout, or connection closed, after EHLO.",
		Fix: "Type EHLO by hand: in the last line, a space must follow the 250. Turn SMTP inspection off in the firewall, or let it mask the keyword instead. " +
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
		Summary: "sends a line of 3,000 octets in its reply to EHLO",
		Story: "A server lists every mechanism that its SASL library knows, or puts a legal notice into one line. RFC 5321 limits a reply line to 512 octets, and clients may have no room for more. " +
			"Postfix keeps 2,048 octets of the whole reply, so it loses STARTTLS and, where TLS is optional, continues in clear text. msmtp calls the reply invalid. " +
			"Sendmail, Exim, curl, Go, Python and Nodemailer accept it.",
		Fix:        "On the server, shorten the line: offer fewer mechanisms, and spread notices over several lines of the greeting, or leave them out.",
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
		Summary: "waits five seconds before the greeting",
		Story: "Many servers make clients wait, because most spam software does not: sendmail with greet_pause, Postfix with postscreen, Exim with a delay in its ACL. " +
			"A name server that does not answer looks the same. RFC 5321 asks clients to wait for five minutes. A program whose own timeout is a few seconds reports the server as dead.",
		Fix:        "Nothing is wrong with the server, unless it waits for a name server. Set the client's timeout to minutes.",
		References: []string{"RFC 5321 section 4.5.3.2.1", "RFC 5321 section 4.3.1"},
		Facts:      sound,
		Grounds:    Grounds{Offers: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.SMTP.GreetPause = Span(5 * time.Second) },
	},
	{
		Name:    "early-talker-refused",
		Number:  160,
		Summary: "answers 554 to clients that speak before the greeting",
		Story: "The server waits a moment before the greeting and listens. A client that speaks in the meantime does not read replies, as is typical of spam software, and is turned away. " +
			"Exim calls this a synchronization error, postscreen PREGREET. It also catches a script that pipes a whole dialogue into nc, and a client that starts TLS at once on a STARTTLS port.",
		Fix:        "Nothing is wrong with the server. Have the client wait for each reply, or at least for the greeting and the reply to EHLO; after that it may pipeline what RFC 2920 allows.",
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
		Summary: "greets with 421 after three sessions within a minute",
		Story: "Servers limit how often a client may connect: Postfix with smtpd_client_connection_rate_limit, sendmail with conncontrol and ratecontrol, large providers with rules of their own. " +
			"A program that opens a connection for each message is stopped in the middle of its list. If it does not queue, the rest is lost.",
		Fix: "Send several messages in one session, and queue what is deferred; the easiest way is to hand the mail to your own MTA. " +
			"To slow down, use smtp_destination_rate_delay in Postfix, rateDelta and rateLimit in Nodemailer.",
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
		Summary: "accepts one message per session and answers the next MAIL with 421",
		Story: "Servers end a session after some messages, so that load balancers can spread the load: Exim with smtp_accept_max_per_connection, Exchange and large providers with limits of their own. " +
			"A mailer that keeps its connections open gets the 421 in reply to MAIL and must connect again. Nodemailer's pool and Python report an error for the second message instead.",
		Fix:        "Nothing is wrong with the server. Have the client connect again after a 421, or send fewer messages per session: maxMessages in Nodemailer's pool, connection_max_messages in Exim.",
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
		Summary: "accepts one recipient per transaction and defers the others with 452",
		Story: "A filter with settings for each user can apply those of only one user, so it accepts one recipient at a time; other servers have a limit of ten or a hundred. " +
			"The client sends the message to the accepted recipients, and then again to the others. Curl and msmtp apply the 452 to the whole message and send nothing. " +
			"Python and Nodemailer never try the others again.",
		Fix: "On the server, accept at least a hundred recipients, as RFC 5321 requires. On the client, take 452 to RCPT as deferring that recipient; some old servers send 552 and mean the same. " +
			"To send to fewer recipients at once, use smtp_destination_recipient_limit in Postfix, max_rcpt in Exim.",
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
		Summary: "refuses recipients whose address begins with unknown (550)",
		Story: "One of several addresses is mistyped, or its owner has left. The server accepts the others, and the client should send to those and report the one. " +
			"Curl and msmtp give up the whole message at the first refusal. Python and Nodemailer report success, although one recipient did not get it.",
		Fix: "Correct the address. " +
			"In a program, check the result for each recipient: sendmail in Python's smtplib returns those that were refused, Nodemailer lists them in rejected, curl continues only with --mail-rcpt-allowfails.",
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
		Summary: "defers recipients whose address begins with full (452)",
		Story: "The mailbox of one of several recipients is full. The message is delivered to the others, and the client must try again for that one alone. " +
			"A client that tries again for all of them delivers to the others twice, and one without a queue drops that recipient.",
		Fix:        "On the server, make room in the mailbox. In a program, keep the deferred recipients and send to those alone later, or leave that to an MTA.",
		References: []string{"RFC 5321 section 4.5.4.1", "RFC 3463 section 3.3"},
		Facts:      sound,
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtRCPT, Do: DoReply, Text: "452 4.2.2 Mailbox full", Match: &Match{Rcpt: "full*@*"}}}
		},
	},
}
