package fakemx

import "unsafe"

// What parts of a record take, in octets, without their text.
const (
	sessionWeight     = int(unsafe.Sizeof(Session{}))
	tlsWeight         = int(unsafe.Sizeof(TLS{}) + unsafe.Sizeof(ClientHello{}))
	transactionWeight = int(unsafe.Sizeof(Transaction{}))
	lineWeight        = int(unsafe.Sizeof(Line{}))
	stringWeight      = int(unsafe.Sizeof(""))
	messageWeight     = int(unsafe.Sizeof(memoryWriter{}))
)

// weight is about how many octets of memory a record takes.
func (s *Session) weight() int64 {
	w := sessionWeight + len(s.ID) + len(s.Remote) + len(s.Local) + len(s.HELO) + len(s.Fault)
	for _, t := range s.Transactions {
		w += transactionWeight + len(t.From) + weightOf(t.To) + len(t.Received) + len(t.QueueID)
	}
	for _, l := range s.Transcript {
		w += lineWeight + len(l.Text)
	}
	for _, f := range s.Fetches {
		w += int(unsafe.Sizeof(f)) + len(f.Certificate)
	}
	if s.TLS != nil {
		w += s.TLS.weight()
	}
	return int64(w)
}

func (t *TLS) weight() int {
	w := tlsWeight + len(t.Error)
	if h := t.ClientHello; h != nil {
		w += len(h.ServerName) + weightOf(h.Versions) + weightOf(h.CipherSuites) + weightOf(h.Groups) + weightOf(h.ALPN)
	}
	for _, c := range t.ClientCertificate.Chain {
		w += int(unsafe.Sizeof(c)) + len(c.Subject) + len(c.Issuer) + len(c.SHA256)
	}
	return w
}

// weight is about how many octets a MemoryStore needs to keep a message, without
// the message itself.
func (e *Envelope) weight() int64 {
	return int64(messageWeight + len(e.SessionID) + len(e.Scenario) + len(e.QueueID) + len(e.From) + weightOf(e.To) + len(e.Received))
}

func weightOf(list []string) int {
	w := stringWeight * len(list)
	for _, s := range list {
		w += len(s)
	}
	return w
}
