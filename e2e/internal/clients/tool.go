package clients

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/tools"
)

// grace is how long a child that escaped its killer may keep an output open.
const grace = 5 * time.Second

// A tool describes a client that is a program.
type tool struct {
	name string
	// probes: see Client.Probes.
	probes bool
	// program finds the program. If nil, it is name on the path.
	program func() (string, error)
	// version is the command line that prints the version, whose first number
	// with a point in it counts. Where there is none, tree is the unpacked
	// tree that the program lies in.
	version []string
	tree    string
	// env are further variables of the environment; it may be nil.
	env func(dir string) ([]string, error)
	// args is the command line behind the program's name. It may write files
	// that it names into dir, which is removed afterwards.
	args func(t Target, form Form, dir string) ([]string, error)
	// permissive: there is a form that takes everything.
	permissive bool
	// stdin is its input. If nil, it has the message.
	stdin func(Target) string
	// content matches output of a client that goes on inside TLS and is
	// answered. Where the form that verifies says so otherwise, strict does for
	// it.
	content, strict *regexp.Regexp
	// complaint matches the lines of its output that say what went wrong. Those
	// that telling matches come first; it may be nil.
	complaint, telling *regexp.Regexp
	// empty matches those of them that say no more than that it failed; it may
	// be nil.
	empty *regexp.Regexp
	// remark matches those of them that are only remarks in the form that does
	// not verify; it may be nil.
	remark *regexp.Regexp
}

// client makes a row of the table.
func (t tool) client(form Form) Client {
	return Client{
		Program: t.name, Name: form.name(t.name), Form: form, Probes: t.probes,
		Available: func() (string, bool) {
			if _, err := t.find(); err != nil {
				return err.Error(), false
			}
			return "", true
		},
		Version: t.versionOnce,
		Run: func(ctx context.Context, target Target) Result {
			output, exit, err := t.run(ctx, target, form)
			if err != nil {
				return Result{Exit: exit, Errors: []string{err.Error()}, Output: output}
			}
			return t.judge(output, exit, form)
		},
	}
}

func (t tool) find() (string, error) {
	if t.program != nil {
		return t.program()
	}
	path, err := exec.LookPath(t.name)
	if err != nil {
		return "", errors.New(t.name + " is not installed; " + tools.Hint)
	}
	return path, nil
}

// versionNumber is a version in whatever a program prints.
var versionNumber = regexp.MustCompile(`\d+(\.\d+)+`)

// versions are the versions that were read, by program.
var versions sync.Map

// versionOnce asks a program no more than once, as some take their time.
func (t tool) versionOnce() string {
	read, _ := versions.LoadOrStore(t.name, sync.OnceValue(t.readVersion))
	return read.(func() string)()
}

func (t tool) readVersion() string {
	if t.version == nil {
		return tools.Version(t.tree)
	}
	program, err := t.find()
	if err != nil {
		return ""
	}
	cmd := exec.Command(program, t.version...) //nolint:gosec // the table is ours
	if t.env != nil {
		env, err := t.env("")
		if err != nil {
			return ""
		}
		cmd.Env = append(os.Environ(), env...)
	}
	text, err := cmd.CombinedOutput()
	if err != nil {
		return ""
	}
	return versionNumber.FindString(string(text))
}

// run runs the program. An exit code other than 0 is no error.
func (t tool) run(ctx context.Context, target Target, form Form) (output string, exit int, err error) {
	dir, err := os.MkdirTemp("", "client")
	if err != nil {
		return "", -1, err
	}
	defer os.RemoveAll(dir)
	cmd, err := t.command(ctx, target, form, dir)
	if err != nil {
		return "", -1, err
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return out.String(), -1, errors.New("took too long and was killed")
	case errors.As(err, &failed):
		return out.String(), failed.ExitCode(), nil
	}
	return out.String(), 0, err
}

// command makes the command, in a process group of its own.
func (t tool) command(ctx context.Context, target Target, form Form, dir string) (*exec.Cmd, error) {
	program, err := t.find()
	if err != nil {
		return nil, err
	}
	args, err := t.args(target, form, dir)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // the table is ours
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "HOME="+dir)
	if t.env != nil {
		env, err := t.env(dir)
		if err != nil {
			return nil, err
		}
		cmd.Env = append(cmd.Env, env...)
	}
	stdin := target.Message
	if t.stdin != nil {
		stdin = t.stdin(target)
	}
	cmd.Stdin = strings.NewReader(stdin)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = grace
	return cmd, nil
}

// judge reads the client's words.
func (t tool) judge(output string, exit int, form Form) Result {
	content := t.content
	if form.Verifies() && t.strict != nil {
		content = t.strict
	}
	return Result{
		TLS: content.MatchString(output), Delivered: !t.probes && exit == 0, Exit: exit,
		Errors: t.complaints(output, form), Output: output,
	}
}

// complaints are the lines that say what went wrong, scrubbed, the most telling
// first.
func (t tool) complaints(output string, form Form) []string {
	var first, then []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		switch {
		case matches(t.empty, line), !form.Verifies() && matches(t.remark, line):
		case matches(t.telling, line):
			first = append(first, scrub(line))
		case matches(t.complaint, line):
			then = append(then, scrub(line))
		}
	}
	return append(first, then...)
}

func matches(pattern *regexp.Regexp, line string) bool {
	return pattern != nil && pattern.MatchString(line)
}

// quit is the input of a client that only probes.
func quit(Target) string { return "QUIT\r\n" }
