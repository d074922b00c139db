package store

import (
	"reflect"
	"strings"
	"testing"
)

// Whatever an envelope is going to have, it counts.
func TestWeightOfEnvelopeMissesNothing(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for field, value := range reflect.ValueOf(new(Envelope)).Elem().Fields() {
		e := new(Envelope)
		part, want := reflect.ValueOf(e).Elem().FieldByIndex(field.Index), len(long)
		switch value.Interface().(type) {
		case string:
			part.SetString(long)
		case []string:
			part.Set(reflect.ValueOf([]string{long}))
			want += stringWeight
		case int64: // has its place already
			want = 0
		default:
			t.Errorf("%s: this test does not know how to make a %s large", field.Name, field.Type)
		}
		if grown := int(e.weight() - new(Envelope).weight()); grown != want {
			t.Errorf("%s: %d octets more weigh %d", field.Name, want, grown)
		}
	}
}
