package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/internal/cli/symptoms"
)

// changes compares what clients say of a scenario now with what they once said.
// A client that now says something of another kind is at fault, unless it is of
// another version: then that is a remark. Clients that were not asked now do
// not count.
func changes(once, now []symptoms.Symptom) (faults, remarks []string) {
	before, after := byClient(once), byClient(now)
	for _, client := range slices.Sorted(maps.Keys(after)) {
		b, a := before[client], after[client]
		if maps.Equal(b.kinds, a.kinds) {
			continue
		}
		change := fmt.Sprintf("%s, of %s, said %q and now, of %s, says %q", client, b.version, b.lines, a.version, a.lines)
		if b.version != "" && b.version != a.version {
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

// byClient takes what clients say apart, by their name, and by their policy
// where it is an unusual one.
func byClient(said []symptoms.Symptom) map[string]voice {
	voices := make(map[string]voice)
	for _, s := range said {
		name, rest, _ := strings.Cut(s.Client, " ")
		version, policy, _ := strings.Cut(rest, ", ")
		if !slices.Contains(usualPolicies, policy) {
			name += ", " + policy
		}
		v, known := voices[name]
		if !known {
			v = voice{version: version, kinds: make(map[string]bool)}
		}
		v.lines = append(v.lines, s.Says)
		v.kinds[symptoms.Kind(s.Says)] = true
		voices[name] = v
	}
	return voices
}

var _ = Describe("what clients say", func() {
	said := func(client, says string) []symptoms.Symptom {
		return []symptoms.Symptom{{Client: client, Says: says}}
	}
	const before = "relay=mx.a.test., version=TLSv1.2, verify=FAIL, cipher=X"

	DescribeTable("has changed",
		func(now []symptoms.Symptom, faults, remarks int) {
			f, r := changes(said("sendmail 8.17.1, opportunistic", before), now)
			Expect(f).To(HaveLen(faults))
			Expect(r).To(HaveLen(remarks))
		},
		Entry("not if nothing has", said("sendmail 8.17.1, opportunistic", before), 0, 0),
		Entry("not in kind, by a name or a cipher", said("sendmail 8.17.1, opportunistic", "relay=b.test., version=TLSv1.3, verify=FAIL, cipher=Y"), 0, 0),
		Entry("in kind", said("sendmail 8.17.1, opportunistic", "relay=mx.a.test., verify=OK"), 1, 0),
		Entry("with the client's version", said("sendmail 8.18.1, opportunistic", "relay=mx.a.test., verify=OK"), 0, 1),
		Entry("where a client never said anything", said("curl 8.1, verify", "it is late"), 1, 0),
		Entry("not for clients that are not here", nil, 0, 0),
	)
})
