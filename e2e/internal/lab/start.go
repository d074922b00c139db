package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"time"
)

// shown is how many of its last lines a container that fails is quoted with.
const shown = 15

// Start runs the peers and the mail server, all of them new, and returns once
// the mail server greets. If a container ends before that, the error says which
// one and quotes its last lines, and nothing is left running.
func (p Project) Start(ctx context.Context) error {
	_, err := p.Compose(ctx, "up", "--detach", "--force-recreate", "--no-build", "--timeout", "2")
	if err != nil {
		return errors.Join(err, p.ended(ctx), p.Down())
	}
	if err := p.ready(ctx); err != nil {
		return errors.Join(err, p.Down())
	}
	return nil
}

// ready waits for the greeting.
func (p Project) ready(ctx context.Context) error {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		if greets(ctx, net.JoinHostPort(p.Addr(), "25")) {
			return nil
		}
		if err := p.ended(ctx); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s does not greet: %w\n%s", p.MTA.Name, ctx.Err(), p.tail(p.MTA.Name))
		}
	}
}

// greets reports whether a mail server answers at an address.
func greets(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return false
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return false
	}
	text := textproto.NewConn(conn)
	if _, _, err = text.ReadResponse(220); err != nil {
		return false
	}
	return text.PrintfLine("QUIT") == nil
}

// container is the id of a service's container.
func (p Project) container(ctx context.Context, service string) (string, error) {
	out, err := p.run(ctx, "docker", "ps", "--all", "--quiet", "--latest",
		"--filter", "label=com.docker.compose.project="+p.Name,
		"--filter", "label=com.docker.compose.service="+service)
	if err != nil {
		return "", err
	}
	id := strings.TrimSpace(out)
	if id == "" {
		return "", fmt.Errorf("the lab has no container of %s", service)
	}
	return id, nil
}

// exited is the status of a container that ended, as docker ps tells it.
var exited = regexp.MustCompile(`^(\S+) Exited \((\d+)\)`)

// ended returns an error that quotes the containers that ended, if any did.
func (p Project) ended(ctx context.Context) error {
	out, err := p.run(ctx, "docker", "ps", "--all", "--filter", "label=com.docker.compose.project="+p.Name,
		"--format", `{{.Label "com.docker.compose.service"}} {{.Status}}`)
	if err != nil {
		return err
	}
	var errs []error
	for line := range strings.Lines(out) {
		if found := exited.FindStringSubmatch(line); found != nil {
			errs = append(errs, fmt.Errorf("the container of %s ended with exit code %s; its last lines are:\n%s", found[1], found[2], p.tail(found[1])))
		}
	}
	return errors.Join(errs...)
}

// tail quotes the last lines of a service.
func (p Project) tail(service string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	lines, err := p.log(ctx, service)
	if err != nil {
		return err.Error()
	}
	lines = lines[max(0, len(lines)-shown):]
	return "  " + strings.Join(lines, "\n  ")
}

// log returns all that a service wrote, by lines.
func (p Project) log(ctx context.Context, service string) ([]string, error) {
	id, err := p.container(ctx, service)
	if err != nil {
		return nil, err
	}
	out, err := p.run(ctx, "docker", "logs", id)
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(out, "\n"), "\n"), nil
}

// Log is what the mail server wrote, by lines.
func (p Project) Log(ctx context.Context) ([]string, error) { return p.log(ctx, p.MTA.Name) }

// Left are the ids of the project's containers that are still there.
func (p Project) Left(ctx context.Context) ([]string, error) { return p.containers(ctx, "--all") }

// Running are the ids of those that run.
func (p Project) Running(ctx context.Context) ([]string, error) { return p.containers(ctx) }

func (p Project) containers(ctx context.Context, which ...string) ([]string, error) {
	args := append([]string{"docker", "ps", "--quiet", "--filter", "label=com.docker.compose.project=" + p.Name}, which...)
	out, err := p.run(ctx, args...)
	return strings.Fields(out), err
}
