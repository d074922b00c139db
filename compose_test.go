package main_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fakemx/fakemx/scenarios"
)

// A scenario more than there are published ports would be out of reach.
func TestComposePublishesAPortForEveryScenario(t *testing.T) {
	text, err := os.ReadFile("docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct{ Ports []string }
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	ports := file.Services["fakemx"].Ports
	if len(ports) != 1 {
		t.Fatalf("ports are %q, want one range", ports)
	}
	var first, last, firstInside, lastInside int
	if _, err := fmt.Sscanf(ports[0], "127.0.0.1:%d-%d:%d-%d", &first, &last, &firstInside, &lastInside); err != nil {
		t.Fatalf("ports are %q, want a range on 127.0.0.1 alone: %v", ports[0], err)
	}
	if published, needed := last-first+1, len(scenarios.All()); published < needed || first != firstInside || last != lastInside {
		t.Errorf("ports are %q, want the same %d or more on both sides", ports[0], needed)
	}
}
