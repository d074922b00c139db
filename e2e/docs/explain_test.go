package docs_test

import (
	"os"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"

	"github.com/fakemx/fakemx/e2e/internal/sendmail"
)

var _ = Describe("docs/explain.md", Label("sendmail"), func() {
	It("goes as it is told, with a real sendmail", func(SpecContext) {
		if reason, ok := sendmail.HostAvailable(); !ok {
			Skip(reason)
		}
		page, err := os.ReadFile("../../docs/explain.md")
		Expect(err).NotTo(HaveOccurred())
		all := steps(string(page))
		Expect(len(all)).To(BeNumerically(">", 30))
		fakemx, err := gexec.Build("github.com/fakemx/fakemx")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(gexec.CleanupBuildArtifacts)

		host := sendmail.NewHost(GinkgoT(), fakemx)
		for _, step := range all {
			said, err := host.Run(step.command)
			Expect(err).NotTo(HaveOccurred(), "%s\n%s", step.command, said)
			Expect(kind(said)).To(MatchRegexp(shown(step.output)), "%s\nsays\n%s", step.command, said)
		}
	}, SpecTimeout(5*time.Minute))
})
