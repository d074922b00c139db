package tlsrpt

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
)

const httpsTransport = "RFC 8460 section 5.4"

// A RequestError is a request that a receiver does not take, and its answer.
type RequestError struct {
	// Status is the status code to answer with.
	Status int
	err    error
}

func (e *RequestError) Error() string { return e.err.Error() }
func (e *RequestError) Unwrap() error { return e.err }

// ReadRequest reads a report from an HTTP POST (RFC 8460 section 5.4), whose body
// may be at most [MaxDelivery] long. The error, a [*RequestError], says that
// there is no report; the delivery is never nil, and has the findings up to
// there.
func ReadRequest(request *http.Request) (*Delivery, error) {
	d, c := &Delivery{Form: FormRequest}, newCollector()
	err := c.readRequest(d, request)
	d.Findings = c.findings()
	return d, err
}

func (c *collector) readRequest(d *Delivery, request *http.Request) error {
	const at = "request"
	if request.Method != http.MethodPost {
		c.add(Error, BadTransport, at, httpsTransport, "expected the method POST, found %s", quote(request.Method))
		return &RequestError{http.StatusMethodNotAllowed, errors.New("no report: expected the method POST")}
	}
	if coding := request.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		c.add(Warning, BadTransport, at, httpsTransport, "expected no Content-Encoding, found %s: the media type %s says that a report is compressed", quote(coding), MediaTypeGzip)
	}
	data, err := readAll(request.Body)
	if err != nil {
		return &RequestError{tooLargeOr(err, http.StatusBadRequest), err}
	}
	field := request.Header.Get("Content-Type")
	mediaType, _, err := mime.ParseMediaType(field)
	if err != nil {
		mediaType = field
	}
	d.Report, err = c.readTyped(c, at, httpsTransport, mediaType, data)
	switch {
	case err == nil:
		return nil
	case mediaType != MediaTypeJSON && mediaType != MediaTypeGzip:
		return &RequestError{http.StatusUnsupportedMediaType, fmt.Errorf("expected the media type %s or %s: %w", MediaTypeGzip, MediaTypeJSON, err)}
	}
	return &RequestError{tooLargeOr(err, http.StatusBadRequest), err}
}

// tooLargeOr is the status for an error of reading.
func tooLargeOr(err error, status int) int {
	if errors.Is(err, errTooLong) || errors.Is(err, errTooMuch) {
		return http.StatusRequestEntityTooLarge
	}
	return status
}

// Handler answers POSTs of reports as a receiver should, and hands on what came:
// with the error of [ReadRequest], which is nil if there is a report. A report is
// answered with 201, whatever its findings: the receiver "MUST return a
// successful response" and need not look into the report at once (RFC 8460
// section 5.4). What is no report gets the status of its [RequestError], and the
// reporter tries again for a day (section 5.5). Handler calls use before it
// answers, and at the same time for several requests.
func Handler(use func(*Delivery, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		d, err := ReadRequest(request)
		use(d, err)
		var refused *RequestError
		switch {
		case err == nil:
			w.WriteHeader(http.StatusCreated)
		case errors.As(err, &refused):
			if refused.Status == http.StatusMethodNotAllowed {
				w.Header().Set("Allow", http.MethodPost)
			}
			http.Error(w, refused.Error(), refused.Status)
		}
	})
}
