package legacy

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"
)

// A key that would take its time is not tried at all.
func TestClientKeyTooLarge(t *testing.T) {
	t.Parallel()
	for bits, alert := range map[uint]uint8{maxClientKeyBits: alertDecryptError, maxClientKeyBits + 1: alertUnsupportedCert, 512_000: alertUnsupportedCert} {
		n := new(big.Int).SetBit(big.NewInt(1), int(bits-1), 1)
		err := verifySignature(&rsa.PublicKey{N: n, E: 65537}, crypto.SHA256, []byte("messages"), bytes.Repeat([]byte{1}, int(bits/8)))
		var e *AlertError
		if !errors.As(err, &e) || e.Alert.Code != alert {
			t.Errorf("%d bits: %v, want alert %d", bits, err, alert)
		}
	}
}
