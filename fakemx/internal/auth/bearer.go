package auth

import (
	"bytes"
	"crypto/subtle"
	"maps"
	"slices"

	"github.com/emersion/go-sasl"
)

// oauthBearer is OAUTHBEARER (RFC 7628). A client that is refused is told why
// by a challenge; whatever it answers, the exchange has failed then.
type oauthBearer struct {
	server   sasl.Server
	answered bool
}

func newOAuthBearer(e *exchange) sasl.Server {
	return &oauthBearer{server: sasl.NewOAuthBearerServer(e.authenticateBearer)}
}

func (o *oauthBearer) Next(response []byte) (challenge []byte, done bool, err error) {
	if o.answered {
		return nil, false, errRefused
	}
	o.answered = response != nil
	if response != nil && !delimited(response) {
		response = []byte{} // which the library answers with invalid_request, as is due here
	}
	return o.server.Next(response)
}

// delimited reports whether the pairs behind the GS2 header are delimited as RFC
// 7628 section 3.1 has it, which the library does not ask for.
func delimited(response []byte) bool {
	_, pairs, found := bytes.Cut(response, []byte("\x01"))
	header := response[:len(response)-len(pairs)]
	return found && bytes.HasSuffix(header, []byte(",\x01")) && bytes.HasSuffix(pairs, []byte("\x01\x01"))
}

// authenticateBearer checks a token. A client that names no identity has that
// of its token.
func (e *exchange) authenticateBearer(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
	identity := o.Username
	if identity == "" {
		identity = e.options.tokenOwner(o.Token)
	}
	e.identify(identity)
	if e.options.verify(identity, o.Token) == nil {
		return nil
	}
	e.report(false) // the client may leave when it has read the challenge
	return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
}

// tokenOwner is who has a token; empty if nobody has.
func (o Options) tokenOwner(token string) string {
	for _, identity := range slices.Sorted(maps.Keys(o.Users)) {
		if subtle.ConstantTimeCompare([]byte(o.Users[identity]), []byte(token)) == 1 {
			return identity
		}
	}
	return ""
}
