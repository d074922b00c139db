package trace

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func TestOpenSSLCipher(t *testing.T) {
	for iana, want := range map[string]string{
		"TLS_AES_256_GCM_SHA384":                        "TLS_AES_256_GCM_SHA384",
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256":         "ECDHE-RSA-AES128-GCM-SHA256",
		"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-ECDSA-CHACHA20-POLY1305",
		"TLS_DHE_RSA_WITH_AES_256_CBC_SHA":              "DHE-RSA-AES256-SHA",
		"TLS_RSA_WITH_AES_128_CBC_SHA256":               "AES128-SHA256",
		"TLS_RSA_WITH_3DES_EDE_CBC_SHA":                 "DES-CBC3-SHA",
		"TLS_RSA_WITH_RC4_128_SHA":                      "RC4-SHA",
		"TLS_RSA_WITH_NULL_SHA":                         "NULL-SHA",
		"TLS_DH_anon_WITH_AES_128_CBC_SHA":              "ADH-AES128-SHA",
		"TLS_ECDH_anon_WITH_AES_128_CBC_SHA":            "AECDH-AES128-SHA",
		"0x1301":                                        "0x1301",
		"":                                              "",
	} {
		if got := openSSLCipher(iana); got != want {
			t.Errorf("openSSLCipher(%s) = %s, want %s", iana, got, want)
		}
	}
}

// unspoken are families of suites that no peer speaks and whose OpenSSL names
// have other patterns.
var unspoken = regexp.MustCompile("ARIA|PSK|SRP")

// TestOpenSSLCipherAgainstOpenSSL asks OpenSSL for every name it knows.
func TestOpenSSLCipherAgainstOpenSSL(t *testing.T) {
	out, err := exec.Command("openssl", "ciphers", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").Output()
	if err != nil {
		t.Skipf("no openssl to compare with: %v", err)
	}
	compared := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line) // IANA name, "-", OpenSSL name, …
		if len(fields) < 3 || unspoken.MatchString(fields[0]) {
			continue
		}
		compared++
		if got := openSSLCipher(fields[0]); got != fields[2] {
			t.Errorf("openSSLCipher(%s) = %s, openssl says %s", fields[0], got, fields[2])
		}
	}
	if compared < 30 {
		t.Errorf("only %d names compared in\n%s", compared, out)
	}
}
