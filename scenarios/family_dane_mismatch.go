package scenarios

import "github.com/fakemx/fakemx/certgen"

// daneMismatch: what does not fit, or is not there.
var daneMismatch = []Scenario{
	{
		Name:    "tlsa-mismatch",
		Number:  190,
		Base:    "dane",
		Aliases: []string{"tlsa-stale-after-renewal"},
		Summary: "publishes a TLSA record of its previous key, which it does not use any more",
		Story: "The certificate was renewed with a new key, and nobody changed the record: the commonest fault of DANE, and with automatic renewal one that comes back every few months. " +
			"Senders that do DANE keep the mail in their queues, and all others notice nothing.",
		Fix: "Publish the record of the key in use now: openssl x509 -in cert.pem -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256. " +
			"From then on keep the key when you renew (certbot --reuse-key), or publish the next key's record two TTLs before you install it.",
		References: []string{"RFC 7672 section 2.2", "RFC 7671 section 8.1"},
		Facts:      daneMismatched,
		Grounds:    Grounds{DANE: groundAuthenticate},
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA[0].Of = previous
		},
	},
	{
		Name:       "tlsa-wrong-selector",
		Number:     191,
		Base:       "dane",
		Summary:    "publishes the digest of its certificate where the record says that it is that of its key",
		Story:      "The digest was made with openssl x509 -fingerprint -sha256, which is that of a 3 0 1, and written into a 3 1 1.",
		Fix:        "Make the digest of the key: openssl x509 -in cert.pem -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256.",
		References: []string{"RFC 6698 section 2.1.2", "RFC 7672 section 2.2"},
		Facts:      daneMismatched,
		Grounds:    Grounds{DANE: groundAuthenticate},
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Data = TLSAOtherSelector },
	},
	{
		Name:       "tlsa-intermediate-as-leaf",
		Number:     192,
		Base:       "dane",
		Summary:    "publishes the digest of its intermediate's key with usage 3, which is for its own key",
		Story:      "Somebody copied the record of the CA from a guide, and left the usage as it was.",
		Fix:        "Publish it with usage 2, or publish the digest of your own key with usage 3.",
		References: []string{"RFC 7671 section 5.1", "RFC 7672 section 2.2"},
		Facts:      daneMismatched,
		Grounds:    Grounds{DANE: groundAuthenticate},
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Of = intermediate },
	},
	{
		Name:    "tlsa-ta-name-mismatch",
		Number:  193,
		Base:    "tlsa-ta",
		Summary: "has a certificate for another name under the trust anchor of its TLSA record 2 1 1",
		Story: "With usage 2 the name counts: otherwise any customer of the same CA could play this host. " +
			"Exim 4.96 with GnuTLS delivers here if its CA store trusts the chain.",
		Fix:        "Get a certificate for the name in the MX record, or publish 3 1 1, for which the name does not count.",
		References: []string{"RFC 7672 section 3.1.2", "RFC 7671 section 5.2.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, DANE: DANEMismatch},
		Grounds:    Grounds{DANE: groundTA, Completes: AllStacks, Authentic: "RFC 9525 section 6.1"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].DNSNames = []string{"other.fakemx.test"}
			p.PKI.Certificates[leaf].IPAddresses = nil
		},
	},
	{
		Name:       "tlsa-ta-expired",
		Number:     194,
		Base:       "tlsa-ta",
		Summary:    "has a certificate that expired under the trust anchor of its TLSA record 2 1 1",
		Story:      "With usage 2 the dates count, as they do with a trust anchor from a store.",
		Fix:        "Renew the certificate, or publish 3 1 1, for which the dates do not count.",
		References: []string{"RFC 7671 section 5.2", "RFC 5280 section 6.1.3"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, DANE: DANEMismatch},
		Grounds:    Grounds{DANE: groundTA, Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].NotBefore, p.PKI.Certificates[leaf].NotAfter = certgen.Days(-90), certgen.Days(-1)
		},
	},
	{
		Name:       "tlsa-ta-not-sent",
		Number:     195,
		Base:       "tlsa-ta",
		Summary:    "leaves out of its chain the intermediate that its TLSA record 2 1 1 names",
		Story:      "A digest does not say what the certificate is. A client that is not sent the trust anchor cannot check anything against it, even if it knows the certificate from elsewhere.",
		Fix:        "Send the whole chain: install fullchain.pem, not cert.pem.",
		References: []string{"RFC 7672 section 3.1.2", "RFC 7671 section 5.2.2"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No, DANE: DANEMismatch},
		Grounds:    Grounds{DANE: groundTA, Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit:       func(p *Peer) { p.PKI.Send = []string{leaf} },
	},
	{
		Name:       "tlsa-no-starttls",
		Number:     196,
		Base:       "dane",
		Summary:    "publishes a TLSA record, and does not offer STARTTLS",
		Story:      "A record promises TLS. If the offer is missing, somebody on the way may have removed it, which is what DANE protects against. A client must not deliver in clear.",
		Fix:        "Offer STARTTLS on every host that has a TLSA record, or remove the record.",
		References: []string{"RFC 7672 section 2.2", "RFC 7672 section 1.3.1"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No, DANE: DANEMatches},
		Grounds:    Grounds{DANE: groundAuthenticate, Offers: "RFC 3207 section 4"},
		Edit:       func(p *Peer) { p.SMTP.StartTLS.Offer = Nowhere },
	},
	{
		Name:       "tlsa-reset-after-starttls",
		Number:     197,
		Base:       "dane",
		Summary:    "publishes a TLSA record, and resets the connection after the 220 to STARTTLS",
		Story:      "A client that falls back to clear text when the handshake fails is open to anybody who can make it fail. With a usable TLSA record it must not.",
		Fix:        "Find out what ends the handshake: a firewall, a load balancer, a key that cannot be read.",
		References: []string{"RFC 7672 section 2.2"},
		Facts:      Facts{Offers: Yes, Completes: No, Authentic: No, DANE: DANEMatches},
		Grounds:    Grounds{DANE: groundAuthenticate, Completes: AllStacks},
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoReset}} },
	},
	{
		Name:       "tlsa-absent",
		Number:     198,
		Base:       "dane",
		Summary:    "has a signed zone, but publishes no TLSA record",
		Story:      "Most signed domains are like this. That there is no record is proved, so that a client may go on as it would without DANE.",
		Fix:        "Nothing is wrong. Publish a TLSA record if you want senders to insist on TLS.",
		References: []string{"RFC 7672 section 2.2"},
		Facts:      daneNone,
		Edit:       func(p *Peer) { p.DNS.TLSA = nil },
	},
	{
		Name:       "tlsa-wrong-port",
		Number:     199,
		Base:       "dane",
		Summary:    "publishes its TLSA record for port 465, not for port 25",
		Story:      "The record was made for submission, or somebody took smtps for the port of mail between servers. For port 25 there is no record.",
		Fix:        "Publish the record at _25._tcp before the name of the MX host.",
		References: []string{"RFC 7672 section 2.2.3", "RFC 6698 section 3"},
		Facts:      daneNone,
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Port = 465 },
	},
	{
		Name:       "tlsa-at-the-domain",
		Number:     200,
		Base:       "dane",
		Summary:    "publishes its TLSA record before the name of the domain, not of its MX host",
		Story:      "With an MX record, the record belongs to the host to which that leads. At the domain it does nothing.",
		Fix:        "Publish the record at _25._tcp before the name of the MX host.",
		References: []string{"RFC 7672 section 2.2.2"},
		Facts:      daneNone,
		Edit:       func(p *Peer) { p.DNS.TLSA[0].Name = "{domain}" },
	},
	{
		Name:       "tlsa-cname-mismatch",
		Number:     201,
		Base:       "tlsa-cname",
		Summary:    "has a CNAME record at the name of its TLSA record, which leads to a record that does not match",
		Story:      "The hosts that share a record do not share a key any more.",
		Fix:        "Give every host with a key of its own a record of its own.",
		References: []string{"RFC 7672 section 2.1.3", "RFC 7672 section 2.2"},
		Facts:      daneMismatched,
		Grounds:    Grounds{DANE: groundAuthenticate},
		Edit: func(p *Peer) {
			keepPrevious(p)
			p.DNS.TLSA[0].Of = previous
		},
	},
}
