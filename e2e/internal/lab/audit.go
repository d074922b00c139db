package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/fakemx/fakemx/audit"
)

// Audit has the mail server of a running project judged by the service audit,
// which takes the place of the peers. The report may be about failures.
func (p Project) Audit(ctx context.Context, args ...string) (*audit.Report, error) {
	if _, err := p.Compose(ctx, "stop", "--timeout", "5", "peers"); err != nil {
		return nil, err
	}
	name, err := composeCommand()
	if err != nil {
		return nil, err
	}
	cmd, err := p.command(ctx, append(append(name, "run", "--rm", "-T", "audit", "--format", "json"), args...)...)
	if err != nil {
		return nil, err
	}
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	ended := cmd.Run() // with 1 if the policy is not kept
	report, err := audit.ReadReport(&out)
	if err != nil {
		return nil, fmt.Errorf("no report of the audit: %w\n%s", errors.Join(ended, err), &complaint)
	}
	return report, nil
}
