package labs_test

import (
	"context"
	"os/exec"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/lab"
)

// What swaks exits with when AUTH is refused.
const swaksAuthRefused = 28

var _ = Describe("a lab takes mail on port 587", Label(smoke), func() {
	for _, mta := range lab.MTAs() {
		It("of "+mta.Name+", after AUTH inside TLS", func(ctx SpecContext) {
			p := project(apart, mta, "opportunistic")
			Expect(p.Start(ctx)).To(Succeed())
			DeferCleanup(p.Down)
			out, code := authenticate(ctx, p, "wrong")
			Expect(code).To(Equal(swaksAuthRefused), out)
			out, code = authenticate(ctx, p, "secret")
			Expect(code).To(BeZero(), out)
			Eventually(func() (string, error) { return p.Exec(ctx, "sh", "-c", "cat /peers/messages/healthy/new/*") }).
				WithTimeout(30 * time.Second).WithPolling(300 * time.Millisecond).Should(ContainSubstring("Subject: submitted"))
		})
	}
})

// authenticate submits a message for the healthy peer as the lab's user.
func authenticate(ctx context.Context, p lab.Project, password string) (said string, exitCode int) {
	swaks, err := exec.LookPath("swaks")
	if err != nil {
		Skip("swaks is not here; e2e/setup.sh gets it")
	}
	cmd := exec.CommandContext(ctx, swaks, "--server", p.Addr(), "--port", "587", "--tls", "--helo", "client.fakemx.test",
		"--auth", "PLAIN", "--auth-user", "probe", "--auth-password", password, "--timeout", "20",
		"--from", "probe@healthy.fakemx.test", "--to", "probe@healthy.fakemx.test", "--header", "Subject: submitted")
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		Fail(err.Error())
	}
	return string(out), cmd.ProcessState.ExitCode()
}
