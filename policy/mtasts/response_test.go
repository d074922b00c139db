package mtasts_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/mtasts"
)

func TestCheckResponse(t *testing.T) {
	const plain = "text/plain"
	for _, test := range []struct {
		response mtasts.Response
		notes    string
		kind     mtasts.FetchErrorKind
	}{
		{mtasts.Response{200, plain, 100}, "", ""},
		{mtasts.Response{200, "Text/Plain", 100}, "", ""},
		{mtasts.Response{200, "text/plain; charset=utf-8", 100}, "", ""},
		{mtasts.Response{200, `text/plain; charset="US-ASCII"`, 100}, "", ""},
		{mtasts.Response{200, "text/plain; charset=iso-8859-1", 100}, "parameter", ""},
		{mtasts.Response{200, "text/plain; format=flowed", 100}, "parameter", ""},
		{mtasts.Response{200, "text/plain;charset", 100}, "", ""},
		{mtasts.Response{200, "text/plain; charset=utf-8; charset=us-ascii", 100}, "", ""},
		{mtasts.Response{200, "text/html", 100}, "media-type", ""},
		{mtasts.Response{200, "text/html; charset=utf-8", 100}, "media-type", ""},
		{mtasts.Response{200, "application/octet-stream", 100}, "media-type", ""},
		{mtasts.Response{200, "", 100}, "media-type", ""},
		{mtasts.Response{200, ";;;", 100}, "media-type", ""},
		{mtasts.Response{200, "text/plainer", 100}, "media-type", ""},
		{mtasts.Response{200, plain, 64 * 1024}, "", ""},
		{mtasts.Response{200, plain, 64*1024 + 1}, "size", ""},
		{mtasts.Response{200, "text/html", 1 << 40}, "media-type size", ""},
		{mtasts.Response{301, plain, 100}, "", mtasts.KindRedirect},
		{mtasts.Response{308, plain, 100}, "", mtasts.KindRedirect},
		{mtasts.Response{304, plain, 100}, "", mtasts.KindRedirect},
		{mtasts.Response{204, plain, 100}, "", mtasts.KindStatus},
		{mtasts.Response{201, plain, 100}, "", mtasts.KindStatus},
		{mtasts.Response{404, "text/html", 100}, "", mtasts.KindStatus},
		{mtasts.Response{500, plain, 100}, "", mtasts.KindStatus},
		{mtasts.Response{}, "", mtasts.KindStatus},
	} {
		notes, err := mtasts.CheckResponse(test.response)
		if kinds(notes) != test.notes {
			t.Errorf("notes on %+v are %q, want %q", test.response, kinds(notes), test.notes)
		}
		failure, ok := errors.AsType[*mtasts.FetchError](err)
		if ok != (test.kind != "") || ok && failure.Kind != test.kind {
			t.Errorf("%+v: %v, want %q", test.response, err, test.kind)
		}
		if ok && !strings.Contains(err.Error(), "expected status 200") {
			t.Errorf("%+v: %v does not say what was expected", test.response, err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, domain := range []string{"example.com", "example.com."} {
		got := []string{mtasts.RecordName(domain), mtasts.PolicyHost(domain), mtasts.PolicyURL(domain)}
		want := []string{"_mta-sts.example.com", "mta-sts.example.com", "https://mta-sts.example.com/.well-known/mta-sts.txt"}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("got %s, want %s", got[i], want[i])
			}
		}
	}
}
