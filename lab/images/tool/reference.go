package main

import (
	"fmt"
	"regexp"
)

// refAnnotation is where an entry of the layout's index holds the full reference of its image.
const refAnnotation = "org.opencontainers.image.ref.name"

// reference is a name as the node's runtime asks for it: registry host, repository path, tag.
type reference struct{ registry, repository, tag string }

var referenceForm = regexp.MustCompile(`^([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*):(\w[\w.-]{0,127})$`)

func parseReference(text string) (reference, error) {
	part := referenceForm.FindStringSubmatch(text)
	if part == nil {
		return reference{}, fmt.Errorf("reference '%s' is not of the form REGISTRY/PATH:TAG; write it in full, such as docker.io/library/redis:7.0.15", text)
	}
	return reference{part[1], part[2], part[3]}, nil
}
