package maillog

// The sources of what servers reply.
const (
	rfc3463  = "RFC 3463: enhanced status codes, and what servers say with them"
	bigHosts = "replies of Google, Microsoft, Yahoo, Apple and other large hosts"
	daemons  = "Sendmail, Postfix, Exim, OpenSMTPD, qmail, Exchange: replies to MAIL, RCPT and DATA"
	filters  = "postgrey, milter-greylist, rspamd, SpamAssassin, block lists"
	sasl     = "Cyrus SASL, Dovecot and servers: replies to AUTH"
)

// replyRows are what a server replies that has nothing to do with TLS. They are
// looked up where the vocabulary has nothing: whoever speaks of a certificate
// besides means that.
var replyRows = []row{
	{Greylisted, nil, from(filters, "greylisted", "greylisting", "greylist", "graylisted", "greylisting in action", "try again in 5 minutes",
		"temporarily deferred, try again", "please try again in", "Recipient address rejected: Greylisted")},
	{Blocked, nil, from(filters, "blocked using", "blocked by", "listed at", "listed by", "listed in", "block list", "blocklist", "blocklisted", "black list", "blacklist",
		"blacklisted", "rbl", "dnsbl", "spamhaus", "spamcop", "barracudacentral", "sorbs", "poor reputation", "sending IP has been", "banned sending IP",
		"part of their network is on our block list", "client host blocked", "host blocked", "access denied, banned", "IP address has been blocked", "Bad reputation", "S3140", "S3150", "is blocked", "has been blocked", "found on one or more DNSBLs")},
	{UserUnknown, nil, from(daemons, "user unknown", "unknown user", "no such user", "no such recipient", "unknown recipient", "unknown local part", "unrouteable address", "unroutable address",
		"no mailbox here by that name", "mailbox unavailable", "mailbox not found", "mailbox does not exist", "mailbox unknown", "invalid mailbox", "invalid recipient", "unknown virtual", "account that you tried to reach does not exist",
		"recipient not found", "RecipNotFound", "user not found", "user doesn't exist", "user does not exist", "does not have an account here", "no such address", "no such person at this address", "address does not exist", "recipient does not exist", "unknown address", "bad destination mailbox address",
		"undeliverable address", "recipient unknown", "account is disabled", "account has been disabled", "mailbox is inactive", "not our customer", "no valid recipients", "address unknown", "recipient rejected: user unknown", "nosuchuser", "unknown mailbox", "no local mailbox")},
	{MailboxFull, nil, from(daemons, "mailbox full", "mailbox is full", "over quota", "overquota", "quota exceeded", "exceeded storage allocation", "exceeded its storage", "is out of storage space", "quota full", "insufficient system storage", "exceeds the quota",
		"disk quota", "mailbox size limit exceeded", "OverQuotaTemp", "OverQuotaPerm", "inbox is full", "mailbox for this user is full", "mailfolder is full")},
	{RelayDenied, nil, from(daemons, "relay access denied", "relaying denied", "relay not permitted", "relaying not allowed", "relay denied", "unable to relay", "not permitted to relay", "relay access not allowed", "sorry, that domain isn't in my list of allowed rcpthosts",
		"we do not relay", "relaying is prohibited", "not allowed to relay", "relaying prohibited", "no relaying allowed", "isn't allowed to be relayed", "relay rejected", "cannot relay", "through this server without authenticating")},
	{RateLimited, nil, from(bigHosts, "rate limit", "thread limit exceeded", "temporarily deferred due to", "rate limited", "ratelimit", "rate-limited", "throttled", "throttling", "too many messages", "too many recipients", "too many connections", "unusual rate", "too much mail", "sending too fast", "receiving mail at a rate",
		"too many errors", "Too many concurrent", "daily sending quota", "sending limit", "load average", "connection rate limit exceeded", "too many emails", "temporarily rate limited", "Open connections")},
	{AuthSucceeded, nil, from(sasl, "authentication successful", "authentication succeeded", "auth successful", "authenticated as", "login successful")},
	{AuthFailed, nil, from(sasl, "AUTH extension not supported by server", "does not advertise AUTH", "did not advertise authentication", "server doesn't support AUTH", "auth_failed", "authentication failed", "authentication failure", "authentication unsuccessful", "invalid login", "authentication credentials invalid", "username and password not accepted", "incorrect authentication data", "bad username or password", "invalid credentials", "EAUTH",
		"SMTPAuthenticationError", "AuthenticationFailedException", "SASL LOGIN authentication failed", "no mechanism available", "authenticators failed", "SmtpClientAuthentication is disabled", "Could not authenticate", "basic authentication is disabled", "login denied", "password not accepted", "auth failure", "Application-specific password required", "535 5.7", "NetSMTPAuthenticationError")},
	{AuthRequired, nil, from(sasl, "authentication required", "authentication is required", "requires authentication", "auth required", "must authenticate", "please authenticate", "not authenticated to send", "SMTP authentication is required", "client was not authenticated",
		"AUTH first", "need to authenticate")},
	{PolicyRejected, nil, from(filters, "client host rejected", "Sender was not authenticated", "dmarc", "spf", "dkim", "spam", "spam message", "considered spam", "policy reasons", "rejected for policy", "policy violation", "message rejected due to", "content rejected", "virus", "prohibited by", "rejected by policy", "local policy", "administrative prohibition", "sender verify failed", "sender address rejected", "helo command rejected", "domain not found", "domain of sender address",
		"reverse DNS", "PTR record", "reverse hostname", "unverified sender", "not authorized to send", "sender denied", "access denied", "command rejected", "unsolicited mail", "junk mail", "SendAsDenied", "recipient address rejected: access denied", "unauthenticated email")},
	{MessageRefused, nil, from(daemons, "message size exceeds", "message too large", "message too big", "exceeds size limit", "size limit", "message file too big", "exceeds the maximum", "maximum message size", "bare LF", "message line is too long", "SMTPUTF8 is required", "EOD without", "message content rejected", "too many hops", "hop count exceeded")},
	{OutOfSequence, nil, from(daemons, "bad sequence of commands", "send HELO/EHLO first", "send hello first", "introduce yourself", "need MAIL command", "need RCPT", "nested MAIL command", "sender already specified", "no sequence", "out of sequence", "before greeting",
		"improper command pipelining", "pre-greeting traffic", "protocol synchronization error", "improper use of SMTP command pipelining")},
	{SMTPRejected, nil, all(
		from(msmtp, "not accepted by the server"),
		from(lettre, "PermanentNegativeCompletion", "TransientNegativeCompletion"),
		from(dotNET, "command unrecognized. The server response was"),
	)},
	{Chatter, nil, all(
		from(msmtp, "could not send mail (account"),
		from(php, "SMTP connect() failed"),
		from(jakarta, "Could not connect to SMTP host", "Couldn't connect to host, port", "Exception reading response"),
		from(python, "please run connect() first"),
		from(perl, "unable to establish SMTP connection"),
	)},
	{EHLORefused, nil, from(daemons, "EHLO is not implemented", "EHLO failed but HELO")},
	{LocalFailure, nil, from(daemons, "no space left on device", "cannot bind", "address already in use", "bad configuration", "fatal: bad", "unknown mailer error", "mail system configuration error", "queue file write error", "insufficient disk space", "system config error", "Routing loop detected")},
	{Queued, nil, from(daemons, "ok: queued as", "queued as", "queued mail for delivery", "message accepted for delivery", "accepted for delivery", "250 2.0.0 OK", "250 2.6.0")},
}
