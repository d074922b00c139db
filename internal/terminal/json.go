package terminal

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON escapes, in JSON, what a terminal might obey but JSON lets stand: such
// characters occur in strings only.
func JSON(text []byte) []byte {
	if !bytes.ContainsFunc(text, obeyed) {
		return text
	}
	var out bytes.Buffer
	for _, r := range string(text) {
		if !obeyed(r) {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return out.Bytes()
}

func obeyed(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }

// AppendJSONString appends text to b as a JSON string: what encoding/json makes
// of it without its escapes for HTML, made fit for a terminal by JSON.
func AppendJSONString(b []byte, text string) []byte {
	b = append(b, '"')
	begin := 0 // what stands between here and i needs no escape
	for i := 0; i < len(text); {
		if len(text)-i >= 8 && allStand(text[i:i+8]) {
			i += 8
			continue
		}
		if stands[text[i]] {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if invalid := r == utf8.RuneError && size == 1; !invalid && r >= utf8.RuneSelf && unicode.IsPrint(r) {
			i += size
			continue
		}
		b = append(b, text[begin:i]...)
		b = appendEscape(b, r)
		i += size
		begin = i
	}
	b = append(b, text[begin:]...)
	return append(b, '"')
}

// stands holds the bytes that are whole characters and need no escape.
var stands = func() (table [256]bool) {
	for c := ' '; c <= '~'; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

// allStand reports whether none of eight bytes needs an escape. It looks at all
// of them at once: most of a record is plain text.
func allStand(text string) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	w := uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
		uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
	// In x-ones*n a byte below n borrows, which sets its highest bit.
	below := func(x, n uint64) uint64 { return (x - ones*n) &^ x }
	marked := w | below(w, ' ') | below(w^ones*'"', 1) | below(w^ones*'\\', 1) | below(w^ones*0x7f, 1)
	return marked&high == 0
}

// short are the characters that JSON has an escape of two for.
var short = [utf8.RuneSelf]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

func appendEscape(b []byte, r rune) []byte {
	if r < utf8.RuneSelf && short[r] != 0 {
		return append(b, '\\', short[r])
	}
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		return appendHex(appendHex(b, high), low)
	}
	return appendHex(b, r)
}

// appendHex appends the escape of a unit of UTF-16.
func appendHex(b []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', digits[unit>>12&0xf], digits[unit>>8&0xf], digits[unit>>4&0xf], digits[unit&0xf])
}
