package tlsrpt_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

func TestHandlerAnswers(t *testing.T) {
	t.Parallel()
	gzipped := string(compressed(good))
	for _, tt := range []struct {
		name, method, mediaType, coding, body string
		status                                int
		want                                  []string
	}{
		{"gzip", "POST", "application/tlsrpt+gzip", "", gzipped, 201, nil},
		{"JSON", "POST", "application/tlsrpt+json; charset=utf-8", "", good, 201, []string{"note transport request"}},
		{"a report with errors", "POST", "application/tlsrpt+json", "", "{}", 201, []string{"note transport request", "error missing organization-name",
			"error missing date-range", "error missing contact-info", "error missing report-id", "error missing policies"}},
		{"gzip as JSON", "POST", "application/tlsrpt+json", "", gzipped, 201, []string{"error transport request"}},
		{"JSON as gzip", "POST", "application/tlsrpt+gzip", "", good, 201, []string{"note transport request", "error transport request"}},
		{"a foreign media type", "POST", "application/json", "", good, 201, []string{"note transport request", "warning transport request"}},
		{"no media type", "POST", "", "", gzipped, 201, []string{"warning transport request"}},
		{"Content-Encoding", "POST", "application/tlsrpt+gzip", "gzip", gzipped, 201, []string{"warning transport request"}},
		{"another method", "PUT", "application/tlsrpt+gzip", "", gzipped, 405, []string{"error transport request"}},
		{"no report", "POST", "application/tlsrpt+json", "", "hello", 400, []string{"note transport request"}},
		{"no report of a foreign media type", "POST", "text/html", "", "<p>hello", 415, []string{"note transport request", "warning transport request"}},
		{"a bomb", "POST", "application/tlsrpt+gzip", "", string(compressed(strings.Repeat(" ", tlsrpt.MaxReport+1))), 413, nil},
		{"too long", "POST", "application/tlsrpt+gzip", "", strings.Repeat("x", tlsrpt.MaxDelivery+1), 413, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(tt.method, "/v1/tlsrpt", strings.NewReader(tt.body))
			request.Header.Set("Content-Type", tt.mediaType)
			if tt.coding != "" {
				request.Header.Set("Content-Encoding", tt.coding)
			}
			var d *tlsrpt.Delivery
			var failed error
			answer := httptest.NewRecorder()
			tlsrpt.Handler(func(delivery *tlsrpt.Delivery, err error) { d, failed = delivery, err }).ServeHTTP(answer, request)
			if answer.Code != tt.status {
				t.Errorf("the answer is %d, want %d", answer.Code, tt.status)
			}
			if good := tt.status == 201; good != (failed == nil) || good != (d.Report != nil) {
				t.Errorf("%+v, %v", d, failed)
			}
			if allow := answer.Header().Get("Allow"); (tt.status == 405) != (allow == "POST") {
				t.Errorf("Allow is %q", allow)
			}
			if d.Form != tlsrpt.FormRequest {
				t.Errorf("the form is %s", d.Form)
			}
			wantKinds(t, d.Findings, tt.want...)
		})
	}
}

// A body that breaks off is no report, and no receiver's fault.
func TestReadRequestThatBreaksOff(t *testing.T) {
	t.Parallel()
	lost := errors.New("lost")
	request := httptest.NewRequest(http.MethodPost, "/", iotest.ErrReader(lost))
	_, err := tlsrpt.ReadRequest(request)
	var refused *tlsrpt.RequestError
	if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest || !errors.Is(err, lost) {
		t.Errorf("the error is %v", err)
	}
	if _, err := tlsrpt.Read(bytes.NewReader(nil)); err == nil {
		t.Error("nothing is a report")
	}
}
