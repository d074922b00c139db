package legacy

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// pair returns what opens and what seals the client's records.
func pair(t testing.TB, s *suite, version uint16) (open, seal protection) {
	t.Helper()
	block := bytes.Repeat([]byte{0x5a}, s.keyBlockLen())
	open, _, err := s.protections(version, block, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// Both sides have the same keys here, so what the server seals with opens
	// at the client; the chain of TLS 1.0 runs in its own direction.
	_, seal, err = s.protections(version, block, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return open, seal
}

// TestRecords: every suite opens what it seals, and nothing else.
func TestRecords(t *testing.T) {
	for i := range suites {
		s := &suites[i]
		for _, version := range []uint16{VersionTLS10, VersionTLS11, VersionTLS12} {
			if !s.usable(version) {
				continue
			}
			for _, size := range []int{0, 1, 15, 16, 300, maxPlaintext} {
				testRecord(t, s, version, make([]byte, size))
			}
		}
	}
}

func testRecord(t *testing.T, s *suite, version uint16, content []byte) {
	t.Helper()
	open, seal := pair(t, s, version)
	w := &recordWriter{version: version, protection: seal}
	for range 2 { // the second has another number, and in TLS 1.0 another IV
		if err := w.add(typeApplicationData, content); err != nil {
			t.Fatal(err)
		}
	}
	spoilt := bytes.Clone(w.pending)
	spoilt[len(spoilt)-1] ^= 0x40
	r := newRecordReader(iotest.HalfReader(bytes.NewReader(spoilt)))
	r.version, r.protection = version, open
	typ, got, err := r.next()
	if err != nil || typ != typeApplicationData || !bytes.Equal(got, content) {
		t.Errorf("%s, %#04x: record of %d octets: got %d, %v", s.name, version, len(content), len(got), err)
	}
	if _, _, err := r.next(); !errors.Is(err, errBadRecord) {
		t.Errorf("%s, %#04x: a spoilt record of %d octets opens: %v", s.name, version, len(content), err)
	}
}

// TestReplay: a record opens in its own place only.
func TestReplay(t *testing.T) {
	for _, name := range []string{"TLS_RSA_WITH_NULL_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_GCM_SHA256"} {
		s, _ := suiteByID(ids(t, name)[0])
		open, seal := pair(t, s, VersionTLS12)
		sealed, err := seal.seal(typeApplicationData, VersionTLS12, []byte("hello"))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []error{nil, errBadRecord} {
			if _, err := open.open(typeApplicationData, VersionTLS12, sealed); !errors.Is(err, want) {
				t.Errorf("%s: record %d: %v", name, i, err)
			}
		}
	}
}

func TestPadding(t *testing.T) {
	const macLen = 4
	tests := []struct {
		name  string
		plain []byte
		n     int
		good  int
	}{
		{"none", []byte{9, 1, 2, 3, 4, 0}, 1, 1},
		{"three", []byte{9, 1, 2, 3, 4, 2, 2, 2}, 3, 1},
		{"all of it", []byte{1, 2, 3, 4, 1, 1}, 2, 1},
		{"too long", []byte{2, 2, 2, 2, 2, 2}, 0, 0},
		{"longer than the record", []byte{9, 1, 2, 3, 4, 255}, 0, 0},
		{"uneven", []byte{9, 1, 2, 3, 4, 2, 1, 2}, 0, 0},
		{"uneven in front", []byte{9, 1, 2, 3, 4, 1, 2, 2}, 0, 0},
		{"longest", append([]byte{1, 2, 3, 4}, bytes.Repeat([]byte{255}, 256)...), 256, 1},
	}
	for _, tt := range tests {
		if n, good := paddingLen(tt.plain, macLen); n != tt.n || good != tt.good {
			t.Errorf("%s: got %d, %d, want %d, %d", tt.name, n, good, tt.n, tt.good)
		}
	}
}

// TestBadPadding: padding that is not even does not open, though the MAC is
// right.
func TestBadPadding(t *testing.T) {
	s, _ := suiteByID(ids(t, "TLS_RSA_WITH_AES_128_CBC_SHA")[0])
	for name, padding := range map[string][]byte{
		"good": {6, 6, 6, 6, 6, 6, 6}, "uneven": {1, 2, 3, 4, 5, 6, 6}, "short": {7, 7, 7, 7, 7, 7, 7}, "none": nil,
	} {
		open, seal := pair(t, s, VersionTLS11)
		sealing := seal.(*cbc)
		content := []byte("hello, world")[:12-len(padding)] // two blocks with MAC and padding
		plain := append(join(content, sealing.sum(typeApplicationData, VersionTLS11, content)), padding...)
		iv := make([]byte, sealing.block.BlockSize())
		cipher.NewCBCEncrypter(sealing.block, iv).CryptBlocks(plain, plain)
		_, err := open.open(typeApplicationData, VersionTLS11, join(iv, plain))
		if (err == nil) != (name == "good") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestReadRepeats: a read that fails in the middle of a record loses nothing.
func TestReadRepeats(t *testing.T) {
	whole := record(typeHandshake, []byte("hello"))
	for cut := range whole {
		errTimeout := errors.New("timeout")
		r := newRecordReader(io.MultiReader(bytes.NewReader(whole[:cut]),
			&onceReader{errTimeout}, bytes.NewReader(whole[cut:])))
		if _, _, err := r.next(); !errors.Is(err, errTimeout) {
			t.Errorf("cut at %d: got %v", cut, err)
		}
		if _, got, err := r.next(); err != nil || string(got) != "hello" {
			t.Errorf("cut at %d: got %q, %v", cut, got, err)
		}
	}
}

// onceReader fails once, then ends.
type onceReader struct{ err error }

func (o *onceReader) Read([]byte) (int, error) {
	err := o.err
	o.err = io.EOF
	return 0, err
}
