package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// registry answers the pull half of the OCI distribution API from an image layout on disk. Registries are told apart by
// the parameter ns, which a runtime sends to its mirrors; without it the path must begin with the registry's name.
type registry struct {
	blobs   string
	byTag   map[string]v1.Descriptor // registry/repository:tag
	digests map[string]v1.Descriptor // registry/repository@digest
}

func newRegistry(folder string) (*registry, error) {
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		return nil, fmt.Errorf("serve: --layout %s is no OCI image layout: %w", folder, err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, fmt.Errorf("serve: %s: %w", folder, err)
	}
	r := &registry{filepath.Join(folder, "blobs"), map[string]v1.Descriptor{}, map[string]v1.Descriptor{}}
	for _, descriptor := range manifest.Manifests {
		name, err := parseReference(descriptor.Annotations[refAnnotation])
		if err != nil {
			return nil, fmt.Errorf("serve: %s: %w", folder, err)
		}
		r.byTag[name.registry+"/"+name.repository+":"+name.tag] = descriptor
		r.digests[name.registry+"/"+name.repository+"@"+descriptor.Digest.String()] = descriptor
	}
	return r, nil
}

func serve(folder, address string) error {
	r, err := newRegistry(folder)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("serve: --listen %s: %w", address, err)
	}
	fmt.Printf("serving %d images on %s\n", len(r.byTag), listener.Addr())
	server := &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}

var route = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs)/([^/]+)$`)

func (r *registry) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodGet && request.Method != http.MethodHead {
		refuse(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "this registry is read-only")
		return
	}
	if request.URL.Path == "/v2/" || request.URL.Path == "/v2" {
		return
	}
	part := route.FindStringSubmatch(request.URL.Path)
	if part == nil {
		refuse(w, http.StatusNotFound, "UNSUPPORTED", request.URL.Path+" is not a path of the registry API")
		return
	}
	name, kind, wanted := part[1], part[2], part[3]
	if ns := request.URL.Query().Get("ns"); ns != "" {
		name = ns + "/" + name
	}
	if kind == "manifests" {
		r.serveManifest(w, request, name, wanted)
	} else {
		r.serveBlob(w, request, wanted)
	}
}

func (r *registry) serveManifest(w http.ResponseWriter, request *http.Request, name, wanted string) {
	descriptor, found := r.byTag[name+":"+wanted]
	if !found {
		descriptor, found = r.digests[name+"@"+wanted]
	}
	if !found {
		refuse(w, http.StatusNotFound, "MANIFEST_UNKNOWN", fmt.Sprintf("%s with tag or digest %s is not here; here are: %v", name, wanted, r.names()))
		return
	}
	w.Header().Set("Content-Type", string(descriptor.MediaType))
	w.Header().Set("Docker-Content-Digest", descriptor.Digest.String())
	r.serveFile(w, request, descriptor.Digest)
}

func (r *registry) serveBlob(w http.ResponseWriter, request *http.Request, wanted string) {
	digest, err := v1.NewHash(wanted)
	if err != nil {
		refuse(w, http.StatusBadRequest, "DIGEST_INVALID", err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	r.serveFile(w, request, digest)
}

func (r *registry) serveFile(w http.ResponseWriter, request *http.Request, digest v1.Hash) {
	file, err := os.Open(filepath.Join(r.blobs, digest.Algorithm, digest.Hex))
	if err != nil {
		refuse(w, http.StatusNotFound, "BLOB_UNKNOWN", digest.String()+" is not here")
		return
	}
	defer file.Close()
	http.ServeContent(w, request, "", time.Time{}, file)
}

func (r *registry) names() []string {
	names := make([]string, 0, len(r.byTag))
	for name := range r.byTag {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]string{"code": code, "message": message}}})
}
