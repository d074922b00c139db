package tlsrpt

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// version begins every record. Its case matters (RFC 8460 section 3, %s of
// RFC 7405).
const version = "v=TLSRPTv1"

// The errors of [FindRecord]. In both cases a reporter takes the domain for one
// that wants no reports (RFC 8460 section 3).
var (
	// ErrNoRecord: no TXT record begins with v=TLSRPTv1.
	ErrNoRecord = errors.New("no TLSRPT record: no TXT record begins with v=TLSRPTv1;")
	// ErrSeveralRecords: more than one does.
	ErrSeveralRecords = errors.New("several TLSRPT records: exactly one TXT record may begin with v=TLSRPTv1; (list several URIs in one rua instead)")
)

// A Record says where a domain wants its reports sent (RFC 8460 section 3). It
// is a TXT record at [RecordName] of the domain.
type Record struct {
	// RUA are the aggregate report URIs, one or more, in the order of the record
	// and as they stand there: with commas, exclamation points and semicolons
	// percent-encoded. A reporter may send to one of them or to all.
	RUA []string
	// Extensions are the fields that RFC 8460 does not define, in the order of
	// the record. A reporter ignores them.
	Extensions []Extension
}

// An Extension is a field of a [Record] beside v and rua.
type Extension struct{ Name, Value string }

// RecordName is the name of the TXT record of a domain: _smtp._tls.DOMAIN.
func RecordName(domain string) string { return "_smtp._tls." + domain }

// Endpoints are the URIs to which a report can be sent: those of the schemes
// mailto and https, which are all that RFC 8460 section 3 knows. Others may
// stand in a record, which may be of a later version of the standard; they are
// left out here.
func (r *Record) Endpoints() []string {
	var known []string
	for _, uri := range r.RUA {
		switch scheme, _, _ := strings.Cut(uri, ":"); strings.ToLower(scheme) {
		case "mailto", "https":
			known = append(known, uri)
		}
	}
	return known
}

// encoded replaces what must not stand in a URI of a record: it would end the
// URI or the field.
var encoded = strings.NewReplacer(",", "%2C", "!", "%21", ";", "%3B")

// String writes the record for a zone: one rua field with all URIs, then the
// extensions. Commas, exclamation points and semicolons in URIs are
// percent-encoded. It does not check anything else: [ParseRecord] does.
func (r *Record) String() string {
	uris := make([]string, len(r.RUA))
	for i, uri := range r.RUA {
		uris[i] = encoded.Replace(uri)
	}
	fields := []string{version, "rua=" + strings.Join(uris, ",")}
	for _, e := range r.Extensions {
		fields = append(fields, e.Name+"="+e.Value)
	}
	return strings.Join(fields, "; ")
}

// FindRecord finds the one TLSRPT record among the TXT records at [RecordName]
// and parses it (RFC 8460 section 3). Each text is one TXT record, with its
// strings joined without spaces, as net.Resolver.LookupTXT returns them. If there
// are several, those that do not begin with "v=TLSRPTv1;" are discarded, with
// nothing in front of the semicolon. The error is [ErrNoRecord],
// [ErrSeveralRecords], or what is wrong with the syntax of the record that is
// left; with any of them the domain gets no reports.
func FindRecord(texts []string) (*Record, error) {
	kept := texts
	if len(texts) > 1 {
		kept = nil
		for _, text := range texts {
			if strings.HasPrefix(text, version+";") {
				kept = append(kept, text)
			}
		}
	}
	switch {
	case len(kept) > 1:
		return nil, ErrSeveralRecords
	case len(kept) == 0 || !strings.HasPrefix(kept[0], version):
		return nil, ErrNoRecord
	}
	return ParseRecord(kept[0])
}

// ParseRecord parses one TXT record by the ABNF of RFC 8460 section 3. Several
// rua fields are read as one list. Fields with other names become
// [Record.Extensions].
func ParseRecord(text string) (*Record, error) {
	rest, ok := strings.CutPrefix(text, version)
	if !ok {
		return nil, fmt.Errorf("not a TLSRPT record: expected it to begin with %s;, in this case", version)
	}
	delimited := strings.TrimLeft(rest, " \t")
	if !strings.HasPrefix(delimited, ";") {
		return nil, fmt.Errorf("expected a semicolon after %s, not %s", version, quote(rest))
	}
	record := &Record{}
	fields := strings.Split(delimited[1:], ";")
	for i, field := range fields {
		field = strings.Trim(field, " \t")
		if field == "" && i > 0 && i == len(fields)-1 {
			break // the semicolon that may end a record
		}
		if err := record.add(field); err != nil {
			return nil, err
		}
	}
	if len(record.RUA) == 0 {
		return nil, errors.New("expected rua=URI, in small letters: without it nobody knows where to send reports")
	}
	return record, nil
}

// add reads one field.
func (r *Record) add(field string) error {
	name, value, ok := strings.Cut(field, "=")
	switch {
	case field == "":
		return errors.New("expected name=value between semicolons, found nothing")
	case !ok:
		return fmt.Errorf("expected name=value, not %s", quote(field))
	case name == "rua":
		return r.addURIs(value)
	case !isExtensionName(name):
		return fmt.Errorf("expected a name of 1 to 32 letters, digits, _, - and ., not %s", quote(name))
	case !isExtensionValue(value):
		return fmt.Errorf("expected a value of printable ASCII characters without spaces and = for %s, not %s", name, quote(value))
	}
	r.Extensions = append(r.Extensions, Extension{name, value})
	return nil
}

func (r *Record) addURIs(list string) error {
	for uri := range strings.SplitSeq(list, ",") {
		uri = strings.Trim(uri, " \t")
		if err := checkURI(uri); err != nil {
			return fmt.Errorf("rua: %w", err)
		}
		r.RUA = append(r.RUA, uri)
	}
	return nil
}

// checkURI holds a URI against RFC 3986 and, if the scheme is known, against
// what a report needs.
func checkURI(uri string) error {
	if uri == "" {
		return errors.New("expected a URI such as mailto:reports@example.com, found nothing")
	}
	for _, c := range []byte(uri) {
		switch {
		case c == '!':
			return fmt.Errorf("%s: expected %%21 in place of the exclamation point (there is no size limit as in DMARC)", quote(uri))
		case c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			return fmt.Errorf("%s: the character %q must not stand in a URI; percent-encode it", quote(uri), c)
		}
	}
	u, err := url.Parse(uri)
	if err != nil {
		return fmt.Errorf("expected a URI: %s", strings.TrimPrefix(err.Error(), "parse "))
	}
	switch u.Scheme {
	case "":
		return fmt.Errorf("%s: expected the scheme mailto or https", quote(uri))
	case "mailto":
		if local, domain, ok := strings.Cut(u.Opaque, "@"); !ok || local == "" || domain == "" {
			return fmt.Errorf("%s: expected mailto:ADDRESS", quote(uri))
		}
	case "https":
		if u.Hostname() == "" {
			return fmt.Errorf("%s: expected https://HOST/…", quote(uri))
		}
	}
	return nil
}

func isExtensionName(name string) bool {
	if name == "" || len(name) > 32 || !isAlphanumeric(name[0]) {
		return false
	}
	for _, c := range []byte(name) {
		if !isAlphanumeric(c) && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

func isExtensionValue(value string) bool {
	for _, c := range []byte(value) {
		if c <= ' ' || c > '~' || c == '=' {
			return false
		}
	}
	return value != ""
}

func allAlphanumeric(text string) bool {
	for _, c := range []byte(text) {
		if !isAlphanumeric(c) {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
