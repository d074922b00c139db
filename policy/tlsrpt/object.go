package tlsrpt

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// schema is where RFC 8460 defines the keys of a report.
const schema = "RFC 8460 section 4.4"

// maxExact is the largest integer that every JSON parser reads exactly.
const maxExact = 1<<53 - 1

// A reader turns a JSON value into a report.
type reader struct{ *collector }

// An object is a JSON object whose keys are known. What it is asked for and
// does not have is found missing, unless it is optional.
type object struct {
	*reader
	path   string // ends in a dot, unless it is empty
	values map[string]*value
}

// placeholders are the names that the schema in section 4.4 gives to values,
// where they differ from the keys; some write them as keys.
var placeholders = map[string]string{
	"email-address":       "contact-info",
	"domain":              "policy-domain",
	"mx-host-pattern":     "mx-host",
	"ip-address":          "sending-mta-ip",
	"additional-info-uri": "additional-information",
}

// object takes the members of a value apart. A value that is not an object has
// none.
func (r *reader) object(path string, v *value, keys ...string) *object {
	o := &object{reader: r, path: path, values: map[string]*value{}}
	if path != "" {
		o.path = path + "."
	}
	if v == nil {
		return o
	}
	var misspelt []member
	for _, m := range v.members {
		at := o.path + shorten(m.key)
		_, again := o.values[m.key]
		switch {
		case !slices.Contains(keys, m.key):
			misspelt = append(misspelt, m)
		case again:
			r.add(Error, BadSyntax, at, "RFC 7493 section 2.3", "expected the key once, found it again; the first one counts")
		default:
			o.values[m.key] = m.value
		}
	}
	for _, m := range misspelt {
		o.foreign(m, keys)
	}
	return o
}

// foreign finds out what an unknown key may have been meant to be. If only its
// case or its separators differ from a key that is not there, it is read as that.
func (o *object) foreign(m member, keys []string) {
	at := o.path + shorten(m.key)
	meant, certain := meantKey(m.key, keys)
	if _, there := o.values[meant]; meant == "" || there {
		o.add(Note, UnknownKey, at, schema, "the RFC defines no such key here; it is ignored")
		return
	}
	if certain {
		o.values[meant] = m.value
		o.add(Error, MisspeltKey, at, schema, "expected the key %s; it is read as such here, others will not find it", meant)
		return
	}
	o.add(Warning, MisspeltKey, at, schema, "the RFC defines no such key here; was %s meant?", meant)
}

// meantKey is the key nearest to a misspelt one, empty if there is none, and
// whether it is certainly meant.
func meantKey(misspelt string, keys []string) (meant string, certain bool) {
	if len(misspelt) > maxQuote {
		return "", false
	}
	if meant := placeholders[misspelt]; meant != "" && slices.Contains(keys, meant) {
		return meant, true
	}
	nearest := 3
	for _, key := range keys {
		if bare(key) == bare(misspelt) {
			return key, true
		}
		if distance := levenshtein.ComputeDistance(key, misspelt); distance < nearest {
			meant, nearest = key, distance
		}
	}
	return meant, false
}

// bare is a key without what naming styles differ in.
func bare(key string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "", ".", "").Replace(strings.ToLower(key))
}

// get returns the value of a key, and nil if it is not there or null. With a
// severity it is a fault that it is not there.
func (o *object) get(key string, missing Severity, want jsonKind) *value {
	v := o.values[key]
	switch {
	case v == nil && missing > 0:
		o.add(missing, Missing, o.path+key, schema, "expected %s, but the key is missing", want)
	case v != nil && v.kind == isNull:
		o.add(max(missing, Warning), WrongType, o.path+key, schema, "expected %s, found null", want)
		return nil
	}
	return v
}

// text reads a string, and of a number its digits.
func (o *object) text(key string, missing Severity) string {
	v := o.get(key, missing, isString)
	if v == nil {
		return ""
	}
	if v.kind != isString {
		o.add(Error, WrongType, o.path+key, schema, "expected a string, found %s", v.shown())
	}
	return v.text
}

