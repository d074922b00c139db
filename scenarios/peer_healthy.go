package scenarios

import "github.com/fakemx/fakemx/certgen"

// Names of the healthy peer's certificates, by which edits find them.
const (
	root         = "root"
	intermediate = "intermediate"
	leaf         = "leaf"
	clientCA     = "client-ca"
	client       = "client"
)

// testOnly stands in the name of every certification authority, so that one
// that strays into a real trust store is known for what it is.
const testOnly = "fakemx TEST ONLY"

// Healthy returns a new copy of the peer with nothing wrong, to which every
// scenario makes its one edit. It contains no secrets and no times; certgen and
// the server supply both.
func Healthy() Peer {
	return Peer{
		Hostname: "mx.{scenario}.fakemx.test",
		PKI:      healthyPKI(),
		TLS: TLS{
			MinVersion:        "1.2",
			MaxVersion:        "1.3",
			CloseNotify:       true,
			ClientCertificate: ClientCertificate{Mode: ClientCertificateIgnore},
		},
		SMTP: SMTP{
			Greeting: "{hostname} ESMTP fakemx",
			ESMTP:    true,
			StartTLS: StartTLS{Offer: InClear},
			Extensions: []string{
				"PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING",
				"BINARYMIME", "SMTPUTF8", "DSN", "REQUIRETLS",
			},
			Auth: Auth{
				Mechanisms: []string{
					"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256",
					"OAUTHBEARER", "EXTERNAL", "ANONYMOUS",
				},
				Offer: InTLS,
			},
		},
		Trace: Trace{Form: TraceSendmail, With: WithRFC3848},
		DNS:   healthyDNS(),
	}
}

func healthyPKI() certgen.Recipe {
	return certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{
			root:         sharedRoot(),
			intermediate: {Issuer: root, Subject: caSubject("intermediate"), CA: true},
			leaf: {
				Issuer:      intermediate,
				Subject:     certgen.Subject{CommonName: "{hostname}"},
				DNSNames:    []string{"localhost", "{hostname}", "{names}"},
				IPAddresses: []string{"127.0.0.1", "::1", "{addresses}"},
			},
			clientCA: authority("client CA"),
			client: {
				Issuer:            clientCA,
				Subject:           certgen.Subject{CommonName: "client.fakemx.test"},
				DNSNames:          []string{"client.fakemx.test"},
				ExtendedKeyUsages: []string{"clientAuth"},
			},
		},
		Send:   []string{leaf, intermediate},
		Trust:  []string{root},
		Client: client,
	}
}

// sharedRoot is the same for every scenario, so that a client can be told once
// whom to trust. A scenario that is about its root has one of its own. It has no
// name constraints: where they are critical, BoringSSL, Mbed TLS, wolfSSL and
// Botan refuse the healthy peer.
func sharedRoot() *certgen.Certificate {
	return &certgen.Certificate{
		Subject: certgen.Subject{Organization: testOnly, CommonName: testOnly + " root"},
		CA:      true,
	}
}

// authority is a self-signed CA of the scenario's own.
func authority(name string) *certgen.Certificate {
	return &certgen.Certificate{Subject: caSubject(name), CA: true}
}

// caSubject is the distinguished name of an authority of the scenario's own, so
// that no client takes it for that of another. The scenario is no part of the
// common name, which some clients quote alone: what they say is the same of all
// scenarios then.
func caSubject(name string) certgen.Subject {
	return certgen.Subject{Organization: testOnly, OrganizationalUnit: "{scenario}", CommonName: testOnly + " " + name}
}
