// Catalogue writes every dynamic-config key that the linked Temporal server registers, as JSON, to stdout.
//
//	catalogue SOURCES...   the directories of all linked modules below go.temporal.io: the registry keeps keys in lower case
//	                       only, so their spelling comes from the sources, and what is in these but not linked is found out
//
// It ends with 1 and says why when what it finds cannot be the whole catalogue.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	enumsspb "go.temporal.io/server/api/enums/v1"
	"go.temporal.io/server/common/dynamicconfig"
	// The whole server: each of its packages registers its keys when it is initialised.
	_ "go.temporal.io/server/temporal"
)

const server = "go.temporal.io/server"

// entry is one key in the catalogue.
type entry struct {
	Type        string            `json:"type"`
	Scope       string            `json:"scope"`
	Constraints []string          `json:"constraints"`
	Default     any               `json:"default,omitempty"`
	Defaults    []constrainedFact `json:"defaults,omitempty"`
	Description string            `json:"description"`
}

type constrainedFact struct {
	Value       any            `json:"value"`
	Constraints map[string]any `json:"constraints"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "catalogue:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	version, err := linkedVersion()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(arguments, func(dir string) bool { return strings.HasSuffix(filepath.Clean(dir), "server@v"+version) }) {
		return fmt.Errorf("give the directories of the modules below go.temporal.io, that of server %s among them", version)
	}
	spellings := map[string]string{}
	for _, dir := range arguments {
		if err := readSpellings(dir, spellings); err != nil {
			return err
		}
	}
	settings, err := registered()
	if err != nil {
		return err
	}
	keys := map[string]entry{}
	var problems []string
	for key, setting := range settings {
		spelled, known := spellings[key.String()]
		if !known {
			problems = append(problems, fmt.Sprintf("%s is registered, but no New...Setting call of the sources spells it", key))
			continue
		}
		described, err := describe(setting)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", spelled, err))
			continue
		}
		keys[spelled] = described
	}
	for _, spelled := range spellings {
		if settings[dynamicconfig.MakeKey(spelled)] == nil {
			problems = append(problems, fmt.Sprintf("%s is in the sources, but its package is not linked; import it in main.go", spelled))
		}
	}
	if len(problems) > 0 {
		slices.Sort(problems)
		return fmt.Errorf("the catalogue would not be whole:\n  %s", strings.Join(problems, "\n  "))
	}
	return write(os.Stdout, version, keys)
}

// write puts each key on a line of its own: a difference between two versions can then be read.
func write(to io.Writer, version string, keys map[string]entry) error {
	lines := make([]string, 0, len(keys))
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		var line bytes.Buffer
		out := json.NewEncoder(&line)
		out.SetEscapeHTML(false)
		if err := out.Encode(keys[key]); err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("    %q: %s", key, bytes.TrimSpace(line.Bytes())))
	}
	types, err := json.Marshal(historyTaskTypes())
	if err == nil {
		_, err = fmt.Fprintf(to, "{\n  \"server\": %q,\n  \"historyTaskTypes\": %s,\n  \"keys\": {\n%s\n  }\n}\n", version, types, strings.Join(lines, ",\n"))
	}
	return err
}

// historyTaskTypes are the names that the constraint historyTaskType takes: another makes the server refuse its whole file.
func historyTaskTypes() []string {
	names := []string{}
	for name, number := range enumsspb.TaskType_shorthandValue {
		if number > int32(enumsspb.TASK_TYPE_UNSPECIFIED) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// linkedVersion is the server's version as the linker recorded it.
func linkedVersion() (string, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", fmt.Errorf("this binary has no build information")
	}
	for _, module := range info.Deps {
		if module.Path == server && module.Replace == nil {
			return strings.TrimPrefix(module.Version, "v"), nil
		}
	}
	return "", fmt.Errorf("%s is not linked as a released version", server)
}
