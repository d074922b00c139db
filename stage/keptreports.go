package stage

import "sync"

// Limits on the reports that are kept, by number and by the bytes of their JSON.
const (
	maxKeptReports = 1000
	maxKeptBytes   = 32 << 20
)

// A keptReports keeps the last reports.
type keptReports struct {
	mu      sync.Mutex
	list    []*TLSReport
	bytes   int64
	evicted int
}

// add keeps a report. The oldest give way to it.
func (k *keptReports) add(r *TLSReport) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = append(k.list, r)
	k.bytes += r.weight
	for len(k.list) > 1 && (len(k.list) > maxKeptReports || k.bytes > maxKeptBytes) {
		k.bytes -= k.list[0].weight
		k.list[0] = nil
		k.list = k.list[1:]
		k.evicted++
	}
}

// TLSReports returns the TLS reports that came, the oldest first, and how many
// earlier ones are not kept any more. They must not be modified.
func (s *Stage) TLSReports() (reports []*TLSReport, evicted int) {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	return append([]*TLSReport{}, s.kept.list...), s.kept.evicted
}
