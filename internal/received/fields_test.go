package received_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/internal/received"
)

const (
	first  = "Received: from a by b\n\twith SMTP id 1;\n\tWed, 4 Mar 2026 05:06:07 +0000\n"
	second = "Received: from b by c with ESMTPS\n id 2; Wed, 4 Mar 2026 05:06:08 +0000\n"
)

func TestFields(t *testing.T) {
	quoted := func(prefix, text string) string {
		return prefix + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+prefix) + "\n"
	}
	header := "Return-Path: <x@y>\n" + second + "X-Mailer: with SMTP\n" + first + "Subject: x\n"
	tests := []struct{ name, text, ids string }{
		{"header block", header, "1 2"},
		{"CR LF", strings.ReplaceAll(header, "\n", "\r\n"), "1 2"},
		{"message of an mbox", "From x@y Wed Mar  4 05:06:07 2026\n" + header + "\nReceived: from body by b id 3; x\n", "1 2"},
		{"quoted", quoted("> ", second+first), "1 2"},
		{"quoted twice", quoted(">> ", second+first), "1 2"},
		{"quoted with spaces", quoted("> > ", second+first), "1 2"},
		{"quoted, and an empty line", quoted("> ", second) + ">\n" + quoted("> ", first), "2"},
		{"indented", quoted("    ", second+first), "1 2"},
		{"in prose", "My header says:\n\n" + second + "\nor:\n\n" + first + "\nWhy?\n", "1 2"},
		{"blank lines before", "\n\n" + header, "1 2"},
		{"headers without any, and then some", "Note: see below\n\n" + first, "1"},
		{"lines that lost their indentation", "Received: from a\nby b\nwith SMTP\nid 1;\nWed, 4 Mar 2026 05:06:07 +0000\nhello\n", "1"},
		{"one line", "Received: from a by b id 1; Wed, 4 Mar 2026 05:06:07 +0000", "1"},
		{"small letters and a space", "received : from a by b id 1; Wed, 4 Mar 2026 05:06:07 +0000\n", "1"},
		{"other fields with such names", "X-Received: by a id 1; x\nReceived-SPF: pass id 2\n", ""},
		{"a header within an indented paste ends the field", "  Received: from a by b id 1;\n    Wed, 4 Mar 2026 05:06:07 +0000\n  Subject: id 5\n", "1"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var ids []string
			for _, f := range received.Fields(tt.text) {
				ids = append(ids, f.ID)
				if !strings.Contains(tt.name, "space") && len(f.Deviations) > 0 {
					t.Errorf("%s: %q", f.Text, f.Deviations)
				}
				if f.Date.IsZero() {
					t.Errorf("no date: %q", f.Text)
				}
			}
			if got := strings.Join(ids, " "); got != tt.ids {
				t.Errorf("got ids %q, want %q", got, tt.ids)
			}
		})
	}
}

func TestFieldsAreBounded(t *testing.T) {
	if got := len(received.Fields(strings.Repeat(first, 300))); got != 200 {
		t.Errorf("%d fields are read", got)
	}
	got := received.Fields("Received: from a by b" + strings.Repeat("\n (c)", 20_000) + "; Wed, 4 Mar 2026 05:06:07 +0000\n" + first)
	if len(got) != 2 || len(got[1].Deviations) == 0 || got[1].Deviations[0].Kind != received.TooLong {
		t.Errorf("a field that is too long is not called so: %d fields", len(got))
	}
}

// The hops of a message of the Linux kernel's list, with other names in it: two
// Exchanges, a Postfix that is older than it looks, and three more.
func TestFieldsOfAMessage(t *testing.T) {
	message, err := os.ReadFile("testdata/message.eml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range received.Fields(string(message)) {
		got = append(got, string(f.Software)+" "+string(received.Judge(f).Word))
	}
	want := []string{
		"microsoft habit", "microsoft habit", "postfix habit", "postfix consistent",
		"unknown consistent", "unknown no-protocol", "postfix consistent",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestReadDates(t *testing.T) {
	want := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for date, deviates := range map[string]bool{
		"Wed, 4 Mar 2026 05:06:07 +0000":        false,
		"4 Mar 2026 05:06:07 -0000":             false,
		"Wed, 04 Mar 2026 06:06:07 +0100 (CET)": false,
		"Wed,  4 Mar 2026 00:06:07 -0500 (EST)": false,
		"Wed, 4 Mar 2026 05:06:07 GMT":          true,
		"Wed, 4 Mar 2026 00:06:07 EST":          true,
		"Wed, 4 Mar 2026 05:06:07":              true,
		"Thu, 4 Mar 2026 05:06:07 +0000":        true,
		"Wed, 4 Mar 2026 05:06:07 +0000 id x":   true,
	} {
		f := received.Read("Received: from a by b; " + date + "\r\n")
		if !f.Date.Equal(want) || deviates != (len(f.Deviations) > 0) {
			t.Errorf("%s: got %v, %q", date, f.Date, f.Deviations)
		}
	}
	for _, date := range []string{"", "yesterday", "Wed, 4 Mar", "99 Mar 2026 05:06:07 +0000", "Wed, 4 Mar 2026 05:06:07.5 +0000"} {
		f := received.Read("Received: from a by b; " + date + "\r\n")
		if !f.Date.IsZero() || len(f.Deviations) == 0 {
			t.Errorf("%s: got %v, %q", date, f.Date, f.Deviations)
		}
	}
}

func TestReadKeepsWhatItCan(t *testing.T) {
	f := received.Read("Received: from mail pickup service by mx.example.test\n via Frontend Transport with Microsoft SMTP Server (TLS) id 15.1 odd word; x")
	got := []string{f.From, f.By, f.Via, f.With, f.ID, strings.Join(f.Comments, "|"), strings.Join(f.Words, "|")}
	want := []string{"mail", "mx.example.test", "Frontend Transport", "Microsoft SMTP Server", "15.1", "TLS", "pickup|service|odd|word|x"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
