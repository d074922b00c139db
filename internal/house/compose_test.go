package house_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fakemx/fakemx/internal/house"
	"github.com/fakemx/fakemx/scenarios"
)

// A composeService is what is looked at of a service.
type composeService struct {
	Ports       []string
	Command     any
	Healthcheck struct{ Test any }
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
}

func composeServices(t *testing.T) map[string]composeService {
	t.Helper()
	text, err := os.ReadFile(house.Path(t, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Services map[string]composeService }
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Services
}

// A container that holds fakemx alone asks it for its health, by the file that
// it is told to write; a mail server waits for the answer.
func TestComposeAsksForHealth(t *testing.T) {
	services := composeServices(t)
	for _, name := range []string{"fakemx", "peers"} {
		const file = "/tmp/ready.json"
		want := "[CMD /fakemx healthcheck --addr-file " + file + "]"
		if test := fmt.Sprint(services[name].Healthcheck.Test); test != want {
			t.Errorf("%s is asked by %s, want %s", name, test, want)
		}
		if command := fmt.Sprint(services[name].Command); !regexp.MustCompile(`--addr-file[ =]` + file).MatchString(command) {
			t.Errorf("%s is %s, want it to write %s", name, command, file)
		}
	}
	for _, name := range []string{"postfix", "sendmail", "exim", "opensmtpd"} {
		if got := services[name].DependsOn["peers"].Condition; got != "service_healthy" {
			t.Errorf("%s waits for the peers until %q, want service_healthy", name, got)
		}
	}
}

// A scenario more than there are published ports would be out of reach.
func TestComposePublishesAPortForEveryScenario(t *testing.T) {
	ports := composeServices(t)["fakemx"].Ports
	if len(ports) != 1 {
		t.Fatalf("ports are %q, want one range", ports)
	}
	var first, last, firstInside, lastInside int
	if _, err := fmt.Sscanf(ports[0], "127.0.0.1:%d-%d:%d-%d", &first, &last, &firstInside, &lastInside); err != nil {
		t.Fatalf("ports are %q, want a range on 127.0.0.1 alone: %v", ports[0], err)
	}
	if published, needed := last-first+1, scenarios.LastNumber(); published < needed || first != firstInside || last != lastInside {
		t.Errorf("ports are %q, want the same %d or more on both sides", ports[0], needed)
	}
}
