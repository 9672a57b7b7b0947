package config

import (
	"fmt"
	"io"
	"os"
)

// maxSize of a configuration file.
const maxSize = 1 << 20

// Load reads the configuration file, if there is one, and returns the environments that it and the flags describe: at
// least one, each with a name of its own. Whether they can be opened is for Open to say.
func (f *Flags) Load() ([]Environment, error) {
	said := &file{}
	if f.File != "" {
		raw, err := readFile(f.File)
		if err != nil {
			return nil, err
		}
		if said, err = parse(f.File, raw); err != nil {
			return nil, err
		}
	}
	environments, err := said.under(f.level())
	if err != nil {
		return nil, err
	}
	return environments, checkLogins(environments)
}

// under are the environments of a file where flags stand between its top and its entries.
func (f *file) under(flags level) ([]Environment, error) {
	base := defaults()
	if err := f.top.apply(&base); err != nil {
		return nil, err
	}
	if err := flags.apply(&base); err != nil {
		return nil, fmt.Errorf("--%w", err) // it begins with the name of the setting
	}
	if len(f.environments) == 0 {
		return []Environment{base}, nil
	}
	var environments []Environment
	for _, entry := range f.environments {
		e := base
		e.Name = entry.name
		if err := entry.own.apply(&e); err != nil {
			return nil, err
		}
		environments = append(environments, e)
	}
	return environments, nil
}

func readFile(path string) ([]byte, error) {
	source, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("config.file: %w", err)
	}
	defer func() { _ = source.Close() }()
	raw, err := io.ReadAll(io.LimitReader(source, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("config.file: %w", err)
	}
	if len(raw) > maxSize {
		return nil, fmt.Errorf("config.file: %s is larger than 1 MiB: it must be another file", path)
	}
	return raw, nil
}
