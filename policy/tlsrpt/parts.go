package tlsrpt

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
)

// maxParts bounds the parts of a message that are looked at. A report has two.
const maxParts = 20

// A part is the part of a message that holds the report. The error says that it
// is one and cannot be read.
type part struct {
	mediaType string
	filename  string
	// compressed: it is gzip, whatever the media type says.
	compressed bool
	report     *Report
	err        error
}

// reportPart finds the report in a message and reads it; what is wrong with the
// report itself goes to the second collector.
func (c *collector) reportPart(report *collector, header textproto.MIMEHeader, body io.Reader) (*part, error) {
	mediaType, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	const at = "header Content-Type"
	switch {
	case err != nil && mediaType == "":
		c.add(Error, BadTransport, at, emailTransport, "expected multipart/report; report-type=tlsrpt, found %s", quote(header.Get("Content-Type")))
		return nil, errNoReport
	case mediaType != "multipart/report":
		c.add(Error, BadTransport, at, emailTransport, "expected multipart/report, found %s", quote(mediaType))
	case parameters["report-type"] == "":
		c.add(Error, Missing, at, emailTransport, "expected the parameter report-type=tlsrpt")
	case !strings.EqualFold(parameters["report-type"], "tlsrpt"):
		c.add(Error, BadTransport, at, emailTransport, "expected report-type=tlsrpt, found %s", quote(parameters["report-type"]))
	}
	if !strings.HasPrefix(mediaType, "multipart/") {
		if !carriesReport(mediaType) {
			return nil, errNoReport
		}
		return c.readPart(report, "header", header, body), nil
	}
	if parameters["boundary"] == "" {
		return nil, errors.New("no report: expected the parameter boundary in Content-Type")
	}
	return c.multipart(report, multipart.NewReader(body, parameters["boundary"]))
}

// multipart looks for the report among the parts and checks their order.
func (c *collector) multipart(report *collector, reader *multipart.Reader) (*part, error) {
	var found *part
	number := 0
	for ; number < maxParts; number++ {
		next, err := reader.NextRawPart()
		if err == io.EOF { // wrapped, it means that the last boundary is missing
			break
		} else if err != nil {
			c.add(Error, BadSyntax, fmt.Sprintf("part %d", number+1), "RFC 2046 section 5.1", "expected the boundary that ends the parts: %s", shorten(err.Error()))
			break
		}
		mediaType, _, _ := mime.ParseMediaType(next.Header.Get("Content-Type"))
		if found == nil && carriesReport(mediaType) {
			if number != 1 {
				c.add(Warning, BadTransport, fmt.Sprintf("part %d", number+1), emailTransport, "expected a text for people first, and the report as part 2")
			}
			found = c.readPart(report, fmt.Sprintf("part %d", number+1), next.Header, next)
		}
	}
	switch {
	case found == nil:
		return nil, errNoReport
	case number > 2:
		c.add(Warning, BadTransport, fmt.Sprintf("part %d", number), emailTransport, "expected two parts, a text and the report, found %d", number)
	}
	return found, nil
}

// carriers are the media types of reports, and those that some reporters use in
// their place.
var carriers = map[string]bool{
	MediaTypeJSON: true, MediaTypeGzip: true,
	"application/json": true, "application/gzip": true, "application/x-gzip": true, "application/tlsrpt": true, "application/octet-stream": true,
}

func carriesReport(mediaType string) bool { return carriers[mediaType] }

// readPart reads the part with the report.
func (c *collector) readPart(report *collector, at string, header textproto.MIMEHeader, body io.Reader) *part {
	mediaType, parameters, _ := mime.ParseMediaType(header.Get("Content-Type"))
	p := &part{mediaType: mediaType, filename: parameters["name"]}
	if _, disposition, err := mime.ParseMediaType(header.Get("Content-Disposition")); err == nil && disposition["filename"] != "" {
		p.filename = disposition["filename"]
	}
	var data []byte
	if data, p.err = c.decode(at, header.Get("Content-Transfer-Encoding"), body); p.err != nil {
		p.err = fmt.Errorf("%s: %w", at, p.err)
		return p
	}
	p.compressed = isGzip(data)
	p.report, p.err = c.readTyped(report, at, emailTransport, mediaType, data)
	return p
}

// readTyped reads a report of a media type.
func (c *collector) readTyped(report *collector, at, reference, mediaType string, data []byte) (*Report, error) {
	compressed, want := isGzip(data), MediaTypeJSON
	if compressed {
		want = MediaTypeGzip
	} else {
		c.add(Note, BadTransport, at, "RFC 8460 section 5.2", "the report should be compressed: some receivers refuse long messages")
	}
	switch mediaType {
	case MediaTypeJSON, MediaTypeGzip:
		compressed = mediaType == MediaTypeGzip
	default:
		c.add(mediaTypeSeverity(reference), BadTransport, at, reference, "expected the media type %s, found %s", want, quote(mediaType))
	}
	return readReport(report, at, data, compressed)
}

// mediaTypeSeverity: section 5.3 defines the media type of a part, section 5.4
// says SHOULD for a request.
func mediaTypeSeverity(reference string) Severity {
	if reference == emailTransport {
		return Error
	}
	return Warning
}

// decode undoes the Content-Transfer-Encoding (RFC 2045 section 6).
func (c *collector) decode(at, encoding string, body io.Reader) ([]byte, error) {
	const reference = "RFC 2045 section 6"
	switch encoding = strings.ToLower(strings.TrimSpace(encoding)); encoding {
	case "base64":
		text, err := readBody(body)
		if err != nil {
			return nil, err
		}
		data, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(text), nil)))
		if err != nil {
			return nil, fmt.Errorf("not base64: %w", err)
		}
		return data, nil
	case "quoted-printable":
		return readBody(quotedprintable.NewReader(body))
	case "", "7bit", "8bit", "binary":
	default:
		c.add(Error, BadTransport, at, reference, "expected the Content-Transfer-Encoding base64, found %s", quote(encoding))
	}
	data, err := readBody(body)
	if isGzip(data) {
		c.add(Error, BadTransport, at, reference, "expected the Content-Transfer-Encoding base64 for gzip, found %s: mail servers may change it", quote(encoding))
	}
	return data, err
}

// readBody reads a part. That its last boundary is missing is found when the
// next part is looked for.
func readBody(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(body)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return data, nil
	}
	return data, err
}
