package certgen

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the names of a hashed directory are SHA-1
	"encoding/asn1"
	"encoding/binary"
	"fmt"
)

// attribute is AttributeTypeAndValue of RFC 5280 section 4.1.2.4.
type attribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

// relativeNameSET is RelativeDistinguishedName; the suffix has encoding/asn1
// treat it as a SET.
type relativeNameSET []attribute

// subjectHash returns what `openssl x509 -subject_hash` prints for a DER
// distinguished name: the first four octets, in little-endian order, of the
// SHA-1 of its canonical form.
func subjectHash(name []byte) (string, error) {
	canonical, err := canonicalName(name)
	if err != nil {
		return "", err
	}
	sum := sha1.Sum(canonical) //nolint:gosec // see the import
	return fmt.Sprintf("%08x", binary.LittleEndian.Uint32(sum[:4])), nil
}

// canonicalName is the form in which OpenSSL compares names: the relative
// names without the SEQUENCE round them, every string a UTF8String in
// canonical spelling.
func canonicalName(name []byte) ([]byte, error) {
	var relatives []relativeNameSET
	if rest, err := asn1.Unmarshal(name, &relatives); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("not a distinguished name: %x", name)
	}
	var out bytes.Buffer
	for _, relative := range relatives {
		for i, a := range relative {
			// crypto/x509 writes no other kinds of string.
			if a.Value.Tag == asn1.TagPrintableString || a.Value.Tag == asn1.TagUTF8String {
				relative[i].Value = asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: canonicalText(a.Value.Bytes)}
			}
		}
		der, err := asn1.Marshal(relative)
		if err != nil {
			return nil, err
		}
		out.Write(der)
	}
	return out.Bytes(), nil
}

// canonicalText trims white space, makes one space of each run of it, and
// lower-cases. All of that concerns ASCII alone: other letters stay as they
// are.
func canonicalText(text []byte) []byte {
	out := bytes.Join(bytes.FieldsFunc(text, func(c rune) bool {
		return c == ' ' || '\t' <= c && c <= '\r'
	}), []byte(" "))
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}
