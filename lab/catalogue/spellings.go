package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// NewGlobalIntSetting, NewNamespaceTypedSettingWithConverter, ...
var constructor = regexp.MustCompile(`^New\w+Setting(With\w+)?$`)

// readSpellings adds each key as the sources write it, by its lower-case form, which is all that the registry keeps.
func readSpellings(sources string, found map[string]string) error {
	return filepath.WalkDir(sources, func(path string, file fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if file.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte("dynamicconfig")) {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			if key, ok := keyOf(node); ok {
				found[strings.ToLower(key)] = key
			}
			return true
		})
		return nil
	})
}

// keyOf is the key of a call such as dynamicconfig.NewGlobalIntSetting("frontend.rps", ...).
func keyOf(node ast.Node) (string, bool) {
	call, ok := node.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return "", false
	}
	called := call.Fun
	if index, ok := called.(*ast.IndexExpr); ok {
		called = index.X
	}
	name := ""
	switch called := called.(type) {
	case *ast.Ident:
		name = called.Name
	case *ast.SelectorExpr:
		name = called.Sel.Name
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING || !constructor.MatchString(name) {
		return "", false
	}
	key, err := strconv.Unquote(literal.Value)
	return key, err == nil
}
