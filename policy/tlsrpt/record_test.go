package tlsrpt_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

func TestParseRecord(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want tlsrpt.Record
	}{
		// RFC 8460 sections 3.1.1 and 3.1.2.
		{"v=TLSRPTv1;rua=mailto:reports@example.com", tlsrpt.Record{RUA: []string{"mailto:reports@example.com"}}},
		{"v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt", tlsrpt.Record{RUA: []string{"https://reporting.example.com/v1/tlsrpt"}}},
		{"v=TLSRPTv1 \t;\t rua=mailto:a@b.test ; ", tlsrpt.Record{RUA: []string{"mailto:a@b.test"}}},
		{"v=TLSRPTv1; rua=mailto:a@b.test ,\thttps://c.test", tlsrpt.Record{RUA: []string{"mailto:a@b.test", "https://c.test"}}},
		{"v=TLSRPTv1; rua=mailto:a@b.test; x-1._=<2:>; rua=mailto:c@d.test;", tlsrpt.Record{
			RUA: []string{"mailto:a@b.test", "mailto:c@d.test"}, Extensions: []tlsrpt.Extension{{Name: "x-1._", Value: "<2:>"}}}},
		{"v=TLSRPTv1;rua=mailto:a%21b%2Cc@d.test?subject=x%3By", tlsrpt.Record{RUA: []string{"mailto:a%21b%2Cc@d.test?subject=x%3By"}}},
		{"v=TLSRPTv1;rua=https://[2001:db8::1]:8443/?a=b", tlsrpt.Record{RUA: []string{"https://[2001:db8::1]:8443/?a=b"}}},
		{"v=TLSRPTv1;rua=mailto:a@b.test,coap://c.test", tlsrpt.Record{RUA: []string{"mailto:a@b.test", "coap://c.test"}}},
	} {
		record, err := tlsrpt.ParseRecord(tt.text)
		if err != nil || !reflect.DeepEqual(*record, tt.want) {
			t.Errorf("%q is read as %+v, %v; want %+v", tt.text, record, err, tt.want)
			continue
		}
		again, err := tlsrpt.ParseRecord(record.String())
		if err != nil || !reflect.DeepEqual(again, record) {
			t.Errorf("%q is written as %q and read as %+v, %v", tt.text, record, again, err)
		}
	}
}

func TestParseRecordRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", "expected it to begin with v=TLSRPTv1;"},
		{"v=tlsrptv1;rua=mailto:a@b.test", "in this case"},
		{" v=TLSRPTv1;rua=mailto:a@b.test", "begin with"},
		{"v=TLSRPTv1", "expected a semicolon"},
		{"v=TLSRPTv12;rua=mailto:a@b.test", "expected a semicolon"},
		{"v=TLSRPTv1;", "found nothing"},
		{"v=TLSRPTv1; ;rua=mailto:a@b.test", "found nothing"},
		{"v=TLSRPTv1;rua=mailto:a@b.test;;", "found nothing"},
		{"v=TLSRPTv1;x=1", "expected rua=URI"},
		{"v=TLSRPTv1;RUA=mailto:a@b.test", "small letters"},
		{"v=TLSRPTv1;rua", "expected name=value"},
		{"v=TLSRPTv1;rua=", "found nothing"},
		{"v=TLSRPTv1;rua=mailto:a@b.test,", "found nothing"},
		{"v=TLSRPTv1;rua=mailto:a@b.test!10m", "%21"},
		{"v=TLSRPTv1;rua=reports@b.test", "the scheme mailto or https"},
		{"v=TLSRPTv1;rua=mailto:reports", "expected mailto:ADDRESS"},
		{"v=TLSRPTv1;rua=mailto:@b.test", "expected mailto:ADDRESS"},
		{"v=TLSRPTv1;rua=https:b.test", "expected https://HOST"},
		{"v=TLSRPTv1;rua=https://b.test/%zz", "expected a URI"},
		{"v=TLSRPTv1;rua=mailto:a@b.test mailto:c@d.test", "must not stand in a URI"},
		{"v=TLSRPTv1;rua=mailto:ä@b.test", "percent-encode"},
		{"v=TLSRPTv1;rua=mailto:a@b.test;_x=1", "expected a name"},
		{"v=TLSRPTv1;rua=mailto:a@b.test;" + strings.Repeat("x", 33) + "=1", "1 to 32"},
		{"v=TLSRPTv1;rua=mailto:a@b.test;x=a=b", "expected a value"},
		{"v=TLSRPTv1;rua=mailto:a@b.test;x=", "expected a value"},
	} {
		if record, err := tlsrpt.ParseRecord(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %+v, %v; want an error with %q", tt.text, record, err, tt.want)
		}
	}
}

func TestFindRecord(t *testing.T) {
	t.Parallel()
	const good, spaced, foreign = "v=TLSRPTv1;rua=mailto:a@b.test", "v=TLSRPTv1 ;rua=mailto:a@b.test", "v=spf1 -all"
	for _, tt := range []struct {
		texts []string
		want  error
	}{
		{nil, tlsrpt.ErrNoRecord},
		{[]string{foreign}, tlsrpt.ErrNoRecord},
		{[]string{good}, nil},
		{[]string{spaced}, nil},
		{[]string{foreign, good, ""}, nil},
		{[]string{good, spaced}, nil}, // discarded by the letter of the RFC
		{[]string{foreign, spaced}, tlsrpt.ErrNoRecord},
		{[]string{good, good}, tlsrpt.ErrSeveralRecords},
		{[]string{good, "v=TLSRPTv1;broken"}, tlsrpt.ErrSeveralRecords},
	} {
		record, err := tlsrpt.FindRecord(tt.texts)
		if !errors.Is(err, tt.want) || (err == nil) != (record != nil) {
			t.Errorf("%q: %+v, %v; want %v", tt.texts, record, err, tt.want)
		}
	}
	if _, err := tlsrpt.FindRecord([]string{"v=TLSRPTv1;broken"}); err == nil || errors.Is(err, tlsrpt.ErrNoRecord) {
		t.Errorf("a broken record: %v, want what is broken", err)
	}
}

func TestRecordEndpoints(t *testing.T) {
	t.Parallel()
	record := &tlsrpt.Record{RUA: []string{"MAILTO:a@b.test", "http://b.test", "https://b.test", "x"}}
	if got, want := record.Endpoints(), []string{"MAILTO:a@b.test", "https://b.test"}; !slices.Equal(got, want) {
		t.Errorf("the endpoints are %q, want %q", got, want)
	}
}
