package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/internal/cli/symptoms"
)

// changes compares what clients say of a scenario now with what they once said.
// A client that now says something of another kind, or nothing, is at fault,
// unless it is of another version or the scenario is a race: then that is a
// remark. Clients that were not asked now do not count.
func changes(once []symptoms.Symptom, now recording) (faults, remarks []string) {
	before, after := make(voices), make(voices)
	for _, s := range once {
		before.add(s.Client).says(s.Says)
	}
	for _, client := range now.Asked {
		after.add(client)
	}
	for _, s := range now.Said {
		after.add(s.Client).says(s.Says)
	}
	for _, client := range slices.Sorted(maps.Keys(after)) {
		a, b := after[client], before[client]
		if b == nil {
			b = new(voice)
		}
		if maps.Equal(b.kinds, a.kinds) {
			continue
		}
		change := fmt.Sprintf("%s, of %s, said %q and now, of %s, says %q", client, b.version, b.lines, a.version, a.lines)
		if b.version != "" && b.version != a.version || clients.MayRace(now.Scenario) {
			remarks = append(remarks, change)
		} else {
			faults = append(faults, change)
		}
	}
	return faults, remarks
}

// A voice is what one client says.
type voice struct {
	version string
	lines   []string
	kinds   map[string]bool
}

// usualPolicies are those under which a client is one voice: what it says alike
// under two of them is recorded once.
var usualPolicies = []string{"verify", "encrypt", "opportunistic"}

// voices are what clients say, by their name, and by their policy where it is
// an unusual one.
type voices map[string]*voice

// add returns the voice of a client, which it adds if need be.
func (v voices) add(client string) *voice {
	name, rest, _ := strings.Cut(client, " ")
	version, policy, _ := strings.Cut(rest, ", ")
	if !slices.Contains(usualPolicies, policy) {
		name += ", " + policy
	}
	if v[name] == nil {
		v[name] = &voice{version: version, kinds: make(map[string]bool)}
	}
	return v[name]
}

// says adds a line.
func (v *voice) says(line string) {
	v.lines = append(v.lines, line)
	v.kinds[kindOf(line)] = true
}

var _ = Describe("what clients say", func() {
	said := func(client, says string) recording {
		return recording{Said: []symptoms.Symptom{{Client: client, Says: says}}}
	}
	const before = "relay=mx.a.test., version=TLSv1.2, verify=FAIL, cipher=X"

	DescribeTable("has changed",
		func(now recording, faults, remarks int) {
			f, r := changes(said("sendmail 8.17.1, opportunistic", before).Said, now)
			Expect(f).To(HaveLen(faults))
			Expect(r).To(HaveLen(remarks))
		},
		Entry("not if nothing has", said("sendmail 8.17.1, opportunistic", before), 0, 0),
		Entry("not in kind, by a name or a cipher", said("sendmail 8.17.1, opportunistic", "relay=b.test., version=TLSv1.3, verify=FAIL, cipher=Y"), 0, 0),
		Entry("in kind", said("sendmail 8.17.1, opportunistic", "relay=mx.a.test., verify=OK"), 1, 0),
		Entry("with the client's version", said("sendmail 8.18.1, opportunistic", "relay=mx.a.test., verify=OK"), 0, 1),
		Entry("where a client never said anything", said("curl 8.1, verify", "it is late"), 1, 0),
		Entry("not for clients that are not here", recording{}, 0, 0),
		Entry("where it is a race", recording{Scenario: "reset-after-starttls", Asked: []string{"sendmail 8.17.1, opportunistic"}}, 0, 1),
		Entry("by silence", recording{Asked: []string{"sendmail 8.17.1, opportunistic"}}, 1, 0),
		Entry("not by another's silence", recording{Asked: []string{"curl 8.1, verify"}}, 0, 0),
		Entry("by silence where nothing races", recording{Scenario: "expired", Asked: []string{"sendmail 8.17.1, opportunistic"}}, 1, 0),
	)
})
