package certgen

import (
	"crypto"
	"encoding/asn1"
	"errors"
	"fmt"

	_ "crypto/md5"    //nolint:gosec // registers MD5, which a recipe may ask for
	_ "crypto/sha1"   //nolint:gosec // registers SHA-1, which a recipe may ask for
	_ "crypto/sha256" // registers SHA-256
	_ "crypto/sha512" // registers SHA-384
)

// An algorithm is a signature algorithm (RFC 5280 section 4.1.1.2).
type algorithm struct {
	oid asn1.ObjectIdentifier
	// null says that the parameters are NULL rather than absent.
	null bool
	// hash is zero where the message itself is signed.
	hash crypto.Hash
}

// family is what a key's kind and a hash have to agree on.
type family string

const (
	familyECDSA   family = "ecdsa"
	familyEd25519 family = "ed25519"
	familyRSA     family = "rsa"
)

// keyKinds are the kinds of key that can be made.
var keyKinds = map[KeyKind]struct {
	family family
	bits   int
}{
	ECDSAP256: {familyECDSA, 256},
	ECDSAP384: {familyECDSA, 384},
	Ed25519:   {familyEd25519, 256},
	RSA512:    {familyRSA, 512},
	RSA1024:   {familyRSA, 1024},
	RSA2048:   {familyRSA, 2048},
	RSA3072:   {familyRSA, 3072},
	RSA4096:   {familyRSA, 4096},
	RSA16384:  {familyRSA, 16384},
}

// hashes are the hashes that a signature can have.
var hashes = map[Hash]crypto.Hash{
	MD5:    crypto.MD5,
	SHA1:   crypto.SHA1,
	SHA256: crypto.SHA256,
	SHA384: crypto.SHA384,
}

// ecdsaOIDs are from RFC 5758 section 3.2 and RFC 3279 section 2.2.3.
var ecdsaOIDs = map[Hash]asn1.ObjectIdentifier{
	SHA1:   {1, 2, 840, 10045, 4, 1},
	SHA256: {1, 2, 840, 10045, 4, 3, 2},
	SHA384: {1, 2, 840, 10045, 4, 3, 3},
}

// rsaOIDs are from RFC 8017 appendix A.2.4.
var rsaOIDs = map[Hash]asn1.ObjectIdentifier{
	MD5:    {1, 2, 840, 113549, 1, 1, 4},
	SHA1:   {1, 2, 840, 113549, 1, 1, 5},
	SHA256: {1, 2, 840, 113549, 1, 1, 11},
	SHA384: {1, 2, 840, 113549, 1, 1, 12},
}

// ed25519OID is from RFC 8410 section 3.
var ed25519OID = asn1.ObjectIdentifier{1, 3, 101, 112}

// signatureAlgorithm returns how a key of that kind signs with that hash. If
// the hash is empty, SHA-256, or the only way where there is one.
func signatureAlgorithm(kind KeyKind, hash Hash) (algorithm, error) {
	family := keyKinds[kind].family
	if family == familyEd25519 {
		if hash != "" {
			return algorithm{}, fmt.Errorf("%s does not apply: the signing key is %s, which has a hash of its own", hash, kind)
		}
		return algorithm{oid: ed25519OID}, nil
	}
	if hash == "" {
		hash = SHA256
	}
	oids := rsaOIDs
	if family == familyECDSA {
		oids = ecdsaOIDs
	}
	oid, ok := oids[hash]
	if !ok {
		return algorithm{}, fmt.Errorf("%s does not go with the signing key, which is %s; use one of %s", hash, kind, listed(oids))
	}
	if kind == RSA512 && hash == SHA384 {
		return algorithm{}, errors.New("sha384 does not fit into a signature by rsa-512; use sha256")
	}
	return algorithm{oid: oid, null: family == familyRSA, hash: hashes[hash]}, nil
}
