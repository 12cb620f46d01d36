package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// description is an image.json.
type description struct {
	Reference string    `json:"reference"`
	Layers    []string  `json:"layers"`
	Config    v1.Config `json:"config"`
}

func assemble(out string, arguments []string) error {
	if _, err := os.Stat(out); err == nil {
		return fmt.Errorf("assemble: --out %s is there already; give the name of a new folder", out)
	}
	path, err := layout.Write(out, empty.Index)
	if err != nil {
		return err
	}
	shared := map[string]*folderLayer{}
	seen := map[string]bool{}
	for _, argument := range arguments {
		file, folders, found := strings.Cut(argument, "=")
		if !found || folders == "" {
			return fmt.Errorf("assemble: '%s' is not of the form IMAGE_JSON=LAYER_DIR,LAYER_DIR", argument)
		}
		wanted, err := readDescription(file)
		if err != nil {
			return err
		}
		if seen[wanted.Reference] {
			return fmt.Errorf("%s: reference %s is that of another image too", file, wanted.Reference)
		}
		seen[wanted.Reference] = true
		image, err := buildImage(wanted, strings.Split(folders, ","), shared)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := path.AppendImage(image, layout.WithAnnotations(map[string]string{refAnnotation: wanted.Reference})); err != nil {
			return fmt.Errorf("%s: %w", wanted.Reference, err)
		}
	}
	return nil
}

func readDescription(file string) (description, error) {
	var wanted description
	text, err := os.ReadFile(file)
	if err != nil {
		return wanted, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&wanted); err != nil {
		return wanted, fmt.Errorf("%s: %w; allowed: reference, layers, config", file, err)
	}
	if _, err := parseReference(wanted.Reference); err != nil {
		return wanted, fmt.Errorf("%s: %w", file, err)
	}
	return wanted, nil
}

// buildImage makes an image of the folders, lowest layer first. A folder that several images name is read once.
func buildImage(wanted description, folders []string, shared map[string]*folderLayer) (v1.Image, error) {
	if len(folders) != len(wanted.Layers) {
		return nil, fmt.Errorf("has %d layers (%s), but %d folders were given", len(wanted.Layers), strings.Join(wanted.Layers, ", "), len(folders))
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for i, folder := range folders {
		if shared[folder] == nil {
			layer, err := newFolderLayer(folder)
			if err != nil {
				return nil, err
			}
			shared[folder] = layer
		}
		var err error
		if image, err = mutate.Append(image, mutate.Addendum{Layer: shared[folder], History: v1.History{CreatedBy: "layer " + wanted.Layers[i]}}); err != nil {
			return nil, err
		}
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Config = "linux", runtime.GOARCH, wanted.Config
	return mutate.ConfigFile(image, config)
}