// texts reads an array of strings. A single string, which some reporters and the
// RFC's own example have for it, is split by the function.
func (o *object) texts(key string, missing Severity, split func(string) []string) []string {
	v := o.get(key, missing, isArray)
	switch {
	case v == nil:
		return nil
	case v.kind == isString:
		o.add(Warning, WrongType, o.path+key, schema, "expected an array of strings, found the string %s", quote(v.text))
		return split(v.text)
	case v.kind != isArray:
		o.add(Error, WrongType, o.path+key, schema, "expected an array of strings, found %s", v.shown())
		return nil
	}
	list := make([]string, 0, len(v.items))
	for i, item := range v.items {
		if item.kind != isString {
			o.add(Error, WrongType, fmt.Sprintf("%s%s[%d]", o.path, key, i), schema, "expected a string, found %s", item.shown())
			continue
		}
		list = append(list, item.text)
	}
	return list
}

// count reads a number of sessions.
func (o *object) count(key string) int64 {
	v := o.get(key, Error, isNumber)
	if v == nil {
		return 0
	}
	at := o.path + key
	switch v.kind {
	case isNumber:
	case isString:
		o.add(Error, WrongType, at, schema, "expected an integer, encoded as a JSON number, found %s", v.shown())
	default:
		o.add(Error, WrongType, at, schema, "expected an integer, found %s", v.shown())
		return 0
	}
	n, whole := integer(v.text)
	switch {
	case !whole:
		o.add(Error, BadValue, at, schema, "expected an integer, found %s", shorten(v.text))
	case n > maxExact || n < -maxExact:
		o.add(Warning, BadValue, at, "RFC 7493 section 2.2", "expected at most %d, which every JSON parser reads exactly, found %s", maxExact, shorten(v.text))
	case v.kind == isNumber && strings.ContainsAny(v.text, ".eE"):
		o.add(Note, BadValue, at, schema, "expected an integer without fraction and exponent, found %s", shorten(v.text))
	}
	return n
}

// integer reads a number that is whole, in whatever notation. One that does not
// fit is the largest or smallest that does.
func integer(text string) (n int64, whole bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case math.IsNaN(f) || err != nil && !math.IsInf(f, 0) || f != math.Trunc(f):
		return 0, false
	case f >= math.MaxInt64:
		return math.MaxInt64, true
	case f <= math.MinInt64:
		return math.MinInt64, true
	}
	return int64(f), true
}

// child is the object of a key.
func (o *object) child(key string, keys ...string) *object {
	v := o.get(key, Error, isObject)
	if v != nil && v.kind != isObject {
		o.add(Error, WrongType, o.path+key, schema, "expected an object, found %s", v.shown())
		v = nil
	}
	if v == nil {
		// That its keys are missing is said once, by the finding above.
		return (&reader{newCollector()}).object(o.path+key, nil, keys...)
	}
	return o.object(o.path+key, v, keys...)
}

// objects are the objects in the array of a key. A single one outside an array
// is read as one.
func (o *object) objects(key string, missing Severity, reference string, use func(path string, v *value)) {
	v := o.get(key, missing, isArray)
	switch {
	case v == nil:
		return
	case v.kind == isObject:
		o.add(Error, WrongType, o.path+key, reference, "expected an array, even around a single object")
		v = &value{kind: isArray, items: []*value{v}}
	case v.kind != isArray:
		o.add(Error, WrongType, o.path+key, reference, "expected an array, found %s", v.shown())
		return
	}
	for i, item := range v.items {
		at := fmt.Sprintf("%s%s[%d]", o.path, key, i)
		if item.kind != isObject {
			o.add(Error, WrongType, at, schema, "expected an object, found %s", item.shown())
			continue
		}
		use(at, item)
	}
}
