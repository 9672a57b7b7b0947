package config

import (
	"errors"
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/query"
)

// settingOfField is the setting that a field of a query comes from.
var settingOfField = map[string]string{
	"data source definition": "tally.definition",
	"data source time zone":  "tally.time-zone",
	"groupBy[0]":             "query.by",
}

// checkQueries finds what is wrong with the settings that all queries have, and names the setting.
func (e Environment) checkQueries() error {
	env := query.Env{Definition: e.Definition, TimeZone: e.TimeZone, Now: time.Now()}
	_, err := query.Query{Window: "today"}.Resolve(catalog.Default(), env)
	for i := 0; err == nil && i < len(e.Breakdowns); i++ {
		_, err = query.Query{Window: "today", GroupBy: e.Breakdowns[i : i+1]}.Resolve(catalog.Default(), env)
	}
	var wrong *query.Error
	if errors.As(err, &wrong) && settingOfField[wrong.Field] != "" {
		return fmt.Errorf("%s: %s; %s", settingOfField[wrong.Field], wrong.Problem, wrong.Remedy)
	}
	return err
}
