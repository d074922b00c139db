package stage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/stage"
)

// TestZoneKeys are those of the PKIs: as long as these are kept, a resolver that
// trusts the zones trusts them in the next run.
func TestZoneKeys(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pki")
	anchors := func(dir string) string {
		s := stage.Start(t, stage.Config{Peers: playing("dane"), DNS: "127.0.0.1:0", DNSMode: mxdns.Authoritative, PKIDir: dir})
		list, err := s.DNS().Anchors()
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(list)
	}
	first := anchors(dir)
	if again := anchors(dir); again != first {
		t.Errorf("the anchors with the same PKIs are\n%s\nand\n%s", first, again)
	}
	if other := anchors(""); other == first {
		t.Errorf("without PKIs that are kept, the anchors are the same:\n%s", other)
	}
	secret := filepath.Join(dir, "zone-keys.secret")
	info, err := os.Stat(secret)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the secret: %v, %v", info, err)
	}
	if err := os.WriteFile(secret, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = stage.New(stage.Config{Peers: playing("dane"), DNS: "127.0.0.1:0", PKIDir: dir})
	if err == nil || !strings.Contains(err.Error(), "is empty; delete it") {
		t.Errorf("with an empty secret: %v", err)
	}
}
