package mtasts

import (
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// PolicyHost returns the name of the host that serves the policy of a domain:
// mta-sts.example.com for example.com (RFC 8461 section 3.2). Its certificate has
// to be valid for this name, even if the name is an alias of a provider's host
// (section 8.2).
func PolicyHost(domain string) string { return "mta-sts." + strings.TrimSuffix(domain, ".") }

// PolicyURL returns where the policy of a domain is served (RFC 8461 section
// 3.2).
func PolicyURL(domain string) string {
	return "https://" + PolicyHost(domain) + "/.well-known/mta-sts.txt"
}

// MaxPolicySize is the maximum size of a policy in bytes that RFC 8461 section
// 3.3 suggests to senders. A policy host should keep within it.
const MaxPolicySize = 64 * 1024

// A Response is what matters of the HTTPS response of a policy host, but for the
// policy itself.
type Response struct {
	// Status is the status code, such as 200.
	Status int
	// ContentType is the value of the header field Content-Type, or empty.
	ContentType string
	// Size is the size of the body in bytes.
	Size int64
}

// CheckResponse says whether the body of a response may be taken for a policy
// (RFC 8461 sections 3.2 and 3.3). The error is a [*FetchError] of the kind
// [KindRedirect] or [KindStatus]: every sender has to refuse any status but
// 200, and must not follow a redirect.
//
// The notes are about what is left to the sender: a media type other than
// text/plain ([NoteMediaType]), which it should refuse, its parameters
// ([NoteParameter]), which it has to ignore, and a body of more than
// [MaxPolicySize] ([NoteSize]), which it may refuse. [Fetch] refuses the first
// and the last.
func CheckResponse(r Response) ([]Note, error) {
	switch {
	case r.Status >= 300 && r.Status < 400:
		return nil, &FetchError{Kind: KindRedirect, Err: fmt.Errorf(
			"expected status 200, got the redirect %d, which a sender must not follow; serve the policy at this address (RFC 8461 section 3.3)", r.Status)}
	case r.Status != http.StatusOK:
		return nil, &FetchError{Kind: KindStatus, Err: fmt.Errorf("expected status 200, got %d (RFC 8461 section 3.3)", r.Status)}
	}
	notes := mediaTypeNotes(r.ContentType)
	if r.Size > MaxPolicySize {
		notes = append(notes, responseNote(NoteSize, fmt.Sprintf(
			"%d bytes: senders may refuse a policy of more than %d", r.Size, MaxPolicySize)))
	}
	return notes, nil
}

func mediaTypeNotes(contentType string) []Note {
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	if mediaType == "" && err != nil {
		mediaType, _, _ = strings.Cut(contentType, ";")
	}
	if !strings.EqualFold(strings.TrimSpace(mediaType), "text/plain") {
		return []Note{responseNote(NoteMediaType, "media type "+quoted(contentType)+": senders should refuse any but text/plain")}
	}
	for name, value := range parameters {
		if charset := strings.ToLower(value); name == "charset" && (charset == "utf-8" || charset == "us-ascii") {
			continue
		}
		return []Note{responseNote(NoteParameter, "media type "+quoted(contentType)+
			": senders ignore parameters other than charset=utf-8 and charset=us-ascii")}
	}
	return nil
}

func responseNote(kind NoteKind, text string) Note {
	return Note{Kind: kind, Text: text, Section: noteSections[kind]}
}
