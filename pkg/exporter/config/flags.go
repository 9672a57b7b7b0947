package config

import (
	"strings"

	"github.com/alecthomas/kingpin/v2"
)

// Flags are what the command line says. The zero value says nothing.
type Flags struct {
	File  string // of the configuration; "" for none
	given map[string]*flagValue
}

// AddFlags adds the flags to a program; the returned Flags are filled in when the program parses its arguments.
func AddFlags(app *kingpin.Application) *Flags {
	f := &Flags{given: map[string]*flagValue{}}
	app.Flag("config.file", "YAML file with the same settings as these flags, and with several environments.").PlaceHolder("FILE").StringVar(&f.File)
	standard := defaults()
	for _, s := range settings {
		value := &flagValue{form: s.form}
		f.given[s.name] = value
		help := s.help
		if texts := s.format(standard); len(texts) > 0 {
			help += " Default: " + strings.Join(texts, ", ") + "."
		}
		placeholder := strings.ToUpper(s.name[strings.Index(s.name, ".")+1:])
		app.Flag(s.name, help).PlaceHolder(placeholder).SetValue(value)
	}
	return f
}

// flagValue keeps the texts of a flag as they were given. It implements kingpin.Value.
type flagValue struct {
	form  form
	texts []string
}

// Set implements kingpin.Value.
func (v *flagValue) Set(text string) error {
	v.texts = append(v.texts, text)
	return nil
}

// String implements kingpin.Value.
func (v *flagValue) String() string { return strings.Join(v.texts, ",") }

// IsCumulative tells kingpin which flags may be repeated.
func (v *flagValue) IsCumulative() bool { return v.form != scalar }

// level is what the command line says.
func (f *Flags) level() level {
	var all level
	for _, s := range settings {
		if value := f.given[s.name]; value != nil && len(value.texts) > 0 {
			all = append(all, said{s, value.texts})
		}
	}
	return all
}
