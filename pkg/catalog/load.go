package catalog

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"path"
	"slices"
)

// File is a YAML file of entries. Name is what errors call it.
type File struct {
	Name string
	Data []byte
}

//go:embed data/*.yaml
var data embed.FS

// Load reads the embedded files and then the given ones, and validates them together. A file holds entries of any
// kind under the keys pages, definitions, metrics, dimensions, windows and option_sets; an entry may refer to those of
// every other file, and may replace none of them.
//
// Everything that is wrong is reported at once, as *Error values joined by errors.Join in the order of files and lines.
func Load(files ...File) (*Catalog, error) {
	l := &loader{}
	for _, f := range append(embeddedFiles(), files...) {
		l.read(f)
	}
	l.check()
	if err := l.err(); err != nil {
		return nil, err
	}
	rules := values(l.rules)
	for i := range rules {
		rules[i].Field = jsonName(rules[i].ID)
	}
	return &Catalog{
		Pages:       values(l.pages),
		Definitions: values(l.definitions),
		Metrics:     values(l.metrics),
		Dimensions:  values(l.dimensions),
		Windows:     values(l.windows),
		OptionSets:  values(l.optionSets),
		Rules:       rules,
	}, nil
}

// loader gathers the entries of all files and what is wrong with them.
type loader struct {
	files       []string
	pages       []entry[Page]
	definitions []entry[Definition]
	metrics     []entry[Metric]
	dimensions  []entry[Dimension]
	windows     []entry[Window]
	optionSets  []entry[OptionSet]
	rules       []entry[Rule]
	ids         ids // once all files are read
	problems    []*problem
}

// problem is an Error with the place of its file, by which problems are sorted.
type problem struct {
	*Error
	file int
}

func (l *loader) report(file int, e *Error) {
	e.File = l.files[file]
	l.problems = append(l.problems, &problem{Error: e, file: file})
}

func (l *loader) err() error {
	slices.SortStableFunc(l.problems, func(a, b *problem) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.Line, b.Line))
	})
	joined := make([]error, len(l.problems))
	for i, p := range l.problems {
		joined[i] = p.Error
	}
	return errors.Join(joined...)
}

// embeddedFiles are those of the data folder, in the order of their names.
func embeddedFiles() []File {
	var files []File
	names, err := fs.Glob(data, "data/*.yaml")
	for _, name := range names {
		text, readErr := data.ReadFile(name)
		err = errors.Join(err, readErr)
		files = append(files, File{Name: path.Base(name), Data: text})
	}
	if err != nil { // an embedded file system cannot fail to read what it lists
		panic(err)
	}
	return files
}

func values[T any](entries []entry[T]) []T {
	list := make([]T, len(entries))
	for i, e := range entries {
		list[i] = e.value
	}
	return list
}
