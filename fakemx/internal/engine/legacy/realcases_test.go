package legacy

import (
	"fmt"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

// Arguments of openssl s_client and gnutls-cli.
var (
	everything = []string{"-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"}
	levelOne   = []string{"-cipher", "ALL:@SECLEVEL=1"}
	anonymous  = []string{"--priority", "NORMAL:+ANON-DH:+ANON-ECDH"}
	null       = []string{"--priority", "NORMAL:+NULL:+SHA256"}
	legacy     = []string{"--priority", "LEGACY"}
)

// opensslEverything is everything and some more arguments.
func opensslEverything(args ...string) []string {
	return append(append([]string{}, everything...), args...)
}

func priority(p string) []string { return []string{"--priority", p} }

// realCases is what OpenSSL 3.0 and GnuTLS 3.7 of Debian 12 make of each
// server.
func realCases() []realCase {
	cases := []realCase{
		{
			name: "no-secure-renegotiation", suites: ordinary,
			config: func(c *Config) { c.NoSecureRenegotiation = true },
			openssl: []verdict{
				refuses("unsafe legacy renegotiation disabled", 40),
				takes("-legacy_server_connect"),
			},
			gnutls: []verdict{
				takes(),
				refuses("Safe renegotiation failed", 40, priority("NORMAL:%SAFE_RENEGOTIATION")...),
			},
		},
		{
			name: "sha1-signature", suites: ordinary,
			config: signedBy(PKCS1WithSHA1),
			openssl: []verdict{
				refuses("wrong signature type", 40),
				refuses("wrong signature type", 40, levelOne...),
				takes(everything...),
			},
			gnutls: []verdict{takes()},
		},
		{
			name: "ecdsa-sha1-signature", suites: []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
			config: func(c *Config) { c.SignatureScheme, c.Certificate = ECDSAWithSHA1, enginetest.ECDSA() },
			openssl: []verdict{
				refuses("wrong signature type", 40),
				takes(everything...),
			},
			gnutls: []verdict{takes()},
		},
		{
			name: "md5-signature", suites: ordinary,
			config: signedBy(PKCS1WithMD5),
			// Neither takes MD5 in TLS 1.2, whatever it is told.
			openssl: []verdict{
				refuses("wrong signature type", 47),
				refuses("wrong signature type", 47, everything...),
			},
			gnutls: []verdict{
				refuses("signature algorithm is not supported", 40),
				refuses("signature algorithm is not supported", 40, priority("NORMAL:+SIGN-RSA-MD5:%VERIFY_ALLOW_SIGN_RSA_MD5")...),
			},
		},
		{
			name: "client-certificate", suites: ordinary,
			config:  func(c *Config) { c.RequestClientCertificate = true },
			openssl: []verdict{takes(), takes(opensslEverything("-tls1")...)},
			gnutls:  []verdict{takes()},
		},
	}
	cases = append(cases, smallPrimes()...)
	cases = append(cases, anonymousSuites()...)
	cases = append(cases, nullSuites()...)
	cases = append(cases, oldVersions()...)
	return append(cases, otherSuites()...)
}

var (
	ordinary = []string{
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA",
	}
	diffieHellman = []string{
		"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA",
	}
)

func smallPrimes() []realCase {
	tooSmall := func(args ...string) verdict { return refuses("dh key too small", 40, args...) }
	insufficient := func(args ...string) verdict {
		return refuses("prime sent by the server is not acceptable", 71, args...)
	}
	verdicts := map[int]struct{ openssl, gnutls []verdict }{
		512: {
			[]verdict{tooSmall(), tooSmall(levelOne...), tooSmall(everything...)},
			[]verdict{insufficient(), insufficient(legacy...)},
		},
		768: {
			[]verdict{tooSmall(), tooSmall(levelOne...), tooSmall(everything...)},
			[]verdict{insufficient(), takes(legacy...)},
		},
		1024: {
			[]verdict{tooSmall(), takes(levelOne...), takes(opensslEverything("-tls1")...), takes(opensslEverything("-tls1_1")...)},
			[]verdict{takes(), takes(priority("NORMAL:-VERS-ALL:+VERS-TLS1.0")...)},
		},
		2048: {[]verdict{takes()}, []verdict{takes()}},
	}
	var cases []realCase
	for bits, v := range verdicts {
		cases = append(cases, realCase{
			name: fmt.Sprint("dhe-", bits), suites: diffieHellman,
			config:  primeOf(bits),
			openssl: v.openssl, gnutls: v.gnutls,
		})
	}
	return cases
}

// noSuite is what a client says that offers none of the server's suites.
func noSuite(says string, args ...string) verdict { return refuses(says, 0, args...) }

const (
	opensslAlerted = "SSL alert number 40"
	gnutlsAlerted  = `Received alert \[40\]`
)

func anonymousSuites() []realCase {
	var cases []realCase
	for _, suite := range []string{
		"TLS_DH_anon_WITH_AES_128_GCM_SHA256", "TLS_DH_anon_WITH_AES_128_CBC_SHA", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
	} {
		cases = append(cases, realCase{
			name: suite, suites: []string{suite},
			openssl: []verdict{
				noSuite(opensslAlerted), noSuite(opensslAlerted, "-cipher", "aNULL"),
				takes("-cipher", "aNULL:@SECLEVEL=0"),
			},
			gnutls: []verdict{noSuite(gnutlsAlerted), takes(anonymous...)},
		})
	}
	return cases
}

func nullSuites() []realCase {
	var cases []realCase
	for _, suite := range []string{
		"TLS_RSA_WITH_NULL_SHA", "TLS_RSA_WITH_NULL_SHA256", "TLS_ECDHE_RSA_WITH_NULL_SHA",
	} {
		cases = append(cases, realCase{
			name: suite, suites: []string{suite},
			openssl: []verdict{noSuite(opensslAlerted), takes(everything...)},
			gnutls:  []verdict{noSuite(gnutlsAlerted), takes(null...)},
		})
	}
	return cases
}

func oldVersions() []realCase {
	const disallowed = "legacy sigalg disallowed or unsupported"
	return []realCase{
		{
			name: "tls-1.0", suites: ordinary[1:],
			config:  upTo(VersionTLS10),
			openssl: []verdict{refuses(disallowed, 80), takes(everything...), refuses("unsupported protocol", 70, "-tls1_2")},
			gnutls: []verdict{
				takes(),
				refuses("illegal or unsupported version", 70, priority("NORMAL:-VERS-ALL:+VERS-TLS1.2")...),
			},
		},
		{
			name: "tls-1.1", suites: ordinary[1:],
			config:  upTo(VersionTLS11),
			openssl: []verdict{refuses(disallowed, 80), takes(everything...)},
			gnutls:  []verdict{takes()},
		},
		{
			name: "tls-1.2", suites: ordinary,
			config:  func(c *Config) { c.MinVersion = VersionTLS12 },
			openssl: []verdict{takes(), refuses("SSL alert number 70", 0, opensslEverything("-tls1_1")...)},
			gnutls:  []verdict{takes(), takes(priority("NORMAL:%NO_EXTENSIONS:-VERS-ALL:+VERS-TLS1.2")...)},
		},
	}
}

// otherSuites are those that no other case agrees on.
func otherSuites() []realCase {
	var cases []realCase
	for _, suite := range []string{
		"TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
		"TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
	} {
		c := realCase{name: suite, suites: []string{suite}, gnutls: []verdict{takes(priority("NORMAL:+3DES-CBC")...)}}
		// Debian builds OpenSSL without 3DES in TLS.
		if suite != "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA" {
			c.openssl = []verdict{takes(everything...)}
		}
		cases = append(cases, c)
	}
	return cases
}
