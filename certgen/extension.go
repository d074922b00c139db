package certgen

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxExtension is the largest Extension, in octets; a Certificate message ends at
// 2^24 octets (RFC 8446 section 4.4.2).
const maxExtension = 1 << 24

// extensionOIDs are the extensions that have a name in recipes (RFC 5280
// section 4.2.1).
var extensionOIDs = map[string]asn1.ObjectIdentifier{
	"subject_key_identifier":   {2, 5, 29, 14},
	"key_usage":                {2, 5, 29, 15},
	"basic_constraints":        {2, 5, 29, 19},
	"name_constraints":         {2, 5, 29, 30},
	"authority_key_identifier": {2, 5, 29, 35},
	"extended_key_usage":       {2, 5, 29, 37},
}

// omittable are the names that Certificate.Omit knows, critical those that
// Certificate.NotCritical knows.
var (
	omittable = []string{"subject_key_identifier", "authority_key_identifier", "basic_constraints", "key_usage", "extended_key_usage"}
	critical  = append(slices.Clone(omittable), "name_constraints")
)

// keyUsages are the key usages of RFC 5280 section 4.2.1.3.
var keyUsages = map[string]x509.KeyUsage{
	"digitalSignature": x509.KeyUsageDigitalSignature,
	"nonRepudiation":   x509.KeyUsageContentCommitment,
	"keyEncipherment":  x509.KeyUsageKeyEncipherment,
	"dataEncipherment": x509.KeyUsageDataEncipherment,
	"keyAgreement":     x509.KeyUsageKeyAgreement,
	"keyCertSign":      x509.KeyUsageCertSign,
	"cRLSign":          x509.KeyUsageCRLSign,
	"encipherOnly":     x509.KeyUsageEncipherOnly,
	"decipherOnly":     x509.KeyUsageDecipherOnly,
}

// extendedKeyUsages are the key purposes of RFC 5280 section 4.2.1.12.
var extendedKeyUsages = map[string]x509.ExtKeyUsage{
	"anyExtendedKeyUsage": x509.ExtKeyUsageAny,
	"serverAuth":          x509.ExtKeyUsageServerAuth,
	"clientAuth":          x509.ExtKeyUsageClientAuth,
	"codeSigning":         x509.ExtKeyUsageCodeSigning,
	"emailProtection":     x509.ExtKeyUsageEmailProtection,
	"timeStamping":        x509.ExtKeyUsageTimeStamping,
	"OCSPSigning":         x509.ExtKeyUsageOCSPSigning,
}

// mustStaple is the TLS feature extension with status_request (RFC 7633).
var mustStaple = pkix.Extension{
	Id:    asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24},
	Value: []byte{0x30, 0x03, 0x02, 0x01, 0x05},
}

// named tells whether e is one of the extensions of those names.
func named(names []string, e pkix.Extension) bool {
	return slices.ContainsFunc(names, func(name string) bool { return extensionOIDs[name].Equal(e.Id) })
}

// encode makes the extension.
func (e Extension) encode() (pkix.Extension, error) {
	oid, err := parseOID(e.OID)
	if err != nil {
		return pkix.Extension{}, err
	}
	if e.Value != "" {
		value, err := hex.DecodeString(e.Value)
		return pkix.Extension{Id: oid, Critical: e.Critical, Value: value}, err
	}
	value, err := asn1.Marshal(make([]byte, e.Size))
	return pkix.Extension{Id: oid, Critical: e.Critical, Value: value}, err
}

// parseOID reads a dotted object identifier.
func parseOID(text string) (asn1.ObjectIdentifier, error) {
	var oid asn1.ObjectIdentifier
	for arc := range strings.SplitSeq(text, ".") {
		n, err := strconv.ParseUint(arc, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("%q is not a dotted object identifier such as 1.3.6.1.4.1.32473.1", text)
		}
		oid = append(oid, int(n))
	}
	if _, err := asn1.Marshal(oid); err != nil {
		return nil, fmt.Errorf("%q is not an object identifier: expected at least two arcs, the first 0, 1 or 2", text)
	}
	return oid, nil
}
