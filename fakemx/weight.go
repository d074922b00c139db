package fakemx

import "unsafe"

// What parts of a record take, in octets, without their text.
const (
	transactionWeight = int(unsafe.Sizeof(Transaction{}))
	stringWeight      = int(unsafe.Sizeof(""))
)

// weight returns about how many bytes of memory the record takes, including its
// text: [Config.MaxRecordBytes] limits these.
func (s Session) weight() int64 {
	w := int(unsafe.Sizeof(s)) + len(s.ID) + len(s.Scenario) + len(s.Remote) + len(s.Local) + len(s.HELO) +
		len(s.Fault.At) + len(s.Fault.Do) + len(s.End.By) + len(s.End.How) + len(s.Outcome) + weightOf(s.Flags)
	w += roomOf(s.Commands)
	for _, c := range s.Commands {
		w += len(c.Verb)
	}
	if r := s.Refusal; r != nil {
		w += int(unsafe.Sizeof(*r)) + len(r.To) + len(r.Text)
	}
	w += roomOf(s.Transactions)
	for _, t := range s.Transactions {
		w += len(t.From) + weightOf(t.To) + len(t.With) + len(t.Received) + len(t.QueueID)
	}
	w += roomOf(s.Transcript)
	for _, l := range s.Transcript {
		w += len(l.From) + len(l.Text)
	}
	w += roomOf(s.Fetches)
	for _, f := range s.Fetches {
		w += len(f.What) + len(f.Certificate)
	}
	if a := s.Auth; a != nil {
		w += int(unsafe.Sizeof(*a)) + len(a.Mechanism) + len(a.Identity)
	}
	if s.TLS != nil {
		w += s.TLS.weight()
	}
	return int64(w)
}

func (t *TLS) weight() int {
	w := int(unsafe.Sizeof(*t)) + len(t.Mode) + len(t.Version) + len(t.CipherSuite) + len(t.Group) + len(t.Error)
	if h := t.ClientHello; h != nil {
		w += int(unsafe.Sizeof(*h)) + len(h.ServerName) +
			weightOf(h.Versions) + weightOf(h.CipherSuites) + weightOf(h.Groups) + weightOf(h.ALPN)
	}
	if a := t.Alert; a != nil {
		w += int(unsafe.Sizeof(*a)) + len(a.Name) + len(a.From)
	}
	w += len(t.ClientCertificate.Verify) + roomOf(t.ClientCertificate.Chain)
	for _, c := range t.ClientCertificate.Chain {
		w += len(c.Subject) + len(c.Issuer) + len(c.SHA256)
	}
	return w
}

func weightOf[T ~string](list []T) int {
	w := roomOf(list)
	for _, s := range list {
		w += len(s)
	}
	return w
}

// roomOf is what a list takes without what its elements refer to. It may have
// grown beyond its length.
func roomOf[T any](list []T) int { return cap(list) * int(unsafe.Sizeof(*new(T))) }
