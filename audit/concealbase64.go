package audit

import "bytes"

// sextets are the digits of base64, those for URLs included (RFC 4648 sections 4
// and 5), as far as one octet is one digit.
var sextets = func() (values [256]int8) {
	for i := range values {
		values[i] = -1
	}
	for i, digit := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		values[digit] = int8(i)
	}
	values['-'], values['_'] = values['+'], values['/']
	return values
}()

// escapedDigits are those that mean something elsewhere.
var escapedDigits = []struct {
	text  string
	value byte
}{{"%2b", 62}, {"%2f", 63}, {`\/`, 63}, {`\u002b`, 62}, {`\u002f`, 63}}

// sextet is the value of a digit of base64 at the beginning of text, and how many
// octets it takes; 0 of these if there is none.
func sextet(text []byte) (value byte, width int) {
	for _, form := range escapedDigits {
		if len(text) >= len(form.text) && text[0] == form.text[0] && bytes.EqualFold(text[:len(form.text)], []byte(form.text)) {
			return form.value, len(form.text)
		}
	}
	if len(text) == 0 || sextets[text[0]] < 0 {
		return 0, 0
	}
	return byte(sextets[text[0]]), 1 //nolint:gosec // below 64
}

// A run64 is text that base64 may be: its digits, and where they are.
type run64 struct {
	values []byte
	at     []span
}

// inBase64 returns where passwords are in what is encoded in base64.
func (c concealer) inBase64(text []byte) []span {
	var found []span
	var r run64
	for i := 0; i < len(text); {
		value, width := sextet(text[i:])
		// An escaped line break comes first, or its letter is taken for a digit.
		if n := lineBreak(text[i:]); n > 0 && len(r.values) > 0 {
			i += n
			continue
		}
		if width == 0 {
			found = append(found, c.inRun(r)...)
			r.values, r.at = r.values[:0], r.at[:0]
			i++
			continue
		}
		r.values, r.at = append(r.values, value), append(r.at, span{i, i + width})
		i += width
	}
	return append(found, c.inRun(r)...)
}

// inRun looks for passwords wherever the base64 may begin in a run, since other
// letters may stand before it. Digits that hold a part of an octet of the
// password belong to it.
func (c concealer) inRun(r run64) []span {
	var found []span
	for phase := range min(4, len(r.values)) {
		octets := decode64(r.values[phase:])
		for _, p := range c.passwords {
			for from := 0; ; from++ {
				n := bytes.Index(octets[from:], p)
				if n < 0 {
					break
				}
				from += n
				first, last := phase+from*8/6, phase+((from+len(p))*8-1)/6
				found = append(found, span{r.at[first].from, r.at[last].to})
			}
		}
	}
	return found
}

// decode64 puts digits together, and leaves out an octet that is not whole.
func decode64(values []byte) []byte {
	octets := make([]byte, 0, len(values)*6/8)
	bits, n := uint(0), 0
	for _, v := range values {
		bits, n = bits<<6|uint(v), n+6
		if n >= 8 {
			n -= 8
			octets = append(octets, byte(bits>>n)) //nolint:gosec // the low octet is meant
		}
	}
	return octets
}
