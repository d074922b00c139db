package stage

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage/internal/policyhost"
)

// A TLSReport is a TLS report that was sent to the stage (RFC 8460), or what was
// sent in its place. [TLSReportSchema] describes its JSON form.
type TLSReport struct {
	// At is when it had come.
	At time.Time `json:"at"`
	// Via says how: ReportViaMail or ReportViaHTTPS.
	Via ReportVia `json:"via"`
	// Scenario is the name of the scenario to whose address or URL it came,
	// which need not be the one that it is about; empty if it has no such
	// address.
	Scenario string `json:"scenario"`
	// Session is the id of the session of mail, and From and To are its
	// envelope; To is the path of the URL of HTTPS. From and To have at most 256
	// bytes.
	Session string `json:"session"`
	From    string `json:"from"`
	To      string `json:"to"`
	// Client is from where it was posted, host:port, and UserAgent what the
	// client calls itself, at most 256 bytes; empty for mail.
	Client    string `json:"client"`
	UserAgent string `json:"user_agent"`
	// Status is the status code of the answer; zero for mail, which is always
	// accepted.
	Status int `json:"status"`
	// Fault is what was wrong with that answer on purpose, such as "status 500";
	// empty if nothing.
	Fault string `json:"fault"`
	// Form, Message, Report and Findings are those of [tlsrpt.Delivery]. Report
	// is nil if there is none, and Error then says why.
	Form     tlsrpt.Form     `json:"form"`
	Message  *tlsrpt.Message `json:"message"`
	Report   *tlsrpt.Report  `json:"report"`
	Findings tlsrpt.Findings `json:"findings"`
	Error    string          `json:"error"`

	// weight is about how many bytes of memory it takes.
	weight int64
}

// A ReportVia is how a report came.
type ReportVia string

// The ways.
const (
	ReportViaMail  ReportVia = "mail"  // RFC 8460 section 5.3
	ReportViaHTTPS ReportVia = "https" // RFC 8460 section 5.4
)

// tlsReportSchema describes the JSON form of TLSReport.
//
//go:embed tlsreport.schema.json
var tlsReportSchema string

// TLSReportSchema returns the JSON Schema (draft 2020-12) for the JSON form of a
// [TLSReport]. The tlsrpt-report event of the fakemx command has the same form.
func TLSReportSchema() string { return tlsReportSchema }

// AboutReports lists the policies of domains that nothing but reports is sent
// to. A report that has such a policy is, in that part, about the delivery of
// the last report (RFC 8460 section 3).
func (r *TLSReport) AboutReports() []string {
	if r.Report == nil {
		return nil
	}
	var domains []string
	for _, result := range r.Report.Policies {
		name := strings.ToLower(strings.TrimSuffix(result.Policy.Domain, "."))
		for _, domain := range []string{scenarios.ReportsDomain, scenarios.UntrustedReportsDomain} {
			if (name == domain || strings.HasSuffix(name, "."+domain)) && !slices.Contains(domains, name) {
				domains = append(domains, name)
			}
		}
	}
	return domains
}

// judgeCycle adds what a report says of the domains that take reports.
func (r *TLSReport) judgeCycle() {
	for _, domain := range r.AboutReports() {
		r.Findings = append(r.Findings, tlsrpt.Finding{
			Severity: tlsrpt.Warning, Kind: tlsrpt.ReportCycle, Path: "policies", Reference: "RFC 8460 section 3",
			Text: "expected nothing about " + domain + ", to which nothing but reports is sent; such sessions should not be in the next report, or there is a report because of the last one for ever",
		})
	}
}

// set takes what was read.
func (r *TLSReport) set(d *tlsrpt.Delivery, err error) {
	r.Form, r.Message, r.Report, r.Findings = d.Form, d.Message, d.Report, d.Findings
	if err != nil {
		r.Error = limited(err.Error())
	}
	r.judgeCycle()
	if r.Findings == nil {
		r.Findings = tlsrpt.Findings{}
	}
}

// maxText bounds what is recorded of a reporter's texts around a report, in
// bytes.
const maxText = 256

func limited(text string) string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// reported keeps a report, and tells of it.
func (s *Stage) reported(r TLSReport) {
	r.At = s.now()
	text, _ := json.Marshal(r) // plain data always encodes
	r.weight = int64(len(text))
	s.kept.add(&r)
	s.publish(Event{Report: &r})
}

