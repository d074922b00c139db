package certgen

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
)

// everything uses every kind of key, every hash and the odd encodings.
func everything() Recipe {
	recipe := threeTier()
	for _, kind := range []KeyKind{ECDSAP384, ECDSAP521, Ed25519, RSA512, RSA1024, RSA2048, RSA8192, RSA16384} {
		recipe.Certificates["of-"+string(kind)] = &Certificate{Key: kind, Subject: Subject{CommonName: "{hostname}"}}
	}
	recipe.Certificates["md5"] = &Certificate{Issuer: "of-rsa-2048", Hash: MD5, NegativeSerial: true}
	recipe.Certificates["pss"] = &Certificate{Issuer: "of-rsa-2048", Hash: SHA512, PSS: true}
	recipe.Certificates["pss-8192"] = &Certificate{Issuer: "of-rsa-8192", PSS: true}
	recipe.Certificates["sha1"] = &Certificate{Issuer: "root", Hash: SHA1, Version: 1}
	recipe.Certificates["corrupt"] = &Certificate{Issuer: "of-ecdsa-p384", Hash: SHA384, CorruptSignature: true}
	return recipe
}

// digests are the SHA-256 of what everything becomes with options. They change
// only with the form of the certificates or the derivation of keys, and then a
// PKI kept by users does not match one made anew: raise storeFormat.
var digests = map[string]string{
	"corrupt":       "4205fa06dfdc24c3b434391480b3eaedbb883ad65a704b12a2134cd587f9ef62",
	"intermediate":  "5e70ba9665afccfb024a2e726310f2ddf4886a70facdd5a050cea513d745601b",
	"leaf":          "d52d5ff0aed206d4c18ab42b959900ed950a6280654d6aa5f0e99b03127cfd5a",
	"md5":           "8ec2aa4d9affc1b8421a8950eb3f54d37ba054aebf705ded63b49313d4a45991",
	"of-ecdsa-p384": "1e1765823ce44eb0c6f9ec512a0172dbf361e49fe1c2f52d786143f1013e1b33",
	"of-ecdsa-p521": "d829fa627206e47a2d4251c0bcd1ece7f9840f0a8f30c1d07ba0bc93d941c22e",
	"of-rsa-8192":   "abc98b9e3e6084b71e69e2df6549c65d4810126d25a3522a51ead42a06dc574b",
	"pss":           "c37067dd7870fee3ea0a871adc67ffeda3955d44e70422dec56c27fc6cfad20a",
	"pss-8192":      "c3dff09ba7e379884642ac24700dac27ea9f186d8985e21c400e0563ba6cca0e",
	"of-ed25519":    "4ffa5c4cf59db25ff2012ccf1cbc0bfb436f14b91e0cd22a13681cc1a5d26dec",
	"of-rsa-1024":   "973acbb9745c8a1f3eb8719b33c9e00e4a134d059ed311ce607ed1ecaf7c1561",
	"of-rsa-16384":  "5b6ffe3411e5728a3d3e1f85112c903b7729d3f6bb92a66df96bb53d7340fdce",
	"of-rsa-2048":   "8001647613c2e41c94adf73515f6f50b3d15b0c85a09873840595c325b52953f",
	"of-rsa-512":    "849196feaaaddb21e3d352da483d089f68ac2fc17294a5536f59346130242d2a",
	"root":          "b13fc660c7aec583b9f623226d0b6a7dad91d92884308e75d26dc9e4f686e011",
	"sha1":          "a294ecb1a08a0f9e0b92b7c5f69fc4760f2b76602765183cccb859c563fd37c8",
}

func TestSeedAndClockDecideEveryOctet(t *testing.T) {
	pki, err := Build(everything(), options())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pki.Names() {
		issued := pki.Certificate(name)
		sum := sha256.Sum256(append(bytes.Clone(issued.DER), issued.KeyPEM()...))
		if got := hex.EncodeToString(sum[:]); got != digests[name] {
			t.Errorf("%q: %q,", name, got)
		}
	}
	if len(digests) != len(pki.Names()) {
		t.Errorf("%d digests for %d certificates", len(digests), len(pki.Names()))
	}
}

func TestSeededKeysDependOnSeedNameAndKind(t *testing.T) {
	seen := make(map[string]string)
	for _, seed := range []string{"a", "ab"} {
		for _, name := range []string{"leaf", "root", "bleaf"} {
			for _, kind := range []KeyKind{ECDSAP256, ECDSAP384, ECDSAP521, Ed25519, RSA512} {
				key, err := SeededKeys(seed).Key(name, kind)
				if err != nil {
					t.Fatal(err)
				}
				der, err := marshalKey(key)
				if err != nil {
					t.Fatal(err)
				}
				what := strings.Join([]string{seed, name, string(kind)}, "/")
				if other, twice := seen[string(der)]; twice {
					t.Errorf("%s and %s have the same key", what, other)
				}
				seen[string(der)] = what
			}
		}
	}
}

func TestSerialsArePositiveAndShort(t *testing.T) {
	for name, source := range map[string]KeySource{"seeded": SeededKeys("x"), "random": RandomKeys()} {
		seen := make(map[string]bool)
		for _, certificate := range []string{"root", "leaf", "other"} {
			serial := source.Serial(certificate)
			if serial.Sign() <= 0 || serial.BitLen() > 159 {
				t.Errorf("%s: serial %x", name, serial)
			}
			seen[serial.String()] = true
		}
		if len(seen) != 3 {
			t.Errorf("%s: serials repeat", name)
		}
	}
	if SeededKeys("x").Serial("leaf").Cmp(SeededKeys("x").Serial("leaf")) != 0 {
		t.Error("a seeded serial differs the second time")
	}
}

func TestRandomKeysMakesEveryKindAnew(t *testing.T) {
	for kind := range keyKinds {
		if kind == RSA3072 || kind == RSA4096 {
			continue // made as RSA2048 is, only slower
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			var keys [2][]byte
			for i := range keys {
				key, err := RandomKeys().Key("leaf", kind)
				if err != nil {
					t.Fatal(err)
				}
				if keys[i], err = marshalKey(key); err != nil {
					t.Fatal(err)
				}
			}
			if bytes.Equal(keys[0], keys[1]) {
				t.Error("the same key came twice")
			}
		})
	}
}

func TestKeySourcesRefuseUnknownKinds(t *testing.T) {
	for _, source := range []KeySource{SeededKeys("x"), RandomKeys()} {
		if _, err := source.Key("leaf", "dsa-1024"); err == nil || !strings.Contains(err.Error(), `"dsa-1024" is not a kind of key`) {
			t.Errorf("got %v", err)
		}
	}
}

// brokenKeys fails as a key source outside this package may.
type brokenKeys struct{ key crypto.Signer }

func (b brokenKeys) Key(string, KeyKind) (crypto.Signer, error) { return b.key, nil }
func (brokenKeys) Serial(string) *big.Int                       { return big.NewInt(-1) }

func TestBuildReportsABrokenKeySource(t *testing.T) {
	good, err := SeededKeys("x").Key("leaf", ECDSAP256)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.Signer{
		"a key that cannot be encoded": struct{ crypto.Signer }{&opaque{}},
		"a negative serial":            good,
	} {
		o := options()
		o.Keys = brokenKeys{key}
		if _, err := Build(threeTier(), o); err == nil || !strings.HasPrefix(err.Error(), "certificates.") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// opaque is a signer whose public key has no encoding.
type opaque struct{ crypto.Signer }

func (opaque) Public() crypto.PublicKey { return "opaque" }
