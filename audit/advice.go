package audit

import (
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// What to do about a client that failed, by what it did.
const (
	adviceSecrets = "Let the client authenticate inside TLS only: Postfix smtp_sasl_security_options = noplaintext, noanonymous with smtp_sasl_tls_security_options = noanonymous; " +
		"Exim client_condition = ${if !eq{$tls_out_cipher}{}} in the authenticator; msmtp and curl --ssl-reqd do; in a program, start TLS first and give up if that fails."
	adviceDemand = "Let the client demand TLS instead of trying it: Postfix smtp_tls_security_level = encrypt, or secure; Exim hosts_require_tls = *; sendmail TLS_Srv:HOST ENCR:112, or VERIFY, in the access map; " +
		"OpenSMTPD action … relay tls; curl --ssl-reqd instead of --ssl; swaks -tls instead of --tls-optional; nodemailer requireTLS: true; in a program, never go on when starting TLS failed."
	adviceVerify = "Let the client verify both the chain and the name: Postfix smtp_tls_security_level = secure with smtp_tls_CAfile; Exim hosts_require_tls, tls_verify_hosts and tls_verify_cert_hostnames together; " +
		"sendmail TLS_Rcpt:DOMAIN VERIFY:0+CN with FEATURE(check_cert_altnames), as TLS_Srv:HOST VERIFY ignores the name; OpenSMTPD relay tls without no-verify; curl without -k; Python starttls(context=ssl.create_default_context()); " +
		"Go a tls.Config with ServerName and without InsecureSkipVerify; nodemailer without rejectUnauthorized: false; PHPMailer without SMTPOptions; Jakarta Mail mail.smtp.ssl.checkserveridentity = true."
	adviceTLS     = "Let the client use TLS wherever it is offered: Postfix smtp_tls_security_level = may, Exim hosts_avoid_tls empty, sendmail without Try_TLS:HOST NO, curl --ssl, Python starttls() after EHLO."
	adviceTry     = "The client's own words and the peer's record say what it minded. If it distrusts a peer that is sound, give it the CA file; if it gave up after a passing fault, let it try again."
	adviceHung    = "The client neither delivered nor gave up in time. If it only needs longer, raise --patience. Otherwise find out what it waits for, such as input or another attempt of its own, and let it give up instead."
	adviceAddress = "The peer is sound: its certificate has the address as an iPAddress name (RFC 5280 section 4.2.1.6). Let the client compare an address with those, and not with DNS names; " +
		"curl and Go do. If it is never to reach servers by an address, accept this control with --expect."
	adviceSMTPS = "The peer is sound, and begins TLS with the first byte: curl smtps:// instead of smtp://, Postfix smtp_tls_wrappermode = yes, swaks --tls-on-connect, msmtp --tls-starttls=off, Python SMTP_SSL, nodemailer secure: true. " +
		"If the client is never to reach servers so, accept this control with --expect."
	adviceDemanded = "Let the client pass REQUIRETLS on in MAIL, and return the message where it cannot: maddy relaxed_requiretls no; Postfix 3.11 smtp_requiretls_policy without an exception for the domain. " +
		"A client that cannot do that must not offer REQUIRETLS to those who submit."
	adviceDaemon = "The daemon's log says what it looked up, and how it took that. If there is no setting for it, this is a fault of the daemon's software: look for a newer version. " +
		"If Postfix was to do this by itself, set smtp_tls_security_level, and say so by --socketmap-default."
	adviceDANE = "Let the client do DANE: Postfix smtp_dns_support_level = dnssec with smtp_tls_security_level = dane; Exim dnssec_request_domains = * in the router and hosts_try_dane = * in the transport; " +
		"sendmail 8.18 O DANE=true; maddy mx_auth { dane }. Its resolver has to validate, and to be trusted: options trust-ad in resolv.conf. If all that is so, this is a fault of the client's software: look for a newer version."
	adviceSTS = "Let the client go by MTA-STS policies: Postfix smtp_tls_policy_maps with postfix-mta-sts-resolver or postfix-tlspol; maddy mx_auth { mtasts }; chasquid and mox do. " +
		"If it does that already, this is a fault of the client's software, or of the policy daemon's: look for a newer version."
	adviceTrap = "This is a fault of the client's software, not of its settings: look for a newer version."
)

// advise says how to mend a client that failed; empty if it did not.
func advise(s scenarios.Scenario, p Policy, v Verdict, x Expectation, e Evidence) string {
	d := e.delivered()
	switch {
	case v.Result != Fail:
		return ""
	case e.Answer != nil:
		return adviceDaemon
	case e.flagged(fakemx.CredentialsInClear), e.flagged(fakemx.AuthenticatedToMaskedOffer):
		return adviceSecrets
	case e.flagged(fakemx.ActedOnInjectedReply):
		return adviceTrap
	case s.Message.RequireTLS && d.any():
		return adviceDemanded
	case d.clear > 0 && x.Duty == MustDeliver && !e.fellBack() && !e.withheld(s):
		return adviceTLS
	case d.clear > 0:
		return adviceDemand
	case d.any() && x.Duty == MustNotDeliver && adviceOnPublished(s.Facts, p) != "":
		return adviceOnPublished(s.Facts, p)
	case d.any():
		return adviceVerify
	case isControl(s, p) && s.ReachAt == scenarios.ReachAtSMTPS:
		return adviceSMTPS
	case isControl(s, p) && s.ReachBy == scenarios.ReachByAddress:
		return adviceAddress
	}
	return generally(e)
}

// adviceOnPublished is for a client that delivered though what the domain publishes
// forbids it; empty if that does not.
func adviceOnPublished(f scenarios.Facts, p Policy) string {
	switch {
	case leadsNowhere(f) != "":
		return adviceTrap
	case p.followsDANE() && (f.DANE == scenarios.DANEMismatch || f.DANE == scenarios.DANEUnknowable || p == DANEOnly && f.DANE != scenarios.DANEMatches):
		return adviceDANE
	case p.followsSTS() && f.STS == scenarios.STSForbids:
		return adviceSTS
	}
	return ""
}

// generally is the advice on a client of which nothing else is known than that
// it did not deliver.
func generally(e Evidence) string {
	if e.hung() {
		return adviceHung
	}
	return adviceTry
}
