package labs_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/lab"
)

const walkFile = "../../docs/labs.md"

// prelude makes a shell stop at the first failure, and has both generations of
// Compose answer to docker compose.
const prelude = `set -eu
docker() {
  if [ "$1" = compose ] && ! command docker compose version >/dev/null 2>&1; then
    shift
    docker-compose "$@"
  else
    command docker "$@"
  fi
}
`

// A walkStep is a command of the page and what stands below it.
type walkStep struct {
	command string
	output  []string
}

// walk takes the console fences of the page apart. A command stands behind
// "$ " and goes on behind "> ".
func walk(page string) []walkStep {
	var steps []walkStep
	inside := false
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		command, begins := strings.CutPrefix(line, "$ ")
		more, goesOn := strings.CutPrefix(line, "> ")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case !inside:
		case begins:
			steps = append(steps, walkStep{command: command})
		case goesOn:
			steps[len(steps)-1].command += "\n" + more
		default:
			last := &steps[len(steps)-1]
			last.output = append(last.output, line)
		}
	}
	return steps
}

// script runs the steps in one shell, and marks where the output of each ends.
func script(steps []walkStep) string {
	var text strings.Builder
	text.WriteString(prelude)
	for number, step := range steps {
		fmt.Fprintf(&text, "%s\necho 'end of step %d'\n", step.command, number)
	}
	return text.String()
}

// shown is the pattern of a line of the page, in which … stands for anything.
func shown(line string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*")
}

var _ = Describe("the walk of docs/labs.md", func() {
	It("goes as it is told", func(ctx SpecContext) {
		page, err := os.ReadFile(walkFile)
		Expect(err).NotTo(HaveOccurred())
		steps := walk(string(page))
		Expect(len(steps)).To(BeNumerically(">", 20))

		cmd := exec.CommandContext(ctx, "bash", "-c", script(steps))
		cmd.Dir = "../.."
		name := fmt.Sprintf("fakemx-labs-%d-walk", os.Getpid())
		place := lab.Project{Place: apart}
		cmd.Env = append(os.Environ(), "HOME="+GinkgoT().TempDir(), "GOCACHE="+goEnv("GOCACHE"), "GOMODCACHE="+goEnv("GOMODCACHE"),
			"COMPOSE_PROJECT_NAME="+name, "COMPOSE_ANSI=never", "LAB_NET="+place.Net(), "LAB_PEERS="+place.Peers())
		DeferCleanup(removeProject, name)
		var out, failed bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &failed
		cmd.WaitDelay = time.Second
		Expect(cmd.Run()).To(Succeed(), "%s\n%s", &out, &failed)

		rest := out.String()
		for number, step := range steps {
			said, after, ended := strings.Cut(rest, fmt.Sprintf("end of step %d\n", number))
			Expect(ended).To(BeTrue())
			for _, line := range step.output {
				Expect(said).To(MatchRegexp(shown(line)), "after %s", step.command)
			}
			rest = after
		}
	}, SpecTimeout(10*time.Minute))
})

// goEnv is a setting of Go that would otherwise follow HOME.
func goEnv(name string) string {
	out, err := exec.Command("go", "env", name).Output()
	Expect(err).NotTo(HaveOccurred())
	return strings.TrimSpace(string(out))
}

// removeProject removes what a walk that broke off left running.
func removeProject(name string) {
	for _, profile := range []string{"exim", "sendmail", "postfix"} {
		cmd := exec.Command("bash", "-c", prelude+"docker compose down --volumes --timeout 2")
		cmd.Dir = "../.."
		cmd.Env = append(os.Environ(), "COMPOSE_PROJECT_NAME="+name, "COMPOSE_PROFILES="+profile)
		out, err := cmd.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
	}
}
