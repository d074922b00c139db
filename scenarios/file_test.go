package scenarios

import (
	"fmt"
	"testing"
)

func TestFileX(t *testing.T) {
	for _, s := range []string{
		"name: x\nsummary: y\npeer:\n  pki: {send: [leaf]}\n",
		"name: x\nsummary: y\npeer:\n  bogus: 1\n",
		"name: x\nsummary: y\npeer:\n  tls:\n    session_tickets: maybe\n    min_version: 1.0\n",
		"name: x\nsummary: y\npeer:\n  tls:\n    min_version: 1.0\n",
		"name: x\nsummary: y\npeer:\n  faults:\n  - at: foo\n    first: 0\n  - at: dot\n    do: inject\n",
		"name: x\nsummary: y\npeer:\n  faults:\n  - at: foo\n  - at: dot\n    do: inject\n",
		"name: x\nsummary: y\npeer:\n  pki:\n    certificates:\n      leaf: {issuer: nobody}\n",
		"name: x\nsummary: y\npeer:\n  pki:\n    certificates:\n      client: null\n",
		"name: x\nsummary: y\npeer:\n  pki:\n    client: null\n    certificates:\n      client: null\n",
		"name: expired\nsummary: y\n",
		"name: x\nsummary: y\n---\nname: x\nsummary: z\n",
		"name: [1\n", "- a", "3", "", "name: &a x\nsummary: *a", "name: x\nbase: expird\nsummary: z\n", "name: x\nsummary: z\npeer: 3",
		"name: x\nsummary: z\npeer: {pki: {certificates: {leaf: {not_after: 3x}}}}",
		"name: x\nsummary: z\npeer: {faults: 3}",
		"name: x\nsummary: z\npeer: {faults: [3]}",
		"name: x\nsummary: z\npeer: {smtp: {starttls: {offer: nowhere}}}",
		"name: x\nsummary: z\nfacts: {offers: no}\npeer: {smtp: {starttls: {offer: nowhere}}}",
	} {
		all, err := Parse("f.yaml", []byte(s))
		fmt.Printf("%q\n", s)
		fmt.Println(err)
		for _, s := range all {
			fmt.Println(Diff(Healthy(), s.Peer), s.Facts)
		}
	}
	for _, s := range All() {
		text, err := s.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if s.Name == "self-signed" {
			fmt.Println(string(text))
		}
	}
}
