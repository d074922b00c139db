package fakemx_test

import (
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestRecords plays altered records to Go's client.
func TestRecords(t *testing.T) {
	for _, tt := range []struct {
		name    string
		max     string // version
		records scenarios.Records
		outcome fakemx.Outcome
		alert   string
		orNone  bool // the client may be gone before its alert is read
	}{
		{name: "one octet a record", records: scenarios.Records{OneByte: true}, outcome: fakemx.DeliveredTLS},
		{name: "corrupt Finished, TLS 1.3", records: scenarios.Records{CorruptFinished: true}, outcome: fakemx.Refused, alert: "decrypt_error"},
		{name: "corrupt Finished, TLS 1.2", max: "1.2", records: scenarios.Records{CorruptFinished: true}, outcome: fakemx.Refused, alert: "handshake_failure"},
		{name: "KeyUpdate", records: scenarios.Records{KeyUpdates: 5}, outcome: fakemx.DeliveredTLS},
		{name: "KeyUpdate storm", records: scenarios.Records{KeyUpdates: 200}, outcome: fakemx.Refused, alert: "unexpected_message", orNone: true},
		{name: "HelloRequest", max: "1.2", records: scenarios.Records{HelloRequests: 1}, outcome: fakemx.Refused},
		{name: "downgrade canary", max: "1.2", records: scenarios.Records{DowngradeCanary: true}, outcome: fakemx.Refused, alert: "illegal_parameter"},
		{name: "alert behind Finished", records: scenarios.Records{AlertAfterHandshake: "internal_error"}, outcome: fakemx.Faulted, alert: "internal_error"},
		{name: "delay", records: scenarios.Records{Delay: 1}, outcome: fakemx.DeliveredTLS},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fakemx.Start(t, scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
				p.TLS.Records = &tt.records
				if tt.max != "" {
					p.TLS.MaxVersion = scenarios.TLSVersion(tt.max)
				}
			}))
			err := deliver(s, s.ClientTLS(), nil)
			session := wait(t, s)
			alert := ""
			if session.TLS.Alert != nil {
				alert = session.TLS.Alert.Name
			}
			if lost := tt.orNone && alert == ""; session.Outcome != tt.outcome || alert != tt.alert && !lost {
				t.Errorf("outcome %s, alert %q, want %s, %q (client: %v)", session.Outcome, alert, tt.outcome, tt.alert, err)
			}
		})
	}
}
