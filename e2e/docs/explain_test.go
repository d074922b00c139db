package docs_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/sendmail"
	"github.com/fakemx/fakemx/e2e/internal/tools"
)

var _ = Describe("docs/explain.md", Label("sendmail"), func() {
	It("goes as it is told, with a real sendmail", func(SpecContext) {
		if reason, ok := sendmail.HostAvailable(); !ok {
			Skip(reason)
		}
		all := consoleSteps("docs/explain.md")
		Expect(len(all)).To(BeNumerically(">", 30))
		fakemx, err := tools.Command(GinkgoT().TempDir())
		Expect(err).NotTo(HaveOccurred())

		host := sendmail.NewHost(GinkgoT(), fakemx)
		for _, step := range all {
			said, err := host.Run(step.command)
			Expect(err).NotTo(HaveOccurred(), "%s\n%s", step.command, said)
			Expect(hosts.kind(said)).To(MatchRegexp(hosts.shown(step.output)), "%s\nsays\n%s", step.command, said)
		}
	}, SpecTimeout(5*time.Minute))
})

// consoleSteps are the steps of a page that has no other fences.
func consoleSteps(page string) (all []step) {
	GinkgoHelper()
	t := GinkgoTB()
	for _, s := range sections(t, readLines(t, page)) {
		for _, f := range s.fences {
			Expect(f.language).To(Equal("console"), "%s line %d: nothing runs another fence", page, f.first)
			all = append(all, f.steps(t)...)
		}
	}
	return all
}
