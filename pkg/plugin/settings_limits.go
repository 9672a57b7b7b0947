package plugin

import (
	"fmt"
	"math"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/dataverse/budget"
)

// The LCIDs that a language can have: the smallest is that of Arabic as it is written in Saudi Arabia.
const (
	minLCID = 1025
	maxLCID = 0xffff
)

// limitProblems are those of the numbers by which an administrator bounds what the data source does.
func (s Settings) limitProblems(known *catalog.Catalog) []error {
	var problems []error
	wrong := func(is bool, field, problem, remedy string) {
		if is {
			problems = append(problems, &SettingError{field, problem, remedy})
		}
	}
	wrong(s.LabelLanguage != 0 && (s.LabelLanguage < minLCID || s.LabelLanguage > maxLCID), FieldLabelLanguage,
		fmt.Sprintf("%d is no language", s.LabelLanguage), "enter its number, such as 1031 for German, or clear it")
	for _, id := range s.AllowedDefinitions {
		if _, ok := known.Definition(id); !ok {
			problems = append(problems, notInCatalogue(FieldAllowedDefinitions, id, definitionIDs(known)))
		}
	}
	wrong(s.LongestRange < 0, FieldLongestRange, s.LongestRange.String()+" is below 0", "enter a time such as 400d, or clear it")
	wrong(s.MaxRunning < 0 || s.MaxRunning > budget.Shares, FieldMaxRunning, fmt.Sprintf("%d is out of bounds", s.MaxRunning),
		fmt.Sprintf("enter a number from 1 to %d: Dataverse lets an identity have no more at all times", budget.Shares))
	if s.CacheMiB != nil {
		wrong(math.IsNaN(*s.CacheMiB) || *s.CacheMiB < 0 || *s.CacheMiB > MaxCacheMiB, FieldCacheMiB, fmt.Sprintf("%v is out of bounds", *s.CacheMiB),
			fmt.Sprintf("enter a number of MiB from 0, for no cache, to %d", MaxCacheMiB))
	}
	wrong(s.StaleFor < 0 || s.StaleFor > MaxStaleFor, FieldStaleFor, s.StaleFor.String()+" is out of bounds",
		fmt.Sprintf("enter a time up to %s, or 0s to have an error in place of older numbers", MaxStaleFor))
	wrong(s.Parameters != "" && s.Parameters != ParametersTyped && s.Parameters != ParametersLiteral, FieldParameters,
		quoted(string(s.Parameters))+" is not known", "choose Typed or Literal")
	return problems
}
