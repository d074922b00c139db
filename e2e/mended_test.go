package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/scenarios"
)

// The one edit is all that is wrong with a scenario: without it, every client
// is content, reached by the same name, at the same address. Clients that do
// not verify have nothing to add.
var _ = Describe("a scenario whose edit is undone", Label("mended"), func() {
	mended := ahead{order: met(), play: func(ctx context.Context, name string) ([]sighting, error) {
		scenario := scenarios.MustGet(name).With(func(p *scenarios.Peer) { *p = scenarios.Healthy() })
		scenario.Alternate = scenarios.AlternateFacts{} // of a chain that is gone
		here, _ := clients.Available()
		choosy := slices.DeleteFunc(here, func(c clients.Client) bool {
			return c.Form == clients.Unverified || c.Form == clients.Permissive
		})
		return meet(ctx, scenario, choosy)
	}}

	DescribeTable("suits every client:",
		func(ctx SpecContext, name string) {
			sightings, err := mended.of(ctx, name)
			Expect(err).NotTo(HaveOccurred())
			var wrong []string
			for _, seen := range sightings {
				if seen.err != nil || seen.conduct() != content {
					wrong = append(wrong, fmt.Sprintf("%v %s", seen.err, seen))
				}
			}
			if len(wrong) > 0 {
				Fail(strings.Join(wrong, "\n"))
			}
		}, entries())
})
