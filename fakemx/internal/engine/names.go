package engine

import "strings"

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
