package engine

import (
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

// encrypted are the functions of crypto/tls that run on the server's side once
// its records are encrypted, where no tap sees its alerts.
var encrypted = map[string][]string{
	"conn.go":                   {"retryReadRecord", "readHandshake", "handlePostHandshakeMessage", "handleRenegotiation"},
	"handshake_server.go":       {"readFinished", "processCertsFromClient"},
	"handshake_server_tls13.go": {"readClientCertificate", "readClientFinished"},
}

// The table of the alerts that crypto/tls sends without telling is held against
// the library's own source: every error of its that follows an alert leads to
// this alert.
func TestSilentAlertsAreThoseOfTheLibrary(t *testing.T) {
	t.Parallel()
	found := 0
	for file, functions := range encrypted {
		for _, s := range silentIn(t, file, functions) {
			found++
			if code, sent := ownAlert(errors.New(s.text)); !sent || tlsnames.AlertText(code) != s.alert {
				t.Errorf("%s: %q goes with the alert %s, not %s (%t)", file, s.text, s.alert, tlsnames.AlertText(code), sent)
			}
		}
	}
	if found < 12 {
		t.Errorf("only %d alerts were found in the source of crypto/tls", found)
	}
}

// A silentAlert is the text of an error and the alert that goes before it.
type silentAlert struct{ text, alert string }

// silentIn finds the alerts of some functions of crypto/tls that are followed by
// an error with a text of its own.
func silentIn(t *testing.T, file string, functions []string) []silentAlert {
	t.Helper()
	if len(functions) == 0 {
		return nil
	}
	path := filepath.Join(build.Default.GOROOT, "src", "crypto", "tls", file)
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []silentAlert
	seen := map[string]bool{}
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || !slices.Contains(functions, f.Name.Name) {
			continue
		}
		seen[f.Name.Name] = true
		ast.Inspect(f, func(n ast.Node) bool {
			if block, ok := n.(*ast.BlockStmt); ok {
				list = append(list, silentOf(block)...)
			}
			return true
		})
	}
	for _, name := range functions {
		if !seen[name] {
			t.Errorf("crypto/tls has no %s in %s any more: see what took its place", name, file)
		}
	}
	return list
}

// silentOf finds the pairs of an alert and an error among the statements of a
// block.
func silentOf(block *ast.BlockStmt) []silentAlert {
	var list []silentAlert
	for i, statement := range block.List[:max(0, len(block.List)-1)] {
		alert := alertSent(statement)
		if text := textReturned(block.List[i+1]); alert != "" && text != "" {
			list = append(list, silentAlert{text, alert})
		}
	}
	return list
}

// alertSent is the name of the alert that a statement sends; empty for none.
func alertSent(s ast.Stmt) string {
	expression, ok := s.(*ast.ExprStmt)
	if !ok {
		return ""
	}
	call, ok := expression.X.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return ""
	}
	function, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !strings.HasPrefix(function.Sel.Name, "sendAlert") {
		return ""
	}
	name, _ := call.Args[0].(*ast.Ident)
	return snake(strings.TrimPrefix(name.Name, "alert"))
}

// textReturned is the text of the error that a statement returns, up to its
// first verb; empty if it has none of its own.
func textReturned(s ast.Stmt) (text string) {
	result, ok := s.(*ast.ReturnStmt)
	if !ok {
		return ""
	}
	ast.Inspect(result, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if value, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && text == "" {
				text, _, _ = strings.Cut(value, "%")
			}
		case *ast.Ident:
			if n.Name == "unexpectedMessageError" {
				text = "tls: received unexpected handshake message of type"
			}
		}
		return true
	})
	return text
}

// snake is the name of an alert as in RFC 8446, by that of a constant.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		lower := i+1 < len(name) && strings.ToLower(name[i+1:i+2]) == name[i+1:i+2]
		afterLower := i > 0 && strings.ToLower(name[i-1:i]) == name[i-1:i]
		if i > 0 && strings.ToUpper(string(r)) == string(r) && (lower || afterLower) {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
