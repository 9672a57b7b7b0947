package catalog

import (
	"fmt"
	"strings"
)

// Error is one thing that is wrong with a catalogue file, and what to write instead.
// Load returns all of them joined; errors.As finds the first.
type Error struct {
	File    string // name of the File
	Line    int    // from 1; 0 when the file as a whole is meant
	Entry   string // for example metric total; "" outside of entries
	Field   string // for example shape.ratio.of; "" when the entry as a whole is meant
	Problem string
	Remedy  string
}

// Error is the file and line as compilers print them, then entry, field, problem and remedy.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&text, ":%d", e.Line)
	}
	for _, part := range []string{e.Entry, e.Field, e.Problem} {
		if part != "" {
			text.WriteString(": ")
			text.WriteString(part)
		}
	}
	text.WriteString("; ")
	text.WriteString(e.Remedy)
	return text.String()
}
