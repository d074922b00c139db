package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/scenarios"
)

// The one edit is all that is wrong with a scenario: without it, every client
// is content, reached by the same name, at the same address. Clients that do
// not verify have nothing to add.
var _ = DescribeTable("a scenario whose edit is undone suits every client:", Label("mended"),
	func(ctx SpecContext, name string) {
		mended := scenarios.MustGet(name).With(func(p *scenarios.Peer) { *p = scenarios.Healthy() })
		mended.Alternate = scenarios.AlternateFacts{} // of a chain that is gone
		here, _ := clients.Available()
		choosy := slices.DeleteFunc(here, func(c clients.Client) bool {
			return c.Form == clients.Unverified || c.Form == clients.Permissive
		})
		var wrong []string
		for _, seen := range newWatch(mended).all(ctx, choosy) {
			if seen.err != nil || seen.conduct() != content {
				wrong = append(wrong, fmt.Sprintf("%v %s", seen.err, seen))
			}
		}
		if len(wrong) > 0 {
			Fail(strings.Join(wrong, "\n"))
		}
	}, mendedEntries())

func mendedEntries() []TableEntry {
	var all []TableEntry
	for _, name := range scenarios.Names() {
		all = append(all, Entry(name, name, SpecTimeout(2*time.Minute)))
	}
	return all
}
