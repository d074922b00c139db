package dane

import (
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
)

// Usable returns nil if an SMTP client can use the record to authenticate a
// server, or an error that says why it has to treat it as unusable: the
// certificate usage, selector or matching type is unknown or the data is
// malformed (RFC 6698 section 4.1). Data is malformed if a digest does not have
// the length of its algorithm (RFC 7671 section 9), or if matching type Full is
// not followed by a certificate or key in DER form.
//
// PKIXTA and PKIXEE are unusable too. RFC 7672 section 3.1.3 leaves undefined
// what SMTP clients do with them, and allows this: clients share no list of
// CAs that they could check them with.
//
// An unusable record is not without effect. It proves that the server commits
// to TLS: without any usable one beside it, the client must encrypt, but cannot
// authenticate ([Encrypt]).
func (r Record) Usable() error {
	if err := r.Usage.usable(); err != nil {
		return err
	}
	if r.Selector != Cert && r.Selector != SPKI {
		return fmt.Errorf("selector %v is unknown, expected Cert(0) or SPKI(1) (RFC 6698 section 4.1)", r.Selector)
	}
	switch r.Matching {
	case Full:
		return r.checkFull()
	case SHA256:
		return r.checkDigest(sha256.Size)
	case SHA512:
		return r.checkDigest(sha512.Size)
	default:
		return fmt.Errorf("matching type %v is unknown, expected Full(0), SHA2-256(1) or SHA2-512(2) (RFC 6698 section 4.1)", r.Matching)
	}
}

func (u Usage) usable() error {
	switch u {
	case DANETA, DANEEE:
		return nil
	case PKIXTA, PKIXEE:
		return fmt.Errorf("certificate usage %v(%d) is not supported in SMTP; publish DANE-EE(3) or DANE-TA(2) (RFC 7672 section 3.1.3)", u, u)
	default:
		return fmt.Errorf("certificate usage %v is unknown, expected DANE-TA(2) or DANE-EE(3) (RFC 6698 section 4.1)", u)
	}
}

func (r Record) checkDigest(size int) error {
	if len(r.Data) != size {
		return fmt.Errorf("the data is malformed: it has %d octets, expected %d for a %v digest (RFC 6698 section 4.1)", len(r.Data), size, r.Matching)
	}
	return nil
}

func (r Record) checkFull() error {
	check := checkCertificate
	if r.Selector == SPKI {
		check = checkKey
	}
	if err := check(r.Data); err != nil {
		return fmt.Errorf("the data is malformed: %w (RFC 6698 section 4.1)", err)
	}
	return nil
}
