package certgen

import (
	"crypto"
	"encoding/asn1"
	"fmt"
	"slices"

	_ "crypto/md5"    //nolint:gosec // registers MD5, which a recipe may ask for
	_ "crypto/sha1"   //nolint:gosec // registers SHA-1, which a recipe may ask for
	_ "crypto/sha256" // registers SHA-256
	_ "crypto/sha512" // registers SHA-384 and SHA-512
)

// An algorithm is a signature algorithm (RFC 5280 section 4.1.1.2).
type algorithm struct {
	oid asn1.ObjectIdentifier
	// null says that the parameters are NULL rather than absent.
	null bool
	// hash is zero where the message itself is signed.
	hash crypto.Hash
	// pss says that the signature is RSASSA-PSS.
	pss bool
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
	ECDSAP521: {familyECDSA, 521},
	Ed25519:   {familyEd25519, 256},
	RSA512:    {familyRSA, 512},
	RSA1024:   {familyRSA, 1024},
	RSA2048:   {familyRSA, 2048},
	RSA3072:   {familyRSA, 3072},
	RSA4096:   {familyRSA, 4096},
	RSA8192:   {familyRSA, 8192},
	RSA16384:  {familyRSA, 16384},
}

// hashes are the hashes that a signature can have.
var hashes = map[Hash]crypto.Hash{
	MD5:    crypto.MD5,
	SHA1:   crypto.SHA1,
	SHA256: crypto.SHA256,
	SHA384: crypto.SHA384,
	SHA512: crypto.SHA512,
}

// ecdsaOIDs are from RFC 5758 section 3.2 and RFC 3279 section 2.2.3.
var ecdsaOIDs = map[Hash]asn1.ObjectIdentifier{
	SHA1:   {1, 2, 840, 10045, 4, 1},
	SHA256: {1, 2, 840, 10045, 4, 3, 2},
	SHA384: {1, 2, 840, 10045, 4, 3, 3},
	SHA512: {1, 2, 840, 10045, 4, 3, 4},
}

// rsaOIDs are from RFC 8017 appendix A.2.4.
var rsaOIDs = map[Hash]asn1.ObjectIdentifier{
	MD5:    {1, 2, 840, 113549, 1, 1, 4},
	SHA1:   {1, 2, 840, 113549, 1, 1, 5},
	SHA256: {1, 2, 840, 113549, 1, 1, 11},
	SHA384: {1, 2, 840, 113549, 1, 1, 12},
	SHA512: {1, 2, 840, 113549, 1, 1, 13},
}

// pssOID and mgf1OID are from RFC 8017 appendices A.2.3 and B.2.1.
var (
	pssOID  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	mgf1OID = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
)

// ed25519OID is from RFC 8410 section 3.
var ed25519OID = asn1.ObjectIdentifier{1, 3, 101, 112}

// signatureAlgorithm returns how a key of that kind signs with that hash. If
// the hash is empty, SHA-256, or the only way where there is one.
func signatureAlgorithm(kind KeyKind, hash Hash) (algorithm, error) {
	family := keyKinds[kind].family
	if family == familyEd25519 {
		if hash != "" {
			return algorithm{}, fmt.Errorf("%s does not apply: the signing key is %s, which has its own hash", hash, kind)
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
		return algorithm{}, fmt.Errorf("%s cannot be used with the signing key, which is %s; use one of %s", hash, kind, listed(oids))
	}
	if kind == RSA512 && hashes[hash].Size() > crypto.SHA256.Size() {
		return algorithm{}, fmt.Errorf("%s does not fit into a signature with rsa-512; use sha256", hash)
	}
	return algorithm{oid: oid, null: family == familyRSA, hash: hashes[hash]}, nil
}

// algorithm returns how a key of that kind signs c.
func (c *Certificate) algorithm(kind KeyKind) (algorithm, error) {
	if c.PSS {
		return pssAlgorithm(kind, c.Hash)
	}
	return signatureAlgorithm(kind, c.Hash)
}

// pssHashes are the hashes with which RSASSA-PSS is made: those of RFC 8446
// section 4.2.3.
var pssHashes = []Hash{SHA256, SHA384, SHA512}

// pssAlgorithm returns how a key of that kind signs with RSASSA-PSS and that
// hash; if it is empty, SHA-256.
func pssAlgorithm(kind KeyKind, hash Hash) (algorithm, error) {
	if keyKinds[kind].family != familyRSA {
		return algorithm{}, fmt.Errorf("needs an RSA signing key, but the signing key is %s", kind)
	}
	if hash == "" {
		hash = SHA256
	}
	if !slices.Contains(pssHashes, hash) {
		return algorithm{}, fmt.Errorf("cannot be used with %s; use sha256, sha384 or sha512", hash)
	}
	if size := hashes[hash].Size(); keyKinds[kind].bits/8 < 2*size+2 {
		return algorithm{}, fmt.Errorf("with %s does not fit into a signature with %s", hash, kind)
	}
	return algorithm{oid: pssOID, hash: hashes[hash], pss: true}, nil
}
