package fakemx_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

// encodedJSON is what AppendJSON is to make of a record.
func encodedJSON(s fakemx.Session) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(s)
	return terminal.JSON(bytes.TrimSuffix(text.Bytes(), []byte("\n"))), err
}

// checkAppendJSON holds AppendJSON against encoding/json.
func checkAppendJSON(t *testing.T, s fakemx.Session) {
	t.Helper()
	const before = "before"
	want, err := encodedJSON(s)
	if err != nil {
		t.Fatal(err)
	}
	got := s.AppendJSON([]byte(before))
	if want = append([]byte(before), want...); bytes.Equal(got, want) {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	around := func(b []byte) []byte { return b[min(max(at-40, 0), len(b)):min(at+40, len(b))] }
	t.Errorf("byte %d is where they differ:\n got …%s…\nwant …%s…\nA field of a record that is new belongs into appendjson.go, too.",
		at, around(got), around(want))
}

// Whatever a record is going to have, AppendJSON writes it.
func TestAppendJSONMissesNothing(t *testing.T) {
	t.Parallel()
	var s fakemx.Session
	checkAppendJSON(t, s)
	n := 0
	for _, numbered := range []bool{true, false} {
		filling{t, func(v reflect.Value) {
			n++
			setLeaf(v, n, numbered)
		}, func(reflect.Value) int { return 2 }}.fill("Session", reflect.ValueOf(&s).Elem())
		if s.TLS == nil || len(s.TLS.ClientCertificate.Chain) == 0 || len(s.Transactions) == 0 || s.Refusal == nil {
			t.Fatalf("the test did not come to all parts: %+v", s)
		}
		checkAppendJSON(t, s)
	}
}

// setLeaf gives a leaf of a record a value of its own. Truths, which have but
// two, are all true or alternate.
func setLeaf(v reflect.Value, n int, allTrue bool) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(allTrue || n%2 == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", n))
	default:
		v.Set(reflect.ValueOf(time.Unix(int64(n), int64(n)).UTC()))
	}
}

// A filling gives all parts of a value, which may be of any type that a record
// has.
type filling struct {
	t    *testing.T
	leaf func(reflect.Value)
	// length says how many elements a list gets, nil below zero, and a pointer:
	// nil below one.
	length func(reflect.Value) int
}

func (f filling) fill(name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			f.leaf(v)
			return
		}
		for i := range v.NumField() {
			f.fill(name+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Pointer:
		if f.length(v) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(name, v.Elem())
		}
	case reflect.Slice:
		n := f.length(v)
		if n < 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			f.fill(name, v.Index(i))
		}
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.String:
		f.leaf(v)
	default:
		f.t.Fatalf("%s: this test does not know how to fill a %s", name, v.Kind())
	}
}

// FuzzAppendJSON makes records of random bytes.
func FuzzAppendJSON(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x08ordinary\x05\x00\x1f\x7f\"\\\x06\u2028\u202e\x04\xff\xc0<>&"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s fakemx.Session
		r := randomBytes{text}
		filling{t, r.setLeaf, r.length}.fill("Session", reflect.ValueOf(&s).Elem())
		checkAppendJSON(t, s)
	})
}

// randomBytes are what a record is made of; behind their end there are zeros.
type randomBytes struct{ left []byte }

func (r *randomBytes) take(n int) []byte {
	taken := make([]byte, n)
	r.left = r.left[copy(taken, r.left):]
	return taken
}

func (r *randomBytes) number() int64 { return int64(binary.BigEndian.Uint64(r.take(8))) }

func (r *randomBytes) length(reflect.Value) int { return int(r.take(1)[0]%5) - 1 }

func (r *randomBytes) setLeaf(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.take(1)[0]%2 == 1)
	case reflect.Int, reflect.Int64:
		v.SetInt(r.number())
	case reflect.String:
		v.SetString(string(r.take(min(int(r.take(1)[0]), len(r.left)))))
	default:
		v.Set(reflect.ValueOf(r.time()))
	}
}

// time is one of any zone and of any year that JSON can hold.
func (r *randomBytes) time() time.Time {
	const first, last, day = -62_167_132_800, 253_402_214_400, 86_400 // without the days at both ends, for the zones' sake
	seconds, zone := first+int64(uint64(r.number())%(last-first)), r.number()%day
	return time.Unix(seconds, int64(binary.BigEndian.Uint32(r.take(4)))%1e9).In(time.FixedZone("", int(zone)))
}

// TestAppendJSONAllocates nothing but room.
func TestAppendJSONAllocates(t *testing.T) {
	s, room := usualSession(t), make([]byte, 0, 1<<16)
	if n := testing.AllocsPerRun(100, func() { _ = s.AppendJSON(room) }); n > 0 {
		t.Errorf("%.0f allocations with room enough, want none", n)
	}
}

func TestAppendJSONOfTimesThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Unix(0, 0).In(time.FixedZone("", 24*60*60)),
	} {
		text := fakemx.Session{Started: at, Ended: time.Unix(0, 0).UTC()}.AppendJSON(nil)
		if want := []byte(`"started":null,"ended":"1970-01-01T00:00:00Z",`); !json.Valid(text) || !bytes.Contains(text, want) {
			t.Errorf("%v: %s lacks %s", at, text, want)
		}
	}
}

// BenchmarkEncodeSession encodes the record of a delivery in TLS.
func BenchmarkEncodeSession(b *testing.B) {
	s := usualSession(b)
	run := func(name string, encode func(fakemx.Session) ([]byte, error)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				text, err := encode(s)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(text)))
			}
		})
	}
	run("encoding-json", encodedJSON)
	run("AppendJSON", func(s fakemx.Session) ([]byte, error) { return s.AppendJSON(make([]byte, 0, 8<<10)), nil })
}

// usualSession is the record of a delivery in TLS.
func usualSession(t testing.TB) fakemx.Session {
	t.Helper()
	s := fakemx.Start(t, scenarios.MustGet("healthy"))
	if err := deliver(s, s.ClientTLS(), nil); err != nil {
		t.Fatal(err)
	}
	return wait(t, s)
}
