package release

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Licences are the SPDX identifiers of the licences that what is linked may have: all of them allow distribution under
// Apache-2.0 with their notices kept. MPL-2.0 asks for the source of its own files, which the module proxy has.
var Licences = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unlicense"}

// marks are sentences that stand in the text of one licence and in that of no other one below it.
var marks = []struct{ licence, sentence string }{
	{"AGPL-3.0-only", "gnu affero general public license version 3"},
	{"LGPL-3.0-only", "gnu lesser general public license version 3"},
	{"GPL-3.0-only", "gnu general public license version 3"},
	{"GPL-2.0-only", "gnu general public license version 2"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"MPL-2.0", "mozilla public license, version 2.0"},
	{"Apache-2.0", "apache license version 2.0"},
	{"Apache-2.0", "licensed under the apache license, version 2.0"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"},
	{"ISC", "permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy of this software"},
	{"BSD-3-Clause", "neither the name of"},
	{"BSD-3-Clause", "the names of its contributors may not be used to endorse or promote"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms, with or without modification, are permitted"},
}

// allowed refuses a licence that is not among Licences.
func allowed(name, licence string) error {
	if !slices.Contains(Licences, licence) {
		return fmt.Errorf("%s is under %q, which is not among %s: do without it", name, licence, strings.Join(Licences, ", "))
	}
	return nil
}

var spaces = regexp.MustCompile(`[\s*/#]+`)

// licenceOf names the licence of a text by its SPDX identifier, or "" where it is none of those known here.
func licenceOf(text string) string {
	text = strings.ToLower(spaces.ReplaceAllString(text, " "))
	for _, mark := range marks {
		if strings.Contains(text, mark.sentence) {
			return mark.licence
		}
	}
	return ""
}

// licenceIn names the licence of the module whose files a folder holds.
func licenceIn(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		name := strings.ToUpper(entry.Name())
		if entry.IsDir() || !strings.HasPrefix(name, "LICENSE") && !strings.HasPrefix(name, "LICENCE") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return "", err
		}
		if licence := licenceOf(string(text)); licence != "" {
			return licence, nil
		}
		return "", fmt.Errorf("%s is not a licence that is known here: read it and add it, or do without the module", filepath.Join(folder, entry.Name()))
	}
	return "", fmt.Errorf("%s has no file LICENSE or COPYING", folder)
}
