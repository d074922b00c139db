package engine

import (
	"crypto/tls"
	"fmt"
	"strings"
)

// versionName is "TLSv1.3" for 0x0304, and "0x1a1a" for what is no version.
func versionName(v uint16) string {
	if v >= tls.VersionTLS10 && v <= tls.VersionTLS13 {
		return fmt.Sprintf("TLSv1.%d", v-tls.VersionTLS10)
	}
	if v == 0x0300 {
		return "SSLv3"
	}
	return fmt.Sprintf("0x%04x", v)
}

// ParseVersion reads "1.0" to "1.3".
func ParseVersion(s string) (uint16, error) {
	minor, ok := strings.CutPrefix(s, "1.")
	if !ok || len(minor) != 1 || minor < "0" || minor > "3" {
		return 0, fmt.Errorf("unknown TLS version %q, expected 1.0, 1.1, 1.2 or 1.3", s)
	}
	return tls.VersionTLS10 + uint16(minor[0]-'0'), nil
}

// groups are the named groups that crypto/tls can do (IANA "TLS Supported
// Groups").
var groups = map[string]tls.CurveID{
	"secp256r1": tls.CurveP256, "secp384r1": tls.CurveP384, "secp521r1": tls.CurveP521,
	"x25519": tls.X25519, "X25519MLKEM768": tls.X25519MLKEM768,
}

func groupName(id tls.CurveID) string {
	for name, g := range groups {
		if g == id {
			return name
		}
	}
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("0x%04x", uint16(id))
}

func suiteID(name string) (uint16, error) {
	for _, list := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, s := range list {
			if s.Name == name {
				return s.ID, nil
			}
		}
	}
	return 0, fmt.Errorf("unknown cipher suite %q", name)
}

// suiteBits is the strength of a suite's cipher by its IANA name.
func suiteBits(name string) int {
	switch {
	case strings.Contains(name, "AES_256"), strings.Contains(name, "CHACHA20"):
		return 256
	case strings.Contains(name, "AES_128"), strings.Contains(name, "RC4_128"):
		return 128
	case strings.Contains(name, "3DES_EDE"):
		return 112
	}
	return 0
}

func names[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = name(v)
	}
	return out
}
