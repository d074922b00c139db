package certgen

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
)

func TestSubjectHashIsOpenSSLs(t *testing.T) {
	for _, subject := range []Subject{
		{},
		{CommonName: "TEST ONLY root"},
		{CommonName: "Mixed CASE ROOT"},
		{CommonName: "  leading and trailing  "},
		{CommonName: "many    spaces   within"},
		{CommonName: "tabs\tand\nlines \v\f\r\x1c\u00a0end"},
		{CommonName: " "},
		{CommonName: "Prüfstelle für ÄÖÜ ẞ İ"},
		{CommonName: " Ä  ö "},
		{CommonName: "日本語  テスト"},
		{CommonName: "NUL\x00inside"},
		{CommonName: "*.wild@card & co_"},
		{Country: "DE", Organization: "Two  Words", OrganizationalUnit: " Unit", CommonName: "Root CA"},
		{Country: "de", Organization: "two words", OrganizationalUnit: "unit", CommonName: "root ca"},
	} {
		recipe := Recipe{
			Certificates: map[string]*Certificate{"root": {CA: true, Subject: subject}},
			Send:         []string{"root"},
			Trust:        []string{"root"},
		}
		pki, err := Build(recipe, options())
		if err != nil {
			t.Fatal(err)
		}
		files, err := hashed(pki.trusted())
		if err != nil {
			t.Fatal(err)
		}
		want := tool(t, pki.CAPEM(), "openssl", "x509", "-noout", "-subject_hash") + ".0"
		for got := range files {
			if got != want {
				t.Errorf("%q: got %s, want %s", subject, got, want)
			}
		}
	}
}

func TestSubjectHashOfOtherForms(t *testing.T) {
	// Two attributes in one relative name, and a string that is kept as it is.
	name, err := asn1.Marshal([]relativeNameSET{{
		{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte("B")}},
		{Type: asn1.ObjectIdentifier{2, 5, 4, 10}, Value: asn1.RawValue{Tag: asn1.TagOctetString, Bytes: []byte("A")}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := subjectHash(name); err != nil {
		t.Error(err)
	}
	for _, bad := range [][]byte{nil, {0x30}, append(name, 0), []byte("name")} {
		if hash, err := subjectHash(bad); err == nil {
			t.Errorf("%x has hash %s", bad, hash)
		}
	}
}

func TestSubjectHashIgnoresTheKindOfString(t *testing.T) {
	hash := func(tag int) string {
		name, err := asn1.Marshal([]relativeNameSET{{{
			Type:  asn1.ObjectIdentifier{2, 5, 4, 3},
			Value: asn1.RawValue{Tag: tag, Bytes: []byte("Root")},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		out, err := subjectHash(name)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if a, b := hash(asn1.TagPrintableString), hash(asn1.TagUTF8String); a != b {
		t.Errorf("%s as PrintableString, %s as UTF8String", a, b)
	}
	if a, b := hash(asn1.TagUTF8String), hash(asn1.TagOctetString); a == b {
		t.Error("an OCTET STRING counts as text")
	}
}

// pkix.Name is how crypto/x509 writes names; the two kinds of string that the
// canonical form knows are all that it uses.
func TestNamesAreOfTwoKindsOfString(t *testing.T) {
	der, err := asn1.Marshal(pkix.Name{CommonName: "Plain", Organization: []string{"Ä"}, Country: []string{"@"}}.ToRDNSequence())
	if err != nil {
		t.Fatal(err)
	}
	var relatives []relativeNameSET
	if _, err := asn1.Unmarshal(der, &relatives); err != nil {
		t.Fatal(err)
	}
	for _, relative := range relatives {
		if tag := relative[0].Value.Tag; tag != asn1.TagPrintableString && tag != asn1.TagUTF8String {
			t.Errorf("%v has tag %d", relative[0].Type, tag)
		}
	}
}
