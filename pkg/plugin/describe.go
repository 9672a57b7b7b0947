package plugin

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/dataverse-tally/tally/pkg/tsql"
)

// describeSpec says what a spec asks.
func describeSpec(spec query.Spec) Description {
	zone := time.UTC.String()
	if spec.Location != nil {
		zone = spec.Location.String()
	}
	return Description{
		Definition: spec.Definition.ID,
		Revision:   spec.Definition.Source.Revision,
		View:       spec.View,
		Rules:      spec.Rules,
		Window:     windowOf(spec.Window),
		TimeZone:   zone,
	}
}

func windowOf(window query.Window) WindowOf {
	of := WindowOf{ID: window.ID, From: window.From.UTC(), To: window.To.UTC()}
	if open := window.OpenFrom; !open.IsZero() {
		open = open.UTC()
		of.OpenFrom = &open
	}
	return of
}

// executed are statements as the query inspector shows them: each text, with its parameters as comments before it.
func executed(statements ...tsql.Statement) string {
	var text strings.Builder
	for i, statement := range statements {
		if i > 0 {
			text.WriteString(";\n\n")
		}
		for i, arg := range statement.Args {
			fmt.Fprintf(&text, "-- @p%d %s\n", i+1, parameter(arg))
		}
		text.WriteString(statement.Text)
	}
	return text.String()
}

// parameter writes the type and the value of a parameter as T-SQL would.
func parameter(arg any) string {
	switch arg := arg.(type) {
	case int64:
		return fmt.Sprintf("bigint = %d", arg)
	case string:
		return fmt.Sprintf("nvarchar = N'%s'", strings.NewReplacer("'", "''", "\n", " ", "\r", " ").Replace(arg))
	case time.Time:
		return fmt.Sprintf("datetime = '%s'", arg.UTC().Format("2006-01-02T15:04:05.000"))
	case uuid.UUID:
		return fmt.Sprintf("uniqueidentifier = '%s'", arg)
	default:
		return fmt.Sprintf("= %v", arg)
	}
}
