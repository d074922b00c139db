package audit

import (
	"cmp"

	"github.com/fakemx/fakemx/scenarios"
)

// What a client finds by MTA-STS, in words.
const (
	findsNoPolicy = "there is no MTA-STS policy to follow"
	findsTesting  = "the MTA-STS policy is in mode testing"
	findsListed   = "an enforced MTA-STS policy lists the host"
	findsUnlisted = "an enforced MTA-STS policy does not list the host"
	findsUnclear  = "whether the MTA-STS policy holds, or lists the host, is left to the client"
)

// stsTable has the policy that follows RFC 8461, by what is found.
var stsTable = map[scenarios.STSFact]row{
	scenarios.STSNone:    {as: Opportunistic, because: findsNoPolicy},
	scenarios.STSTesting: {as: Opportunistic, because: findsTesting},
	scenarios.STSAllows:  {as: Verify, because: findsListed},
	scenarios.STSForbids: {because: findsUnlisted},
	scenarios.STSLenient: {as: Opportunistic, freely: true, because: findsUnclear},
}

// stsRowOf is the row of MTASTS for what is published.
func stsRowOf(f scenarios.Facts) row {
	r := stsTable[cmp.Or(f.STS, scenarios.STSNone)]
	r.rests = bySTS
	return r
}

// bothRowOf is the row of DANEAndMTASTS for what is published. DANE comes first:
// a policy must not override it where it fails (RFC 8461 section 2). Where it
// authenticates a host that the policy forbids, the client may do either.
func bothRowOf(f scenarios.Facts) row {
	sts, dane := stsRowOf(f), daneRowOf(f, DANE)
	switch cmp.Or(f.DANE, scenarios.DANENone) {
	case scenarios.DANEMismatch, scenarios.DANEUnknowable:
		return dane
	case scenarios.DANEMatches:
		if sts.as == "" || sts.freely || sts.as == Verify && columnOf(f) == notAuthentic {
			dane.freely = true
			dane.because += ", which the MTA-STS policy contradicts"
		}
		return dane
	case scenarios.DANEUnusable:
		return strictest(dane, sts)
	case scenarios.DANELenient:
		return dane
	case scenarios.DANEInsecureMX:
		if sts.as == "" {
			sts.as = Encrypt // by the TLSA record, which it may use
		}
		sts.freely = true
		sts.because = dane.because + "; " + sts.because
		return sts
	}
	return sts
}

// strictest is the row of MTA-STS where there are TLSA records and none is usable,
// which demands TLS in any case.
func strictest(dane, sts row) row {
	switch {
	case sts.as == Opportunistic && sts.freely:
		dane.freely = true
		return dane
	case sts.as == Opportunistic:
		return dane
	}
	return sts
}
