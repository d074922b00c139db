package prf

import (
	"bytes"
	"crypto"
	_ "crypto/sha256"
	"encoding/hex"
	"testing"
)

// TestTLS12 is the vector for SHA-256 that the IETF's TLS list agreed on in
// 2009 (mailarchive.ietf.org, "Test vectors for TLS 1.2 PRF").
func TestTLS12(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	secret := unhex("9bbe436ba940f017b17652849a71db35")
	seed := unhex("a0ba9f936cda311827a6f796ffd5198c")
	want := unhex("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af" +
		"0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66")
	if got := TLS12(crypto.SHA256, secret, "test label", seed, len(want)); !bytes.Equal(got, want) {
		t.Errorf("got %x, want %x", got, want)
	}
}
