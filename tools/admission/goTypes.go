// Prints the Go types behind KServe's custom resources as JSON: what its webhooks decode an object into, and what they
// encode it as again. Run in the module of the pinned KServe: see main.ts.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/apis/serving/v1beta1"
)

// A field: its JSON name, the reference of its type, whether an empty value is left out, and the embedded structs it came
// up from, which error messages name.
type field [4]any

// A struct by the name that error messages give it.
type structure struct {
	Name   string  `json:"name"`
	Fields []field `json:"fields"`
}

var structures = map[string]structure{}

func main() {
	roots := []any{
		v1beta1.InferenceService{}, v1alpha1.ServingRuntime{}, v1alpha1.ClusterServingRuntime{},
		v1alpha1.InferenceGraph{}, v1alpha1.TrainedModel{},
	}
	for _, root := range roots {
		reference(reflect.TypeOf(root))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(structures); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var unmarshaler = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()

// `*T` pointer, `[]T` list, `{}T` map with text keys, `!pkg.T` a type that decodes itself, `name kind` a named scalar, a
// kind, or a struct; `name=` before a list or a map that has a name of its own.
func reference(t reflect.Type) string {
	if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(unmarshaler) {
		return "!" + t.String()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + reference(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return named(t) + "[]" + reference(t.Elem())
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			panic("a map whose keys are no texts: " + t.String())
		}
		return named(t) + "{}" + reference(t.Elem())
	case reflect.Interface:
		return "any"
	case reflect.Struct:
		return describe(t)
	}
	if t.String() == t.Kind().String() {
		return t.String()
	}
	return t.String() + " " + t.Kind().String()
}

func named(t reflect.Type) string {
	if t.Name() == "" {
		return ""
	}
	return t.String() + "="
}

var packages = map[string]string{}

func describe(t reflect.Type) string {
	key := t.String()
	if path, done := packages[key]; done {
		if path != t.PkgPath() {
			panic("two types are called " + key)
		}
		return key
	}
	packages[key] = t.PkgPath()
	structures[key] = structure{}
	structures[key] = structure{Name: t.Name(), Fields: fields(t)}
	return key
}

// Fields as encoding/json sees them: those of embedded structs come up, the nearest of a name wins, in order of declaration.
func fields(t reflect.Type) []field {
	own := map[string]bool{}
	found := []field{}
	for i := range t.NumField() {
		if name, _, embedded := tag(t.Field(i)); !embedded && name != "" {
			own[name] = true
		}
	}
	for i := range t.NumField() {
		declared := t.Field(i)
		name, omitempty, embedded := tag(declared)
		if embedded {
			inner := declared.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			for _, f := range fields(inner) {
				if !own[f[0].(string)] {
					own[f[0].(string)] = true
					f[3] = declared.Name + "." + f[3].(string)
					found = append(found, f)
				}
			}
			continue
		}
		if name == "" {
			continue
		}
		omitted := 0
		// `omitempty` never leaves out a struct; `omitzero` does.
		isZeroed := strings.Contains(declared.Tag.Get("json"), ",omitzero")
		if isZeroed || (omitempty && declared.Type.Kind() != reflect.Struct) {
			omitted = 1
		}
		found = append(found, field{name, reference(declared.Type), omitted, ""})
	}
	return found
}

func tag(f reflect.StructField) (name string, omitempty bool, embedded bool) {
	text := f.Tag.Get("json")
	if text == "-" || (!f.IsExported() && !f.Anonymous) {
		return "", false, false
	}
	parts := strings.Split(text, ",")
	if f.Anonymous && parts[0] == "" {
		return "", false, true
	}
	name = parts[0]
	if name == "" {
		name = f.Name
	}
	for _, option := range parts[1:] {
		omitempty = omitempty || option == "omitempty"
	}
	return name, omitempty, false
}
