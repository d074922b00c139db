package trace

import "strings"

// openSSLVersion is a version as SSL_get_version(3) says it: TLS 1.0 has no
// minor number there.
func openSSLVersion(version string) string {
	if version == "TLSv1.0" {
		return "TLSv1"
	}
	return version
}

// openSSLCipher is the name that OpenSSL has for a cipher suite. That is the
// IANA name in TLS 1.3, and one made of other parts before:
// TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA is ECDHE-RSA-AES128-SHA. Names that are no
// IANA names stay as they are.
func openSSLCipher(iana string) string {
	rest, isTLS := strings.CutPrefix(iana, "TLS_")
	kex, cipher, found := strings.Cut(rest, "_WITH_")
	if !isTLS || !found {
		return iana
	}
	return openSSLKeyExchange(kex) + openSSLBulk.Replace(cipher)
}

// openSSLKeyExchange is the part before WITH, as a prefix.
func openSSLKeyExchange(kex string) string {
	switch kex {
	case "RSA":
		return ""
	case "DH_anon":
		return "ADH-"
	case "ECDH_anon":
		return "AECDH-"
	}
	return strings.ReplaceAll(kex, "_", "-") + "-"
}

// openSSLBulk turns the part behind WITH into cipher and digest.
var openSSLBulk = strings.NewReplacer(
	"CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305",
	"3DES_EDE_CBC_", "DES-CBC3-", "RC4_128_", "RC4-",
	"AES_", "AES", "CAMELLIA_", "CAMELLIA",
	"_CBC_", "-", "CCM_8", "CCM8",
	"_", "-",
)
