package fakemx

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// Whatever a record is going to have, it counts.
func TestWeightMissesNothing(t *testing.T) {
	var s Session
	g := growth{t, func() int { return int(s.weight()) }}
	if w := g.weigh(); w != int(reflect.TypeFor[Session]().Size()) {
		t.Errorf("an empty record weighs %d", w)
	}
	g.grow("Session", reflect.ValueOf(&s).Elem())
	if s.TLS == nil || s.TLS.ClientHello == nil || len(s.Transactions) == 0 || len(s.Transactions[0].To) == 0 {
		t.Errorf("the test did not come to all parts: %+v", s)
	}
}

// growth makes the parts of a value large, one after the other, and wants what
// is weighed to grow by as much each time.
type growth struct {
	t     *testing.T
	weigh func() int
}

func (g growth) grow(name string, v reflect.Value) {
	const many = 100
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			g.grow(name+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.String:
		text, octets := large(v.Type())
		g.set(name, v, text, octets)
	case reflect.Pointer:
		g.set(name, v, reflect.New(v.Type().Elem()), int(v.Type().Elem().Size()))
		g.grow(name, v.Elem())
	case reflect.Slice:
		g.set(name, v, reflect.MakeSlice(v.Type(), 0, many), many*int(v.Type().Elem().Size()))
		v.SetLen(1)
		g.grow(name+"[0]", v.Index(0))
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		key, keyOctets := large(v.Type().Key())
		value, valueOctets := large(v.Type().Elem())
		m.SetMapIndex(key, value)
		g.set(name, v, m, keyOctets+valueOctets)
	case reflect.Bool, reflect.Int, reflect.Int64: // have their place already
	default:
		g.t.Errorf("%s: this test does not know how to make a %s large", name, v.Kind())
	}
}

// large is a long text, or the zero value of what is none, and how much it adds.
func large(t reflect.Type) (reflect.Value, int) {
	v := reflect.New(t).Elem()
	if t.Kind() != reflect.String {
		return v, int(t.Size())
	}
	v.SetString(strings.Repeat("x", 10_000))
	return v, v.Len()
}

func (g growth) set(name string, v, to reflect.Value, want int) {
	before := g.weigh()
	v.Set(to)
	if grown := g.weigh() - before; grown < want || grown > want+want/10 {
		g.t.Errorf("%s: %d octets more weigh %d", name, want, grown)
	}
}
