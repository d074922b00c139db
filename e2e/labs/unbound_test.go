package labs_test

import (
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/e2e/internal/lab"
)

// A resolver that validates what fakemx signs finds what fakemx itself says as
// such a resolver: a mail server behind it delivers where it does without it.
var _ = Describe("unbound between the mail server and fakemx", last, func() {
	It("leads to the same deliveries", func() {
		i := slices.IndexFunc(lab.Postfix.Variants, func(v lab.Variant) bool { return v.Policy == audit.DANE })
		variant := lab.Postfix.Variants[i]
		p := project(apart, lab.Postfix, variant.Name)
		p.Retry = "5m"
		p.Env = []string{"COMPOSE_FILE=docker-compose.yml:labs/unbound/compose.yml"}
		behind := exercise(p, variant)
		Expect(behind.err).NotTo(HaveOccurred())

		without := campaign()["postfix/"+variant.Name]
		Expect(without.err).NotTo(HaveOccurred())
		var differ []string
		for _, s := range playedUnder(variant.Policy) {
			now, once := behind.cases[s.Name], without.cases[s.Name]
			if now.conduct() != once.conduct() {
				differ = append(differ, fmt.Sprintf("%s: %s, %s (%s); without unbound %s, %s", s.Name,
					now.conduct(), now.verdict.Result, now.verdict.Reason, once.conduct(), once.verdict.Result))
			}
		}
		Expect(differ).To(BeEmpty())
		Expect(behind.cases["dane"].verdict.Result).To(Equal(audit.Pass), behind.cases["dane"].verdict.Reason)
	})
})
