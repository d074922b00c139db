package logs

import (
	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/internal/shell"
)

// advice is what to do about a reason that is this host's own.
func advice(reason maillog.Reason, dialect string) []string {
	if reason == maillog.OwnTrustStoreEmpty {
		return []string{rootsFor(dialect) + " Then what is left of the failures is the servers'."}
	}
	mends := ownMends[reason]
	if mends == nil {
		return nil
	}
	if text := mends[dialect]; text != "" {
		return []string{text}
	}
	return []string{mends[""]}
}

// wantsRoots are the reasons that a host without roots gives of every server.
var wantsRoots = map[maillog.Reason]bool{
	maillog.NotVerified: true, maillog.IssuerUnknown: true, maillog.LeafUnverifiable: true, maillog.RootUntrusted: true,
	maillog.SelfSignedInChain: true,
}

// rootsFor says how a mailer is given roots to trust.
func rootsFor(dialect string) string {
	switch dialect {
	case "sendmail":
		return "sendmail wants both define(`confCACERT_PATH', `/etc/ssl/certs')dnl, a folder that openssl rehash has been through, and confCACERT, a file; " +
			"sendmail 8.17 reads neither without the other. Look that no dnl stands before the lines, and build sendmail.cf anew."
	case "postfix":
		return "Postfix wants postconf -e smtp_tls_CApath=/etc/ssl/certs (or smtp_tls_CAfile), and postfix reload."
	case "exim":
		return "Exim wants tls_verify_certificates in its smtp transport; its default is the system's store."
	}
	return "The system's roots come with the package ca-certificates; see which file or folder the mailer is told to read."
}

// ownMends are by reason and by dialect; those of no dialect are for all
// others.
var ownMends = map[maillog.Reason]map[string]string{
	maillog.OwnCertificateRefused: {
		"sendmail": "Clients miss an issuer: ServerCertFile holds one certificate only, so the intermediate goes into CACertFile, roots to trust into " +
			"CACertPath. After a renewal restart the daemon. See what it sends: openssl s_client -starttls smtp -showcerts -connect THIS-HOST:25",
		"postfix": "Clients miss an issuer: smtpd_tls_chain_files (or smtpd_tls_cert_file) wants the certificate and behind it the intermediate " +
			"(fullchain.pem). See what it sends: openssl s_client -starttls smtp -showcerts -connect THIS-HOST:25",
		"exim": "Clients miss an issuer: tls_certificate wants the certificate and behind it the intermediate (fullchain.pem). " +
			"See what it sends: openssl s_client -starttls smtp -showcerts -connect THIS-HOST:25",
		"opensmtpd": "Clients miss an issuer: pki NAME cert wants the certificate and behind it the intermediate (fullchain.pem). Restart smtpd after a renewal.",
		"": "Clients miss an issuer, or the certificate is expired or for another name: the server has to send the certificate and behind it the intermediate " +
			"(fullchain.pem), and to read them again after a renewal. See what it sends: openssl s_client -starttls smtp -showcerts -connect THIS-HOST:25",
	},
	maillog.OwnCertificateUnreadable: {
		"": "Look at the file: that it is there, that the daemon may read it and nobody else may (0600), and that key and certificate belong together: " +
			"openssl pkey -pubout and openssl x509 -pubkey -noout have to print the same.",
	},
	maillog.OwnConfiguration: {
		"": "This is about the settings of the mailer or of its TLS library, not about the other side.",
	},
}

// tellApart is what tells the causes of a failure apart, if it has several.
func tellApart(g *logGroup) []string {
	var tips []string
	if level := logLevels[g.Dialect]; level != "" && vagueReasons[g.Reason] && g.Side != maillog.Server {
		tips = append(tips, level)
	}
	if len(g.Suspects) > 1 && g.Side == maillog.Client && (g.Stage == maillog.Verify || g.Stage == maillog.Handshake) {
		tips = append(tips, "To see which: "+openssl(g))
	}
	return tips
}

// vagueReasons say that something failed, and not what.
var vagueReasons = map[maillog.Reason]bool{
	maillog.NotVerified: true, maillog.HandshakeFailed: true, maillog.AlertUnnamed: true, maillog.BadCertificateAtLarge: true, maillog.ClearFallback: true,
}

// logLevels make a mailer say why.
var logLevels = map[string]string{
	"sendmail":  "sendmail says why at LogLevel 14: define(`confLOG_LEVEL', `14')dnl, and then look for verifymsg= and reason=.",
	"postfix":   "Postfix says why at smtp_tls_loglevel = 1; look for “certificate verification failed for” and “TLS library problem” of the same process.",
	"exim":      "Exim says why in a line before, “SSL verify error” or “certificate invalid”; log_selector = +tls_certificate_verified +tls_peerdn adds the rest.",
	"opensmtpd": "OpenSMTPD does not say why; the command below does.",
}

// openssl shows what a peer sends.
func openssl(g *logGroup) string {
	host := "HOST"
	if len(g.Hosts) > 0 {
		host = g.Hosts[0]
	}
	return shell.Line([]string{
		"openssl", "s_client", "-starttls", "smtp", "-connect", host + ":25", "-servername", host, "-verify_hostname", host, "-showcerts",
	})
}