// now is the time by the clock of the stage.
func (s *Stage) now() time.Time {
	if s.config.Now != nil {
		return s.config.Now()
	}
	return time.Now()
}

// reading is entered by whoever reads a report, which may be large once it is
// decompressed.
func (s *Stage) reading(read func()) {
	s.readers <- struct{}{}
	defer func() { <-s.readers }()
	read()
}

// scenarioOf is the name of a scenario that is on the stage, or that of a domain
// that takes reports; empty if it is neither.
func (s *Stage) scenarioOf(name string) string {
	name = strings.ToLower(name)
	known := func(other scenarios.Scenario) bool { return other.Name == name }
	if slices.ContainsFunc(reportDomains(), known) {
		return name
	}
	if _, found := s.scenarioNamed(name); found {
		return name
	}
	return ""
}

// scenarioNamed finds a scenario that is on the stage.
func (s *Stage) scenarioNamed(name string) (scenarios.Scenario, bool) {
	for i := range len(s.config.Peers) + len(s.config.Later) {
		if scenario := s.config.peer(i).Scenario; scenario.Name == name {
			return scenario, true
		}
	}
	return scenarios.Scenario{}, false
}

// takePost takes a report over HTTPS.
func (s *Stage) takePost(client string, request *http.Request, body []byte) policyhost.Answer {
	r := TLSReport{Via: ReportViaHTTPS, Client: client, To: limited(request.URL.Path), UserAgent: limited(request.UserAgent())}
	first, _, _ := strings.Cut(strings.TrimPrefix(request.URL.Path, "/"), "/")
	r.Scenario = s.scenarioOf(first)
	answer := policyhost.Answer{Status: http.StatusCreated}
	s.reading(func() {
		request.Body = io.NopCloser(bytes.NewReader(body))
		d, err := tlsrpt.ReadRequest(request)
		r.set(d, err)
		if refused, ok := errors.AsType[*tlsrpt.RequestError](err); ok {
			answer = policyhost.Answer{Status: refused.Status, Text: refused.Error() + "\n"}
		}
	})
	if scenario, known := s.scenarioNamed(r.Scenario); known {
		r.Fault = misanswer(&answer, scenario, s.ReportsURLHost(), request.URL.Path)
	}
	r.Status = answer.Status
	s.reported(r)
	return answer
}

// misanswer answers wrongly where a scenario wants that, and says how.
func misanswer(answer *policyhost.Answer, s scenarios.Scenario, host, path string) string {
	if s.Peer.TLSRPT == nil {
		return ""
	}
	https := s.Peer.TLSRPT.HTTPS
	to := s.ReportsRedirect(host)
	switch {
	case to != "" && strings.HasSuffix(to, "://"+host+path):
		return "redirect followed"
	case to != "":
		*answer = policyhost.Answer{Status: http.StatusTemporaryRedirect, Location: to}
		if https.Status != 0 {
			answer.Status = https.Status
		}
		return "redirect"
	case https.Status != 0:
		*answer = policyhost.Answer{Status: https.Status}
		return fmt.Sprintf("status %d", https.Status)
	}
	return ""
}

// A reportStore takes reports as mail.
type reportStore struct {
	stage *Stage
	kept  store.Store
}

// Create begins a message.
func (s *reportStore) Create(e store.Envelope) (store.Writer, error) {
	kept, err := s.kept.Create(e)
	if err != nil {
		return nil, err
	}
	return &reportWriter{Writer: kept, store: s, envelope: e}, nil
}

// A reportWriter takes one message.
type reportWriter struct {
	store.Writer
	store    *reportStore
	envelope store.Envelope
	text     bytes.Buffer
}

// Write takes a part of the message, which the server bounds.
func (w *reportWriter) Write(p []byte) (int, error) {
	w.text.Write(p)
	return w.Writer.Write(p)
}

// Commit keeps the message, and reads the report in it.
func (w *reportWriter) Commit() error {
	if err := w.Writer.Commit(); err != nil {
		return err
	}
	r := TLSReport{Via: ReportViaMail, Session: w.envelope.SessionID, From: limited(w.envelope.From)}
	if len(w.envelope.To) > 0 {
		r.To = limited(w.envelope.To[0])
	}
	local, _, _ := strings.Cut(r.To, "@")
	r.Scenario = w.store.stage.scenarioOf(local)
	w.store.stage.reading(func() { r.set(tlsrpt.ReadMessage(&w.text)) })
	w.store.stage.reported(r)
	return nil
}
