package tally_test

import (
	"strings"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// answerAny answers any statement that counts with one row, of bucket 0 and of one group where it has them.
func answerAny(text string) *dataverse.Rows {
	columns, values := "", []any{}
	isGrid := strings.Contains(text, "AS [part]")
	if isGrid {
		columns, values = "part ", append(values, int64(2))
	}
	if strings.Contains(text, "AS [bucket]") {
		columns, values = columns+"bucket ", append(values, int64(0))
	}
	if strings.Contains(text, "AS [g0]") {
		columns += "g0"
		if strings.Contains(text, "'deflected'") {
			values = append(values, "deflected")
		} else {
			values = append(values, int64(1))
		}
	}
	answer := rows(columns, append(values, int64(7), int64(3), int64(1)))
	if isGrid {
		answer.Columns = append(answer.Columns, "first", "last")
		answer.Values[0] = append(answer.Values[0], day, day)
	}
	return answer
}
