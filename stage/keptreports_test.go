package stage

import "testing"

// TestABoundedNumberOfReportsIsKept, by number and by weight; the last one always
// is.
func TestABoundedNumberOfReportsIsKept(t *testing.T) {
	t.Parallel()
	var s Stage
	for range maxKeptReports + 3 {
		s.kept.add(&TLSReport{weight: 1})
	}
	if list, evicted := s.TLSReports(); len(list) != maxKeptReports || evicted != 3 {
		t.Errorf("%d are kept and %d are not", len(list), evicted)
	}
	s.kept.add(&TLSReport{To: "large", weight: 2 * maxKeptBytes})
	list, evicted := s.TLSReports()
	if len(list) != 1 || list[0].To != "large" || evicted != maxKeptReports+3 {
		t.Errorf("%d are kept and %d are not", len(list), evicted)
	}
	s.kept.add(&TLSReport{To: "small", weight: 1})
	if list, _ := s.TLSReports(); len(list) != 1 || list[0].To != "small" {
		t.Errorf("behind a large one, %d are kept", len(list))
	}
}
