package scenarios

import "testing"

func TestTheCatalogueLoads(t *testing.T) {
	if got := All()[0].Name; got != "healthy" {
		t.Errorf("the first scenario is %q, want healthy", got)
	}
}
