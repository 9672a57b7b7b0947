package tally_test

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// answerAny answers any statement that counts with one row, of bucket 0 and of one group where it has them.
func answerAny(text string) *dataverse.Rows {
	columns, values := "", []any{}
	if strings.Contains(text, "AS [bucket]") {
		columns, values = "bucket ", append(values, int64(0))
	}
	if strings.Contains(text, "AS [g0]") {
		columns += "g0"
		if strings.Contains(text, "'deflected'") {
			values = append(values, "deflected")
		} else {
			values = append(values, int64(1))
		}
	}
	return rows(columns, append(values, int64(7), int64(3), int64(1)))
}
