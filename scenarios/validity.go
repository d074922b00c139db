package scenarios

import "github.com/fakemx/fakemx/certgen"

// validity: when the certificate is valid, and who may have revoked it.
var validity = []Scenario{
	{
		Name:    "expired",
		Summary: "presents a certificate that expired a week ago",
		Story: "The renewal failed unseen, or it succeeded and the mail server was never told to read the new file. " +
			"Senders that do not verify go on as before, so nobody notices until one does.",
		Fix: "Renew the certificate and have the mail server reload it: a deploy hook such as systemctl reload postfix, exim4 or opensmtpd; sendmail must be restarted. " +
			"See what is really served with openssl s_client -starttls smtp -connect HOST:25 | openssl x509 -noout -dates, not what the file on the disk says.",
		References: []string{"RFC 5280 section 4.1.2.5"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No},
		Edit: func(p *Peer) {
			c := p.PKI.Certificates[leaf]
			c.NotBefore, c.NotAfter = certgen.Days(-97), certgen.Days(-7)
		},
	},
}
