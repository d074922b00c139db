package logs

import (
	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/internal/shell"
)

// advice is what to do about a reason that is this host's own.
func advice(reason maillog.Reason, dialect string) []string {
	if reason == maillog.OwnTrustStoreEmpty {
		return []string{rootsFor(dialect) + " The failures that remain are then the servers'."}
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
		return "sendmail needs both define(`confCACERT_PATH', `/etc/ssl/certs')dnl, a directory prepared with openssl rehash, and confCACERT, a file; " +
			"sendmail 8.17 reads neither without the other. Make sure that the lines do not begin with dnl, and rebuild sendmail.cf."
	case "postfix":
		return "Postfix needs postconf -e smtp_tls_CApath=/etc/ssl/certs (or smtp_tls_CAfile), and postfix reload."
	case "exim":
		return "Exim needs tls_verify_certificates in its smtp transport; the default is the system's store."
	}
	return "The system's roots come with the package ca-certificates; check which file or directory the mailer is configured to read."
}

// ownMends are by reason and by dialect; those of no dialect are for all
// others.
var ownMends = map[maillog.Reason]map[string]string{
	maillog.OwnCertificateRefused: {
		"sendmail": "Clients lack an issuer: ServerCertFile holds one certificate only, so put the intermediate into CACertFile and trusted roots into " +
			"CACertPath. Restart the daemon after a renewal. See what it sends: openssl s_client -starttls smtp -showcerts -connect THIS-HOST:25",
		"postfix": "Clients lack an issuer: smtpd_tls_chain_files (or smtpd_tls_cert_file) needs the certificate followed by the intermediate " +
			"(fullchain.pem). See what it sends: openssl s_client -starttls smtp -showcerts -connect THIS-HOST:25",
		"exim": "Clients lack an issuer: tls_certificate needs the certificate followed by the intermediate (fullchain.pem). " +
			"See what it sends: openssl s_client -starttls smtp -showcerts -connect THIS-HOST:25",
		"opensmtpd": "Clients lack an issuer: pki NAME cert needs the certificate followed by the intermediate (fullchain.pem). Restart smtpd after a renewal.",
		"": "Clients lack an issuer, or the certificate has expired or is for another name: the server must send the certificate followed by the intermediate " +
			"(fullchain.pem), and must reload them after a renewal. See what it sends: openssl s_client -starttls smtp -showcerts -connect THIS-HOST:25",
	},
	maillog.OwnCertificateUnreadable: {
		"": "Check that the file exists, that only the daemon can read it (0600), and that key and certificate match: " +
			"openssl pkey -pubout and openssl x509 -pubkey -noout must print the same.",
	},
	maillog.OwnConfiguration: {
		"": "The cause is in the settings of the mailer or of its TLS library, not on the other side.",
	},
}

// tellApart is what tells the causes of a failure apart, if it has several.
func tellApart(g *group) []string {
	var tips []string
	if vagueReasons[g.Reason] && g.Side != maillog.Server {
		if w := writerOf(maillog.Event{Dialect: g.Dialect, Text: g.Line}); w != nil {
			tips = append(tips, w.whyWords())
		}
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

// openssl shows what a peer sends.
func openssl(g *group) string {
	host := "HOST"
	if len(g.Hosts) > 0 {
		host = g.Hosts[0]
	}
	return shell.Line([]string{
		"openssl", "s_client", "-starttls", "smtp", "-connect", host + ":25", "-servername", host, "-verify_hostname", host, "-showcerts",
	})
}
