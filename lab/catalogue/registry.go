package main

import (
	"fmt"
	"sync/atomic"
	_ "unsafe" // for go:linkname

	"go.temporal.io/server/common/dynamicconfig"
)

// fewest is what no release of the last years went below: fewer keys mean a registry that is laid out differently.
const fewest = 500

// The server has no exported way to list its settings, and a copy of its sources would go stale: this is its own variable.
//
//go:linkname globalRegistry go.temporal.io/server/common/dynamicconfig.globalRegistry
var globalRegistry struct {
	settings map[dynamicconfig.Key]dynamicconfig.GenericSetting
	queried  atomic.Bool
}

func registered() (map[dynamicconfig.Key]dynamicconfig.GenericSetting, error) {
	if found := len(globalRegistry.settings); found < fewest {
		return nil, fmt.Errorf("%d settings in the server's registry, at least %d expected; compare common/dynamicconfig/registry.go", found, fewest)
	}
	for key, setting := range globalRegistry.settings {
		if setting == nil || setting.Key() != key {
			return nil, fmt.Errorf("the server's registry is laid out differently at %s; compare common/dynamicconfig/registry.go", key)
		}
	}
	return globalRegistry.settings, nil
}
