package main

import (
	"archive/tar"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// sample writes two images that share a layer, and returns the arguments of assemble.
func sample(t *testing.T) []string {
	t.Helper()
	home := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(home, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o755)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := write("base/bin/first", "text")
	if err := errors.Join(os.Link(first, filepath.Join(home, "base/bin/second")), os.Symlink("first", filepath.Join(home, "base/bin/third"))); err != nil {
		t.Fatal(err)
	}
	write("top/file", "more")
	one := write("one.json", `{"reference": "docker.io/library/one:1", "layers": ["base"], "config": {"Cmd": ["first"]}}`)
	two := write("two.json", `{"reference": "registry.k8s.io/two:2", "layers": ["base", "top"], "config": {"User": "1000"}}`)
	return []string{one + "=" + home + "/base", two + "=" + home + "/base," + home + "/top"}
}

func assembled(t *testing.T, arguments []string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "layout")
	if err := assemble(out, arguments); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameFoldersGiveTheSameDigests(t *testing.T) {
	arguments := sample(t)
	before := assembled(t, arguments)
	for _, argument := range arguments {
		_, folders, _ := strings.Cut(argument, "=")
		if err := os.Chtimes(filepath.Join(strings.Split(folders, ",")[0], "bin"), time.Now(), time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	index := func(folder string) string {
		text, err := os.ReadFile(filepath.Join(folder, "index.json"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if index(before) != index(assembled(t, arguments)) {
		t.Error("two runs gave different digests")
	}
	blobs, _ := os.ReadDir(filepath.Join(before, "blobs/sha256"))
	if len(blobs) != 6 { // two layers, two configurations, two manifests
		t.Errorf("%d blobs, the shared layer should be there once", len(blobs))
	}
	if path, err := layout.FromPath(before); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

func TestLayerKeepsLinksAndModes(t *testing.T) {
	_, folders, _ := strings.Cut(sample(t)[0], "=")
	layer, err := newFolderLayer(folders)
	if err != nil {
		t.Fatal(err)
	}
	reader, _ := layer.Uncompressed()
	archive := tar.NewReader(reader)
	want := []tar.Header{
		{Name: "bin/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "bin/first", Typeflag: tar.TypeReg, Mode: 0o755, Size: 4},
		{Name: "bin/second", Typeflag: tar.TypeLink, Linkname: "bin/first", Mode: 0o755},
		{Name: "bin/third", Typeflag: tar.TypeSymlink, Linkname: "first", Mode: 0o777},
	}
	for _, expected := range want {
		got, err := archive.Next()
		if err != nil {
			t.Fatal(err)
		}
		if got.Name != expected.Name || got.Typeflag != expected.Typeflag || got.Linkname != expected.Linkname || got.Mode != expected.Mode || got.Size != expected.Size {
			t.Errorf("got %+v, want %+v", got, expected)
		}
		if got.Uid != os.Getuid() || got.Uname != "" || got.ModTime.Unix() != 0 {
			t.Errorf("%s: owner %d '%s', time %s", got.Name, got.Uid, got.Uname, got.ModTime)
		}
	}
	if _, err := archive.Next(); err != io.EOF {
		t.Errorf("more entries than expected: %v", err)
	}
}

func TestServe(t *testing.T) {
	handler, err := newRegistry(assembled(t, sample(t)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	ask := func(method, path string) (int, string, string) {
		t.Helper()
		request, _ := http.NewRequest(method, server.URL+path, nil)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, response.Header.Get("Docker-Content-Digest"), string(body)
	}
	_, digest, manifest := ask("GET", "/v2/library/one/manifests/1?ns=docker.io")
	_, after, _ := strings.Cut(manifest, `"layers":`)
	_, after, _ = strings.Cut(after, `"digest":"`)
	layer, _, _ := strings.Cut(after, `"`)
	for path, status := range map[string]int{
		"/v2/": 200,
		"/v2/library/one/manifests/1?ns=docker.io":                200,
		"/v2/library/one/manifests/" + digest + "?ns=docker.io":   200,
		"/v2/docker.io/library/one/manifests/1":                   200,
		"/v2/library/one/blobs/" + layer + "?ns=docker.io":        200,
		"/v2/library/one/manifests/1?ns=ghcr.io":                  404,
		"/v2/library/one/manifests/2?ns=docker.io":                404,
		"/v2/two/manifests/" + digest + "?ns=registry.k8s.io":     404,
		"/v2/library/one/blobs/sha256:" + strings.Repeat("0", 64): 404,
		"/v2/library/one/blobs/sha256:..":                         400,
		"/elsewhere":                                              404,
	} {
		for _, method := range []string{"GET", "HEAD"} {
			if got, _, body := ask(method, path); got != status {
				t.Errorf("%s %s: %d, want %d: %s", method, path, got, status, body)
			}
		}
	}
	if status, _, _ := ask("POST", "/v2/library/one/blobs/uploads/"); status != 405 {
		t.Errorf("a push got %d, want 405", status)
	}
	if _, _, body := ask("GET", "/v2/library/one/manifests/9?ns=docker.io"); !strings.Contains(body, "docker.io/library/one:1") {
		t.Errorf("the refusal does not say what is here: %s", body)
	}
}

func TestRefusals(t *testing.T) {
	home := t.TempDir()
	good := sample(t)[0]
	file, folders, _ := strings.Cut(good, "=")
	bad := func(text string) string {
		path := filepath.Join(home, "bad.json")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path + "=" + folders
	}
	for name, test := range map[string]struct {
		arguments []string
		reason    string
	}{
		"no folder":      {[]string{file}, "is not of the form"},
		"two folders":    {[]string{good + "," + folders}, "has 1 layers (base), but 2 folders were given"},
		"twice":          {[]string{good, good}, "is that of another image too"},
		"missing folder": {[]string{file + "=" + home + "/none"}, "no such file"},
		"short name":     {[]string{bad(`{"reference": "redis:7"}`)}, "write it in full"},
	} {
		err := assemble(filepath.Join(t.TempDir(), "layout"), test.arguments)
		if err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: %v, want '%s'", name, err, test.reason)
		}
	}
	if err := assemble(filepath.Join(t.TempDir(), "layout"), []string{bad(`{"reference": "docker.io/a/b:1", "layer": []}`)}); err == nil || !strings.Contains(err.Error(), `unknown field "layer"`) {
		t.Error(err)
	}
	if err := assemble(home, []string{good}); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Error(err)
	}
	if _, err := newRegistry(home); err == nil || !strings.Contains(err.Error(), "is no OCI image layout") {
		t.Error(err)
	}
}
