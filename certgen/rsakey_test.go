package certgen

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
)

// seededRSA returns a key and its public part.
func seededRSA(t *testing.T, kind KeyKind) (crypto.Signer, *rsa.PublicKey) {
	t.Helper()
	key, err := SeededKeys("rsa").Key("leaf", kind)
	if err != nil {
		t.Fatal(err)
	}
	return key, key.Public().(*rsa.PublicKey)
}

func TestRSAKeysHaveTheirSize(t *testing.T) {
	for _, kind := range []KeyKind{RSA512, RSA1024, RSA2048, RSA3072, RSA4096, RSA8192, RSA16384} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			if _, public := seededRSA(t, kind); public.N.BitLen() != keyKinds[kind].bits || public.E != 65537 {
				t.Errorf("the modulus has %d bits, the exponent is %d", public.N.BitLen(), public.E)
			}
		})
	}
}

func TestOddRSAKeysSignAsCryptoRSAVerifies(t *testing.T) {
	key, public := seededRSA(t, RSA16384)
	digest := sha256.Sum256([]byte("message"))
	signature, err := key.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature); err != nil {
		t.Error(err)
	}
	for name, length := range map[string]int{"as the hash": rsa.PSSSaltLengthEqualsHash, "auto": rsa.PSSSaltLengthAuto, "7": 7} {
		signature, err := key.Sign(nil, digest[:], &rsa.PSSOptions{SaltLength: length, Hash: crypto.SHA256})
		if err != nil {
			t.Fatal(err)
		}
		if err := rsa.VerifyPSS(public, crypto.SHA256, digest[:], signature, &rsa.PSSOptions{SaltLength: length}); err != nil {
			t.Errorf("salt length %s: %v", name, err)
		}
	}
}

func TestSmallRSAKeySignsAsTheStandardSays(t *testing.T) {
	key, public := seededRSA(t, RSA512)
	for hash, info := range map[crypto.Hash]string{
		crypto.MD5:     "\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10",
		crypto.SHA1:    "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
		crypto.SHA256:  "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
		crypto.MD5SHA1: "",
	} {
		digest := bytes.Repeat([]byte{7}, hash.Size())
		signature, err := key.Sign(nil, digest, hash)
		if err != nil {
			t.Fatal(err)
		}
		opened := new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(65537), public.N)
		tail := append([]byte(info), digest...)
		fill := bytes.Repeat([]byte{0xff}, 64-3-len(tail))
		want := bytes.Join([][]byte{{0, 1}, fill, {0}, tail}, nil)
		if got := opened.FillBytes(make([]byte, 64)); !bytes.Equal(got, want) {
			t.Errorf("%v: opens to %x, want %x", hash, got, want)
		}
	}
}

func TestOddRSAKeysRefuse(t *testing.T) {
	key, _ := seededRSA(t, RSA512)
	digest := sha256.Sum256(nil)
	broken := errors.New("broken")
	for name, sign := range map[string]func() ([]byte, error){
		"does not fit into 512 bits": func() ([]byte, error) { return key.Sign(nil, make([]byte, 64), crypto.SHA512) },
		"no PKCS #1 encoding":        func() ([]byte, error) { return key.Sign(nil, digest[:], crypto.RIPEMD160) },
		"PSS signature with SHA-256": func() ([]byte, error) {
			return key.Sign(nil, digest[:], &rsa.PSSOptions{Hash: crypto.SHA256, SaltLength: rsa.PSSSaltLengthEqualsHash})
		},
		"the hash in the options": func() ([]byte, error) { return key.Sign(nil, digest[:3], &rsa.PSSOptions{Hash: crypto.SHA256}) },
		"broken": func() ([]byte, error) {
			return key.Sign(failing{broken}, make([]byte, 20), &rsa.PSSOptions{Hash: crypto.SHA1})
		},
	} {
		if signature, err := sign(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %x, %v", name, signature, err)
		}
	}
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestDeriveKeyReportsWhatItCannotRead(t *testing.T) {
	for kind := range keyKinds {
		if _, err := deriveKey(failing{io.ErrUnexpectedEOF}, kind); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}

func TestRSAKeyCheckSeesEveryPart(t *testing.T) {
	for name, spoil := range map[string]func(*rsaKey){
		"sound":    func(*rsaKey) {},
		"p":        func(k *rsaKey) { k.p = new(big.Int).Add(k.p, big.NewInt(2)) },
		"exponent": func(k *rsaKey) { k.public.E = 3 },
		"dp":       func(k *rsaKey) { k.dp = new(big.Int).Add(k.dp, big.NewInt(2)) },
		"dq":       func(k *rsaKey) { k.dq = new(big.Int).Add(k.dq, big.NewInt(2)) },
		"qinv":     func(k *rsaKey) { k.qinv = new(big.Int).Add(k.qinv, big.NewInt(2)) },
		"zero":     func(k *rsaKey) { k.d = new(big.Int) },
		"too big":  func(k *rsaKey) { k.q = new(big.Int).Lsh(k.q, 512) },
	} {
		key, _ := seededRSA(t, RSA512)
		k := *key.(*rsaKey)
		spoil(&k)
		if err := k.check(); (err == nil) != (name == "sound") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Only openssl is asked: crypto/tls as a client refuses both sizes.
func TestOddRSAKeysServeHandshakes(t *testing.T) {
	for _, c := range []struct {
		kind    KeyKind
		version uint16
		shows   string
	}{
		{RSA512, tls.VersionTLS12, "Peer signature type: RSA Server"},
		{RSA16384, tls.VersionTLS12, "Peer signature type: RSA-PSS"},
		{RSA8192, tls.VersionTLS13, "Peer signature type: RSA-PSS"},
		{RSA16384, tls.VersionTLS13, "Peer signature type: RSA-PSS"},
	} {
		recipe := threeTier()
		recipe.Certificates["leaf"].Key = c.kind
		pki, err := Build(recipe, options())
		if err != nil {
			t.Fatal(err)
		}
		addr, done := serveOnce(t, &tls.Config{
			Certificates: []tls.Certificate{pki.TLSCertificate()},
			MaxVersion:   c.version,
			Rand:         rand.Reader,
		})
		out := tool(t, nil, "openssl", "s_client", "-connect", addr, "-cipher", "DEFAULT@SECLEVEL=0")
		if err := <-done; err != nil {
			t.Errorf("%s: the server says %v", c.kind, err)
		}
		if !strings.Contains(out, c.shows) || !strings.Contains(out, "Verify return code") {
			t.Errorf("%s: openssl s_client lacks %q:\n%s", c.kind, c.shows, out)
		}
	}
}

// serveOnce handshakes with one client and sends how that went.
func serveOnce(t *testing.T, config *tls.Config) (string, <-chan error) {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	done := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			err = conn.(*tls.Conn).Handshake()
			_ = conn.Close()
		}
		done <- err
	}()
	return l.Addr().String(), done
}
