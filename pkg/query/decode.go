package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// object is a JSON object, its values not decoded yet.
type object map[string]json.RawMessage

// readObject reads an object and refuses one that has a key twice. The text is valid JSON.
// Name is what to call the value in an error, path what to put before its keys.
func readObject(raw json.RawMessage, name, path string) (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, &Error{name, "is " + describe(raw), "write an object"}
	}
	fields := object{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, &Error{name, "is no JSON: " + err.Error(), "write an object"}
		}
		key, _ := token.(string)
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, &Error{name, "is no JSON: " + err.Error(), "write an object"}
		}
		if _, twice := fields[key]; twice {
			return nil, &Error{field(path, key), "is there twice", "remove one of them"}
		}
		fields[key] = value
	}
	return fields, nil
}

// decodeObject fills a Query.
func decodeObject(fields object, q *Query) error {
	return decodeFields(fields, reflect.ValueOf(q).Elem(), "")
}

// decodeFields fills a struct from an object, by the names in its json tags.
func decodeFields(fields object, target reflect.Value, path string) error {
	names := jsonNames(target.Type())
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		index := slices.Index(names, key)
		if index < 0 {
			return &Error{field(path, key), "unknown field", instead(key, names)}
		}
		if err := decodeValue(fields[key], target.Field(index), field(path, key)); err != nil {
			return err
		}
	}
	return nil
}

// decodeValue fills a text, a number, a yes or no, a list, or an object. Null leaves the zero value.
func decodeValue(raw json.RawMessage, target reflect.Value, path string) error {
	if isNull(raw) {
		return nil
	}
	switch target.Kind() {
	case reflect.Pointer:
		target.Set(reflect.New(target.Type().Elem()))
		return decodeValue(raw, target.Elem(), path)
	case reflect.Struct:
		fields, err := readObject(raw, path, path)
		if err != nil {
			return err
		}
		return decodeFields(fields, target, path)
	case reflect.Slice:
		return decodeList(raw, target, path)
	}
	if err := json.Unmarshal(raw, target.Addr().Interface()); err != nil {
		remedy := "write a text"
		switch target.Kind() {
		case reflect.Int:
			remedy = "write a whole number"
		case reflect.Float64:
			remedy = "write a number"
		case reflect.Bool:
			remedy = "write true or false"
		}
		return &Error{path, "is " + describe(raw), remedy}
	}
	return nil
}

func decodeList(raw json.RawMessage, target reflect.Value, path string) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil {
		return &Error{path, "is " + describe(raw), "write a list"}
	}
	if len(elements) == 0 {
		return nil
	}
	target.Set(reflect.MakeSlice(target.Type(), len(elements), len(elements)))
	for i, element := range elements {
		name := fmt.Sprintf("%s[%d]", path, i)
		if isNull(element) {
			return &Error{name, "is null", "write a value or remove it"}
		}
		if err := decodeValue(element, target.Index(i), name); err != nil {
			return err
		}
	}
	return nil
}

func jsonNames(typ reflect.Type) []string {
	var names []string
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

// describe says what a JSON value is, in a person's words.
func describe(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "empty"
	}
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f', 'n':
		return string(raw)
	default:
		return "the number " + strings.Trim(spelling.Quote(string(raw)), `"`)
	}
}

// field is the path of a field below another one.
func field(path, key string) string {
	if quoted := spelling.Quote(key); key == "" || quoted != `"`+key+`"` {
		key = quoted
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// instead is the remedy for an unknown name.
func instead(word string, names []string) string {
	known := "known are " + spelling.List(names, "and")
	if close, ok := spelling.Closest(word, names); ok {
		return "did you mean " + close + "? K" + known[1:]
	}
	return known
}
