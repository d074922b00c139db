package received_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/received"
)

// FuzzRead holds that any text can be read and judged, that what is kept of it
// is bounded, and that Parse accepts what has no deviations and nothing else.
func FuzzRead(f *testing.F) {
	for _, group := range [][]sample{sendmails, postfixes, exims, others} {
		for _, tt := range group {
			f.Add("Received: " + strings.ReplaceAll(tt.field, "\n", "\r\n") + "\r\n")
		}
	}
	f.Add("From x\n> Received: from a\n> by b (c; d\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		field := received.Read(text)
		clauses, err := received.Parse(text)
		if (err == nil) != (len(field.Deviations) == 0) {
			t.Errorf("Parse says %v, Read has %q", err, field.Deviations)
		}
		if err == nil && !clauses.Date.Equal(field.Date) {
			t.Errorf("Parse and Read do not agree: %v, %v", clauses, field.Clauses)
		}
		mustBeSaid(t, field)
		for _, field := range received.Fields(text) {
			mustBeSaid(t, field)
		}
	})
}

// mustBeSaid wants a finding that says something, and bounds on what is kept.
func mustBeSaid(t *testing.T, field received.Field) {
	t.Helper()
	found := received.Judge(field)
	if found.Word.Sentence() == "" || found.TLS == "" || found.Auth == "" || field.Software == "" {
		t.Errorf("nothing is said of %q: %+v", field.Text, found)
	}
	if len(field.Comments) > 64 || len(field.Words) > 64 || len(field.Deviations) > 32 {
		t.Errorf("%d comments, %d words and %d deviations are kept", len(field.Comments), len(field.Words), len(field.Deviations))
	}
	if len(field.Text) > 3*64<<10 { // octets that are no UTF-8 grow
		t.Errorf("%d octets are kept", len(field.Text))
	}
	for _, d := range field.Deviations {
		if len(d.Text) > 512 || d.Kind == "" {
			t.Errorf("a deviation of %d octets: %s", len(d.Text), d.Kind)
		}
	}
}

// A field twice as long as is read is bounded, whatever is in it: if the time
// grew with the square of its length, the test would not end.
func TestReadIsBounded(t *testing.T) {
	for _, part := range []string{
		"(", ")", "((", "(;", "()", "(\\", "\"", "\" ", "[", "[ ", ";", "; ", "by ", "by (", "with \"", "from [x] (", "tls A group ( ", "1 Jan ", "Mon, ",
		"\r\n ", "\r\n", "\r", "\xff", "(a:b:c:d)", "(\"", "(version=TLS1.3 cipher=", "(TLS1.3", "a", ">", "Received:", "\nReceived: (\"",
	} {
		text := "Received: " + strings.Repeat(part, 1<<17/len(part))
		for range 4 {
			mustBeSaid(t, received.Read(text))
		}
		for _, field := range received.Fields(text) {
			mustBeSaid(t, field)
		}
	}
}
