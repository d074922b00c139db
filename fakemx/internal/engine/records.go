package engine

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/engine/recordedit"
	"github.com/fakemx/fakemx/internal/tlsnames"
	"github.com/fakemx/fakemx/scenarios"
)

const alertUnrecognizedName = 112

// recordEdits are the edits that a peer makes to its records, and the alert
// that they bring, nil if none.
type recordEdits struct {
	edits recordedit.Edits
	alert *Alert
}

// newRecordEdits also sets what of the edits belongs into the configuration.
func newRecordEdits(r scenarios.Records, config *tls.Config) (*recordEdits, error) {
	e := &recordEdits{}
	e.edits.CorruptFinished = r.CorruptFinished
	if r.OneByte {
		e.edits.FragmentHandshake = 1
	}
	e.insert(recordedit.BeforeServerHello, recordedit.Alert(recordedit.LevelWarning, alertUnrecognizedName), r.WarningAlerts)
	e.insert(recordedit.BeforeData, recordedit.KeyUpdate(false), r.KeyUpdates)
	e.insert(recordedit.BeforeData, recordedit.HelloRequest(), r.HelloRequests)
	if r.AlertAfterHandshake != "" {
		code, ok := tlsnames.Alert(r.AlertAfterHandshake)
		if !ok {
			return nil, fmt.Errorf("unknown alert %q", r.AlertAfterHandshake)
		}
		e.alert = &Alert{Code: code}
		e.insert(recordedit.AfterFinished, recordedit.Alert(recordedit.LevelFatal, uint8(code)), 1) //nolint:gosec // alerts are octets
	}
	if r.Delay > 0 {
		for _, at := range []recordedit.Point{recordedit.BeforeServerHello, recordedit.BeforeFinished} {
			e.edits.Pauses = append(e.edits.Pauses, recordedit.Pause{At: at, For: time.Duration(r.Delay)})
		}
	}
	if r.DowngradeCanary {
		config.Rand = recordedit.DowngradeCanary(rand.Reader)
	}
	return e, e.edits.Check()
}

func (e *recordEdits) insert(at recordedit.Point, record recordedit.Record, count int) {
	if count > 0 {
		e.edits.Insertions = append(e.edits.Insertions, recordedit.Insertion{At: at, Record: record, Count: count})
	}
}

// under puts the edits between crypto/tls and a connection. The configuration
// is for that connection alone, since it logs its keys.
func (e *recordEdits) under(conn net.Conn, config *tls.Config) (net.Conn, *tls.Config) {
	edited := recordedit.New(conn, e.edits)
	config = config.Clone()
	config.KeyLogWriter = edited.KeyLog()
	return edited, config
}

// blame notes an alert of ours, whether it ended the handshake or came behind
// it; a client that goes away merely answers it.
func (e *recordEdits) blame(r *Result) {
	if e != nil && e.alert != nil {
		r.setAlert(*e.alert)
		r.ByClient = false
	}
}
