package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/shell"
)

// placeholders are those of Placeholders.
var placeholders = []Placeholder{
	{"host", "the name or address to connect to and verify"},
	{"port", "the peer's port"},
	{"dns", "the address of the DNS, host:port; empty without --dns"},
	{"scheme", "smtp, or smtps for TLS from the first byte"},
	{"ca", "a PEM file with the trust anchors"},
	{"ca_dir", "a directory with the trust anchors, under hashed names"},
	{"ca_p12", "a PKCS #12 file with the trust anchors, password changeit"},
	{"from", "the envelope's sender"},
	{"to", "the envelope's recipient, different for each message"},
	{"recipients", "the same; where a scenario needs several recipients, all of them, separated by commas"},
	{"message", "a file with the message, including its header"},
	{"user", "the user name that the peer accepts"},
	{"password", "its password"},
	{"scenario", "the scenario's name"},
	{"policy_host", "the address of the policy host of MTA-STS, host:port; empty if there is none"},
	{placeholderRequireTLS, "yes if the message demands REQUIRETLS (RFC 8689), otherwise no"},
}

// placeholderRequireTLS is the placeholder without which a command cannot be told
// of REQUIRETLS.
const placeholderRequireTLS = "requiretls"

// Placeholders returns the placeholders that a command may contain, and their
// meanings. Each is also in the command's environment, as FAKEMX_ followed by
// its name in capital letters.
func Placeholders() []Placeholder { return slices.Clone(placeholders) }

// A Placeholder is a word in braces that stands for a value.
type Placeholder struct{ Name, Meaning string }

// braced matches a placeholder, and the doubled brace that stands for one.
var braced = regexp.MustCompile(`\{\{|\{[a-z_0-9]+\}`)

// nearly matches what might be meant for a placeholder. A shell's variable does
// not, which has a dollar in front.
var nearly = regexp.MustCompile(`(?:^|[^${])\{([A-Za-z_0-9-]+)\}`)

// A Template is a command with placeholders.
type Template struct {
	args []string
	// unled: nothing tells the command of the peer, as far as can be seen.
	unled bool
}

// NewTemplate checks a command, whose first word is the program. Anything in
// braces must be a placeholder; {{ stands for one brace. The program must
// exist, unless its name contains a placeholder.
func NewTemplate(args []string) (*Template, error) {
	if len(args) == 0 || args[0] == "" {
		return nil, errors.New("no command is given; put it after --, as in: fakemx audit -- curl …")
	}
	for _, arg := range args {
		if word := unknownPlaceholder(arg); word != "" {
			return nil, fmt.Errorf("unknown placeholder %s in %q; expected one of %s, or {{ for a brace", word, arg, placeholderNames())
		}
	}
	if !braced.MatchString(args[0]) {
		if _, err := exec.LookPath(args[0]); err != nil {
			return nil, fmt.Errorf("the command cannot be started: %w", err)
		}
	}
	return &Template{args: slices.Clone(args), unled: !slices.ContainsFunc(args, leads)}, nil
}

// maxScript is how much of a file is searched.
const maxScript = 1 << 20

// leads: a word of a command holds a placeholder or names one of the variables, or
// is a file in which one stands, such as a script.
func leads(arg string) bool {
	placeholder := func(word string) bool { return word != "{{" }
	return slices.ContainsFunc(braced.FindAllString(arg, -1), placeholder) || mentions(arg, variablePrefix)
}

// tells: a word of the command holds the placeholder or names its variable, or is
// a file in which that stands.
func (t *Template) tells(placeholder string) bool {
	return slices.ContainsFunc(t.args, func(arg string) bool {
		return slices.Contains(braced.FindAllString(arg, -1), "{"+placeholder+"}") || mentions(arg, variablePrefix+strings.ToUpper(placeholder))
	})
}

// mentions: the text stands in a word of a command, or in the file that it names,
// such as a script.
func mentions(arg, text string) bool {
	if strings.Contains(arg, text) {
		return true
	}
	path := arg
	if found, err := exec.LookPath(arg); err == nil {
		path = found
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := os.Open(path) //nolint:gosec // it is of the user's command
	if err != nil {
		return false
	}
	defer file.Close()
	script, err := io.ReadAll(io.LimitReader(file, maxScript))
	return err == nil && strings.Contains(string(script), text)
}

// unknownPlaceholder is the first word in braces that stands for nothing, or
// that is a placeholder but for its capitals or a hyphen; empty if there is none.
func unknownPlaceholder(arg string) string {
	for _, word := range braced.FindAllString(arg, -1) {
		if word != "{{" && !isPlaceholder(strings.Trim(word, "{}")) {
			return word
		}
	}
	for _, found := range nearly.FindAllStringSubmatch(arg, -1) {
		word := found[1]
		if !isPlaceholder(word) && isPlaceholder(strings.ReplaceAll(strings.ToLower(word), "-", "_")) {
			return "{" + word + "}"
		}
	}
	return ""
}

func isPlaceholder(name string) bool {
	return slices.ContainsFunc(placeholders, func(p Placeholder) bool { return p.Name == name })
}

func placeholderNames() string {
	names := make([]string, len(placeholders))
	for i, p := range placeholders {
		names[i] = "{" + p.Name + "}"
	}
	return strings.Join(names, " ")
}

// String returns the command as it was given, with words quoted as a shell
// needs them.
func (t *Template) String() string { return shell.Line(t.args) }

// fill replaces the placeholders by their values.
func (t *Template) fill(values map[string]string) []string {
	filled := make([]string, len(t.args))
	for i, arg := range t.args {
		filled[i] = braced.ReplaceAllStringFunc(arg, func(word string) string {
			if word == "{{" {
				return "{"
			}
			return values[strings.Trim(word, "{}")]
		})
	}
	return filled
}

// variablePrefix begins the names of the variables.
const variablePrefix = "FAKEMX_"

// environment is the values as variables.
func environment(values map[string]string) []string {
	var env []string
	for _, p := range placeholders {
		env = append(env, variablePrefix+strings.ToUpper(p.Name)+"="+values[p.Name])
	}
	return env
}
