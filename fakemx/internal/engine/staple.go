package engine

import (
	"fmt"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// stapleFor makes the OCSP response for the leaf of what is sent.
func stapleFor(kind scenarios.Staple, send []string, pki *certgen.PKI, now func() time.Time) ([]byte, error) {
	if len(send) == 0 {
		return nil, fmt.Errorf("a staple needs a certificate to be about, but none is sent")
	}
	status, o := certgen.StatusGood, certgen.OCSPOptions{StatusOptions: certgen.StatusOptions{Now: now}}
	switch kind {
	case scenarios.StapleGood:
	case scenarios.StapleRevoked:
		status = certgen.StatusRevoked
	case scenarios.StapleExpired:
		o.ThisUpdate, o.NextUpdate = certgen.Days(-14), certgen.Days(-7)
	default:
		return nil, fmt.Errorf("unknown staple %q, expected %s, %s or %s", kind, scenarios.StapleGood, scenarios.StapleRevoked, scenarios.StapleExpired)
	}
	return pki.OCSP(send[0], status, o)
}
