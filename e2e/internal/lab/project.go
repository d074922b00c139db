// Package lab runs the labs of docker-compose.yml: it starts a mail server with
// a policy beside the peers, gives it messages, and gathers what both sides say.
package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/fakemx/fakemx/internal/house"
)

// A Project is one lab: the peers and one mail server on a network of their
// own. Several run side by side if their names and places differ.
type Project struct {
	// Name tells the project's containers apart.
	Name string
	// Place, 0 to 7, chooses the network: an eighth of 198.18.0.0/15, a range
	// kept for tests of networks (RFC 2544).
	Place int
	// MTA is the mail server.
	MTA MTA
	// Policy is a name out of the folder policies of the mail server.
	Policy string
	// Config is a folder with a configuration of the user's. If empty, the
	// distribution's is used.
	Config string
	// Retry is how often the queue is run, such as 5m. If empty, what
	// docker-compose.yml says.
	Retry string
	// Send are scenarios that are sent a message at the start, with blanks
	// between.
	Send string
	// Env are further variables of Compose, as in COMPOSE_FILE=….
	Env []string
}

// Net is the first three numbers of the project's network.
func (p Project) Net() string { return fmt.Sprintf("198.%d.%d", 18+p.Place/4, 64*(p.Place%4)) }

// Peers is the range of the peers' addresses.
func (p Project) Peers() string {
	return fmt.Sprintf("198.%d.%d.0/23", 18+p.Place/4, 64*(p.Place%4)+24)
}

// Addr is the mail server's address, without a port.
func (p Project) Addr() string { return fmt.Sprintf("%s.%d", p.Net(), p.MTA.Host) }

// command is Docker's or Compose's, in the environment of the project.
func (p Project) command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	dir, err := house.Root()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // our own commands
	cmd.Dir = dir
	cmd.Env = append(os.Environ(),
		"COMPOSE_PROJECT_NAME="+p.Name, "COMPOSE_PROFILES="+p.MTA.Name, "COMPOSE_ANSI=never",
		"LAB_NET="+p.Net(), "LAB_PEERS="+p.Peers(), "LAB_POLICY="+p.Policy, "LAB_CONFIG="+p.Config, "LAB_RETRY="+p.Retry, "LAB_SEND="+p.Send)
	cmd.Env = append(cmd.Env, p.Env...)
	return cmd, nil
}

// run returns what a command writes; its error holds that too.
func (p Project) run(ctx context.Context, args ...string) (string, error) {
	cmd, err := p.command(ctx, args...)
	if err != nil {
		return "", err
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// Compose runs Compose, of whichever generation is there, and returns what it
// writes; its error holds that too.
func (p Project) Compose(ctx context.Context, args ...string) (string, error) {
	name, err := composeCommand()
	if err != nil {
		return "", err
	}
	return p.run(ctx, append(name, args...)...)
}

// composeCommand is "docker compose" where that is there.
func composeCommand() ([]string, error) {
	if exec.Command("docker", "compose", "version").Run() == nil {
		return []string{"docker", "compose"}, nil
	}
	if _, err := exec.LookPath("docker-compose"); err == nil {
		return []string{"docker-compose"}, nil
	}
	return nil, errors.New("neither docker compose nor docker-compose is there; labs/setup.sh gets it")
}

// Exec runs a command in the container of the mail server.
func (p Project) Exec(ctx context.Context, args ...string) (string, error) {
	id, err := p.container(ctx, p.MTA.Name)
	if err != nil {
		return "", err
	}
	return p.run(ctx, append([]string{"docker", "exec", id}, args...)...)
}

// Down stops all of the project and removes it, with its volumes.
func (p Project) Down() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := p.Compose(ctx, "down", "--volumes", "--timeout", "2")
	return err
}
