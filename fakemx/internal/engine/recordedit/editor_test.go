package recordedit

import (
	"bytes"
	"crypto/tls"
	"strings"
	"testing"
	"time"
)

// TestServersKeyUpdate: a KeyUpdate of crypto/tls's own changes the keys on
// both sides of the editor, whatever was inserted before.
func TestServersKeyUpdate(t *testing.T) {
	keys := func() *tls13 {
		p, err := newTLS13(aes128, bytes.Repeat([]byte{1}, aes128.hash.Size()))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	var sent bytes.Buffer
	e := newEditor(insert(BeforeData, KeyUpdate(false), 2), &keyLog{}, &sent, func(<-chan time.Time) error { return nil })
	e.from, e.to, e.hello.version = keys(), keys(), tls.VersionTLS13
	server, client := keys(), keys()

	var written []byte
	for _, r := range []Record{{typeApplicationData, []byte("one")}, KeyUpdate(false), {typeApplicationData, []byte("two")}} {
		written = append(written, server.seal(r)...)
		if r.isKeyUpdate() {
			if err := server.update(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := e.edit(written); err != nil {
		t.Fatal(err)
	}

	var got []string
	for rest := sent.Bytes(); len(rest) > 0; {
		var raw []byte
		raw, rest = cutRecord(rest)
		r, err := client.open(raw)
		if err != nil {
			t.Fatalf("behind %v: %v", got, err)
		}
		if r.isKeyUpdate() {
			if err := client.update(); err != nil {
				t.Fatal(err)
			}
			r.Content = []byte("update")
		}
		got = append(got, string(r.Content))
	}
	if want := "update update one update two"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// run gives records in clear to an editor and returns what it sends.
func run(t *testing.T, edits Edits, records ...Record) []Record {
	t.Helper()
	var sent bytes.Buffer
	e := newEditor(edits, &keyLog{}, &sent, nil)
	for _, r := range records {
		if err := e.edit(plain{version12}.seal(r)); err != nil {
			t.Fatal(err)
		}
	}
	var got []Record
	for rest := sent.Bytes(); len(rest) > 0; {
		var raw []byte
		raw, rest = cutRecord(rest)
		r, err := plain{version12}.open(raw)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	return got
}

// TestFragments: a message comes in records of the size asked for, and several
// that share a record come apart.
func TestFragments(t *testing.T) {
	message := append([]byte{messageCertificate, 0, 0, 20}, make([]byte, 20)...)
	for _, tt := range []struct{ size, records int }{{0, 2}, {1, 48}, {7, 8}, {24, 2}, {maxPlaintext, 2}} {
		both := Record{typeHandshake, append(append([]byte{}, message...), message...)}
		got := run(t, Edits{FragmentHandshake: tt.size}, both)
		var joined []byte
		for _, r := range got {
			if tt.size > 0 && len(r.Content) > tt.size {
				t.Errorf("size %d: record of %d octets", tt.size, len(r.Content))
			}
			joined = append(joined, r.Content...)
		}
		if len(got) != tt.records || !bytes.Equal(joined, both.Content) {
			t.Errorf("size %d: %d records, want %d, of %d octets", tt.size, len(got), tt.records, len(joined))
		}
	}
}

// TestNothingBehindAlert: an alert of level fatal is the last that is sent.
func TestNothingBehindAlert(t *testing.T) {
	data := Record{typeApplicationData, []byte("data")}
	for level, want := range map[uint8]int{LevelWarning: 3, LevelFatal: 1} {
		got := run(t, insert(BeforeData, Alert(level, 40), 1), data, data)
		if len(got) != want || got[0].Type != typeAlert {
			t.Errorf("level %d: got %v", level, got)
		}
	}
}

// TestUnreadable: what cannot be what crypto/tls sends is an error, no panic.
func TestUnreadable(t *testing.T) {
	sealing, err := newTLS13(aes128, make([]byte, aes128.hash.Size()))
	if err != nil {
		t.Fatal(err)
	}
	zeros := sealing.seal(Record{Type: 0, Content: make([]byte, 3)})
	salted, err := newTLS12(aes128, make([]byte, 48), make([]byte, randomLen), make([]byte, randomLen))
	if err != nil {
		t.Fatal(err)
	}
	opening, err := newTLS13(aes128, make([]byte, aes128.hash.Size()))
	if err != nil {
		t.Fatal(err)
	}
	hello := append([]byte{typeHandshake, 3, 3, 0, 4, messageServerHello, 0, 0}, 0)
	tests := []struct {
		name   string
		from   protection
		octets []byte
	}{
		{"only padding", opening, zeros},
		{"forged", opening, []byte{23, 3, 3, 0, 1, 0}},
		{"too short", salted, []byte{23, 3, 3, 0, 1, 0}},
		{"forged 1.2", salted, append([]byte{23, 3, 3, 0, 40}, make([]byte, 40)...)},
		{"empty hello", plain{version12}, hello},
		{"hello cut short", plain{version12}, append([]byte{22, 3, 3, 0, 44, 2, 0, 0, 40, 3, 3}, make([]byte, 38)...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var sent bytes.Buffer
			e := newEditor(Edits{}, &keyLog{}, &sent, nil)
			e.from = tt.from
			if err := e.edit(tt.octets); err == nil {
				t.Errorf("no error, sent %x", sent.Bytes())
			}
		})
	}
}

func TestKeyLog(t *testing.T) {
	for _, line := range []string{"", "A B", "CLIENT_RANDOM xx 00\n", "CLIENT_RANDOM 00 xx\n"} {
		if _, err := new(keyLog).Write([]byte(line)); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
}
