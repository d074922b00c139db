package docs_test

import (
	"os/exec"
	"strings"
	"testing"
)

const policyDocument = "docs/policy.md"

// TestPolicyDocument runs every command of docs/policy.md but the audit of an
// MTA, which e2e/audit and the labs run, and leaves the configuration of unbound
// to e2e/dnssec. What a console fence shows is what is
// said.
func TestPolicyDocument(t *testing.T) {
	if _, err := exec.LookPath("dig"); err != nil {
		t.Skip("dig is not installed; run e2e/setup.sh")
	}
	s := &dnsStory{newStory(t, buildCommand(t)), policyDocument}
	for _, section := range sections(t, readLines(t, policyDocument)) {
		for _, f := range section.fences {
			if f.language == "text" || strings.HasPrefix(strings.Join(f.lines, "\n"), "sudo ") {
				continue
			}
			s.play(f)
		}
	}
	s.end()
}
