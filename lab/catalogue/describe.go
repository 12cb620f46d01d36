package main

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unsafe"

	"go.temporal.io/server/common/dynamicconfig"
)

// constraint is a name that the file takes, the field that it fills, and a value to try it with.
type constraint struct{ name, field, probe string }

var constraints = []constraint{
	{"namespace", "Namespace", "a"},
	{"namespaceId", "NamespaceID", "a"},
	{"taskQueueName", "TaskQueueName", "a"},
	{"taskType", "TaskQueueType", "Workflow"},
	{"historyTaskType", "TaskType", "TransferActivityTask"},
	{"shardId", "ShardID", "1"},
	{"destination", "Destination", "a"},
	{"chasmTaskType", "ChasmTaskType", "a"},
}

// GlobalTypedSetting[int], NamespaceTypedConstrainedDefaultSetting[bool], ...
var settingType = regexp.MustCompile(`^(\w+)Typed(?:ConstrainedDefault)?Setting\[`)

func describe(setting dynamicconfig.GenericSetting) (entry, error) {
	given := reflect.ValueOf(setting)
	match := settingType.FindStringSubmatch(given.Type().Name())
	if match == nil || given.Kind() != reflect.Struct {
		return entry{}, fmt.Errorf("a setting of the unknown kind %s", given.Type())
	}
	allowed, err := allowedConstraints(setting.Key())
	if err != nil {
		return entry{}, err
	}
	// Only fields of an addressable value can be read past their being unexported.
	value := reflect.New(given.Type()).Elem()
	value.Set(given)
	described := entry{Scope: match[1], Constraints: allowed}
	if description := value.FieldByName("description"); description.IsValid() {
		described.Description = strings.Join(strings.Fields(description.String()), " ")
	} else {
		return entry{}, fmt.Errorf("%s has no field description", given.Type())
	}
	if def := value.FieldByName("def"); def.IsValid() {
		described.Type = typeName(def.Type())
		// Some settings read another form than the one they keep, such as a list of patterns for an expression.
		if value, ok := plain(open(def)); ok && setting.Validate(value) == nil {
			described.Default = value
		}
		return described, nil
	}
	list := value.FieldByName("cdef")
	if !list.IsValid() || list.Kind() != reflect.Slice {
		return entry{}, fmt.Errorf("%s has neither a field def nor a list cdef", given.Type())
	}
	list = open(list)
	for i := range list.Len() {
		fact, ok := plain(list.Index(i).FieldByName("Value"))
		if !ok {
			return entry{}, fmt.Errorf("constrained default %d has no JSON form", i)
		}
		where, err := constraintsOf(list.Index(i).FieldByName("Constraints"))
		if err != nil {
			return entry{}, err
		}
		described.Defaults = append(described.Defaults, constrainedFact{fact, where})
	}
	described.Type = typeName(list.Type().Elem().Field(1).Type)
	return described, nil
}

// allowedConstraints asks the loader of the server itself: what it takes without a word is allowed.
func allowedConstraints(key dynamicconfig.Key) ([]string, error) {
	allowed := []string{}
	for _, each := range constraints {
		var loader dynamicconfig.YamlLoader
		loader.LoadValue(key, []byte(fmt.Sprintf("[{value: 1, constraints: {%s: %s}}]", each.name, each.probe)))
		if len(loader.Errors) > 0 {
			return nil, fmt.Errorf("the loader does not know the constraint %s: %w", each.name, loader.Err())
		}
		refused := false
		for _, warning := range loader.Warnings {
			refused = refused || strings.HasPrefix(warning.Error(), "constraint ")
		}
		if !refused {
			allowed = append(allowed, each.name)
		}
	}
	return allowed, nil
}

// constraintsOf names the constraints of a constrained default as the file does.
func constraintsOf(given reflect.Value) (map[string]any, error) {
	named := map[string]any{}
	known := map[string]string{}
	for _, each := range constraints {
		known[each.field] = each.name
	}
	for i := range given.NumField() {
		field := given.Type().Field(i).Name
		name, ok := known[field]
		if !ok {
			return nil, fmt.Errorf("the server has a constraint that this program does not know: %s", field)
		}
		if !given.Field(i).IsZero() {
			named[name], _ = plain(given.Field(i))
		}
	}
	return named, nil
}

func typeName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[bool]():
		return "bool"
	case reflect.TypeFor[int]():
		return "int"
	case reflect.TypeFor[float64]():
		return "float"
	case reflect.TypeFor[string]():
		return "string"
	case reflect.TypeFor[time.Duration]():
		return "duration"
	case reflect.TypeFor[map[string]any]():
		return "map"
	default:
		return "typed"
	}
}

// open gives a value that may be read although its field is not exported.
func open(field reflect.Value) reflect.Value {
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
}

// plain is a value as the file would write it; false for what has no such form, such as a compiled expression.
func plain(v reflect.Value) (any, bool) {
	if duration, ok := reflect.TypeAssert[time.Duration](v); ok {
		return duration.String(), true
	}
	switch v.Kind() {
	case reflect.Bool, reflect.String:
		return v.Interface(), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint(), true
	case reflect.Float32, reflect.Float64:
		return v.Float(), !math.IsInf(v.Float(), 0) && !math.IsNaN(v.Float())
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return nil, true
		}
		list := make([]any, v.Len())
		for i := range list {
			var ok bool
			if list[i], ok = plain(v.Index(i)); !ok {
				return nil, false
			}
		}
		return list, true
	case reflect.Map:
		if v.IsNil() {
			return nil, true
		}
		fields := map[string]any{}
		for _, key := range v.MapKeys() {
			value, ok := plain(v.MapIndex(key))
			if !ok || key.Kind() != reflect.String {
				return nil, false
			}
			fields[key.String()] = value
		}
		return fields, true
	case reflect.Struct:
		fields := map[string]any{}
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				return nil, false
			}
			value, ok := plain(v.Field(i))
			if !ok {
				return nil, false
			}
			name := v.Type().Field(i).Name
			if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("mapstructure"), ","); tag != "" {
				name = tag // as the server reads it from the file
			}
			fields[name] = value
		}
		return fields, true
	case reflect.Interface:
		if v.IsNil() {
			return nil, true
		}
		return plain(v.Elem())
	default:
		return nil, false
	}
}
