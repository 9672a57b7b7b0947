package engine

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
)

// sampleColumns are the columns of the table sample that have a variable of the same name and type here.
const sampleColumns = `label nvarchar(100), flag bit, tiny tinyint, small smallint, n int, big bigint, ratio float, amount decimal(10,2),
	price money, code varchar(20), other uniqueidentifier, at datetime, day date, exact datetime2(7), note nvarchar(max), sampleid uniqueidentifier`

// The checker computes with constants, variables among them, and SQLite with columns.
func TestAnExpressionOfVariablesAndOneOfColumnsAgree(t *testing.T) {
	e := open(t, Options{Undocumented: dialect.All()})
	var declared, set []string
	for _, column := range strings.Split(sampleColumns, ", ") {
		for _, c := range strings.Split(column, ",\n\t") {
			name, _, _ := strings.Cut(c, " ")
			declared = append(declared, "@s_"+c)
			set = append(set, "@s_"+name+" = "+name)
		}
	}
	column := regexp.MustCompile(`\bs\.(\w+)`)
	header := regexp.MustCompile(`^(x n?\w+)(\(.*\))?( null)?`)
	ran := 0
	rapid.Check(t, func(t *rapid.T) {
		s := statements{t}
		x := s.value(2)
		if strings.Contains(x, "RAND()") || strings.Contains(x, "SELECT") {
			return
		}
		row := fmt.Sprintf("'%s'", id(rapid.IntRange(1, 4).Draw(t, "row")))
		ofColumns := answer(context.Background(), e, "SELECT "+x+" AS x FROM sample s WHERE s.sampleid = "+row, corpusParams(true))
		ofVariables := answer(context.Background(), e, fmt.Sprintf("DECLARE %s SELECT %s FROM sample WHERE sampleid = %s SELECT %s AS x",
			strings.Join(declared, ", "), strings.Join(set, ", "), row, column.ReplaceAllString(x, "@s_$1")), corpusParams(true))
		if strings.HasPrefix(ofColumns, "error ") || strings.HasPrefix(ofVariables, "error ") {
			return
		}
		ran++
		// A length that is known makes a text's type shorter; a value that is known is NULL or not.
		require.Equal(t, header.ReplaceAllString(ofColumns, "$1"), header.ReplaceAllString(ofVariables, "$1"), x)
	})
	t.Logf("%d ran", ran)
	require.Positive(t, ran)
}
