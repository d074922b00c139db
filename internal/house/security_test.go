package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

// opening is what makes a connection.
var opening = regexp.MustCompile(`\.(Dial\w*|SendMail|Lookup(MX|Host|Addr|IPAddr|NetIP))\(`)

// openers are the files of the server's packages that may: Server.DialContext
// is for the tests of whoever imports the library.
var openers = []string{"fakemx/reach.go"}

// The server takes mail and passes none on: it has nothing to open a connection
// with, to run a program with, or to unpack what somebody packed.
func TestTheServerRelaysNothing(t *testing.T) {
	forbidden := regexp.MustCompile(`^(net/smtp|os/exec|plugin|archive/.*|compress/.*|html/template|text/template)$`)
	root := house.Path(t)
	for _, p := range closure(t, "fakemx") {
		for _, imported := range p.Imports {
			if forbidden.MatchString(imported) {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
		dir := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no files: %v", dir, err)
		}
		for _, file := range files {
			name := dir + "/" + filepath.Base(file)
			if strings.HasSuffix(name, "_test.go") || slices.Contains(openers, name) {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if found := opening.Find(text); found != nil {
				t.Errorf("%s calls %s", name, found)
			}
		}
	}
}

// closure are the packages of this module that a part is made of.
func closure(t *testing.T, part string) []listedPackage {
	t.Helper()
	byPath := map[string]listedPackage{}
	for _, p := range listPackages(t) {
		byPath[p.ImportPath] = p
	}
	var all []listedPackage
	seen := map[string]bool{}
	for waiting := []string{module + "/" + part}; len(waiting) > 0; {
		path := waiting[0]
		waiting = waiting[1:]
		if p, ours := byPath[path]; ours && !seen[path] {
			seen[path] = true
			all = append(all, p)
			waiting = append(waiting, p.Imports...)
		}
	}
	if len(all) < 5 {
		t.Fatalf("%s is made of only %d packages", part, len(all))
	}
	return all
}
