package auth

import (
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// maxResponse is how long a response may be: 12288 octets in base64 (RFC 4954
// section 4).
const maxResponse = 12288 / 4 * 3

// errTooLong is of RFC 4954 section 6.
var errTooLong = &smtp.SMTPError{
	Code:         500,
	EnhancedCode: smtp.EnhancedCode{5, 5, 6},
	Message:      "Authentication Exchange line is too long",
}

// errServerFirst refuses an initial response to a mechanism in which the server
// speaks first (RFC 4954 section 4).
var errServerFirst = &smtp.SMTPError{
	Code:         501,
	EnhancedCode: smtp.EnhancedCode{5, 7, 0},
	Message:      "The mechanism takes no initial response",
}

// errRefused is what mechanisms say of credentials; the client is told
// smtp.ErrAuthFailed.
var errRefused = errors.New("credentials refused")

// exchange conducts one exchange: it stands between the client and a mechanism,
// which may rely on a proper order of its calls.
type exchange struct {
	mechanism string
	options   Options
	server    sasl.Server
	identity  string
	started   bool
	reported  bool
	ended     bool
}

// Next implements sasl.Server. After the end of an exchange nothing reaches the
// mechanism any more.
func (e *exchange) Next(response []byte) (challenge []byte, done bool, err error) {
	if e.ended {
		return nil, false, sasl.ErrUnexpectedClientResponse
	}
	if len(response) > maxResponse {
		return e.end(errTooLong)
	}
	if response == nil && e.started {
		response = []byte{} // nil is the lack of an initial response only
	}
	e.started = true
	challenge, done, err = e.server.Next(response)
	switch {
	case errors.Is(err, errServerFirst):
		return e.end(errServerFirst)
	case err != nil:
		return e.end(smtp.ErrAuthFailed)
	case done:
		return e.end(nil)
	}
	return challenge, false, nil
}

func (e *exchange) end(err error) ([]byte, bool, error) {
	e.ended = true
	e.report(err == nil)
	return nil, err == nil, err
}

// identify notes who the client says it is. It is going to be shown to people.
func (e *exchange) identify(identity string) {
	e.identity = strings.ToValidUTF8(identity, "\uFFFD")
}

// report tells the verdict, once.
func (e *exchange) report(ok bool) {
	if e.reported {
		return
	}
	e.reported = true
	if e.options.Report != nil {
		e.options.Report(e.mechanism, e.identity, ok)
	}
}
