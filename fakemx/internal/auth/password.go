package auth

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // CRAM-MD5 is made of it
	"crypto/subtle"
	"encoding/hex"
	"fmt"

	"github.com/emersion/go-sasl"
)

// verify checks a password, or a token, in a time that does not depend on it.
func (o Options) verify(identity, password string) error {
	if o.AcceptAny {
		return nil
	}
	want, known := o.Users[identity]
	if !known || subtle.ConstantTimeCompare([]byte(want), []byte(password)) == 0 {
		return errRefused
	}
	return nil
}

// authorize checks the identity that a client asks to act as: only its own.
func (o Options) authorize(asked, own string) error {
	if asked != "" && asked != own && !o.AcceptAny {
		return errRefused
	}
	return nil
}

// newPlain is PLAIN (RFC 4616).
func newPlain(e *exchange) sasl.Server {
	return sasl.NewPlainServer(func(authorization, identity, password string) error {
		e.identify(identity)
		if err := e.options.authorize(authorization, identity); err != nil {
			return err
		}
		return e.options.verify(identity, password)
	})
}

// login is LOGIN (draft-murchison-sasl-login-00): two questions, the first of
// which an initial response may answer unasked.
type login struct {
	exchange *exchange
	named    bool
	identity string
}

func newLogin(e *exchange) sasl.Server { return &login{exchange: e} }

func (l *login) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil:
		return []byte("Username:"), false, nil
	case bytes.IndexByte(response, 0) >= 0:
		return nil, false, errRefused
	case !l.named:
		l.named, l.identity = true, string(response)
		l.exchange.identify(l.identity)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.exchange.options.verify(l.identity, string(response))
}

// cramMD5 is CRAM-MD5 (RFC 2195).
type cramMD5 struct {
	exchange  *exchange
	challenge []byte
}

func newCRAMMD5(e *exchange) sasl.Server { return &cramMD5{exchange: e} }

func (c *cramMD5) Next(response []byte) (challenge []byte, done bool, err error) {
	if c.challenge == nil {
		if response != nil {
			return nil, false, errServerFirst
		}
		c.challenge = fmt.Appendf(nil, "<%s@fakemx.test>", c.exchange.options.random())
		return c.challenge, false, nil
	}
	space := bytes.LastIndexByte(response, ' ')
	if space < 0 {
		return nil, false, errRefused
	}
	identity, digest := string(response[:space]), response[space+1:]
	c.exchange.identify(identity)
	return nil, true, c.verify(identity, digest)
}

func (c *cramMD5) verify(identity string, digest []byte) error {
	o := c.exchange.options
	if o.AcceptAny && len(digest) == hex.EncodedLen(md5.Size) {
		return nil
	}
	password, known := o.Users[identity]
	mac := hmac.New(md5.New, []byte(password))
	mac.Write(c.challenge)
	if !hmac.Equal(hex.AppendEncode(nil, mac.Sum(nil)), digest) || !known {
		return errRefused
	}
	return nil
}
