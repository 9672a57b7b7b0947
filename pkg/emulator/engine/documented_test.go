package engine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
)

// documented are the functions of the categories that "How Dataverse SQL differs from Transact-SQL" lists as supported, by
// the page of each category in Microsoft's Transact-SQL reference as of 2022, the year of that list.
var documented = map[string]string{
	"aggregate-functions":       "APPROX_COUNT_DISTINCT AVG CHECKSUM_AGG COUNT COUNT_BIG GROUPING GROUPING_ID MAX MIN STDEV STDEVP STRING_AGG SUM VAR VARP",
	"conversion-functions":      "CAST CONVERT PARSE TRY_CAST TRY_CONVERT TRY_PARSE",
	"data-type-functions":       "DATALENGTH",
	"date-and-time-functions":   "CURRENT_TIMESTAMP DATEADD DATEDIFF DATEDIFF_BIG DATEFROMPARTS DATENAME DATEPART DATETIME2FROMPARTS DATETIMEFROMPARTS DATETIMEOFFSETFROMPARTS DAY EOMONTH GETDATE GETUTCDATE ISDATE MONTH SMALLDATETIMEFROMPARTS SWITCHOFFSET SYSDATETIME SYSDATETIMEOFFSET SYSUTCDATETIME TIMEFROMPARTS TODATETIMEOFFSET YEAR",
	"logical-functions":         "CHOOSE IIF",
	"mathematical-functions":    "ABS ACOS ASIN ATAN ATN2 CEILING COS COT DEGREES EXP FLOOR LOG LOG10 PI POWER RADIANS RAND ROUND SIGN SIN SQRT SQUARE TAN",
	"string-functions":          "ASCII CHAR CHARINDEX CONCAT CONCAT_WS DIFFERENCE FORMAT LEFT LEN LOWER LTRIM NCHAR PATINDEX QUOTENAME REPLACE REPLICATE REVERSE RIGHT RTRIM SOUNDEX SPACE STR STRING_AGG STRING_ESCAPE STUFF SUBSTRING TRANSLATE TRIM UNICODE UPPER",
	"system-functions (listed)": "FORMATMESSAGE GETANSINULL ISNULL ISNUMERIC NEWID NEWSEQUENTIALID ROWCOUNT_BIG @@ROWCOUNT",
	"configuration-functions":   "@@DATEFIRST @@LANGID @@LANGUAGE @@LOCK_TIMEOUT @@MAX_CONNECTIONS @@MAX_PRECISION @@NESTLEVEL @@OPTIONS @@REMSERVER @@SERVICENAME @@SPID @@TEXTSIZE @@VERSION",
	"expressions":               "COALESCE NULLIF",
}

// refusalOf is the number of the error of a call without arguments, which only a function that is known looks at.
func refusalOf(t *testing.T, e *Engine, name string) int32 {
	text := "SELECT " + name + "() AS x"
	switch {
	case strings.HasPrefix(name, "@@"), name == "CURRENT_TIMESTAMP":
		text = "SELECT " + name + " AS x"
	case strings.HasSuffix(name, "CAST"), strings.HasSuffix(name, "PARSE"):
		text = "SELECT " + name + "('1' AS int) AS x"
	case strings.HasSuffix(name, "CONVERT"):
		text = "SELECT " + name + "(int, '1') AS x"
	case name == "IIF":
		text = "SELECT IIF(1 = 1, 1, 2) AS x"
	}
	rows, err := e.Query(t.Context(), text, nil)
	if err == nil {
		assert.NoError(t, rows.Close())
		return 0
	}
	var f *Error
	assert.ErrorAs(t, err, &f, text)
	return f.Number
}

func TestEveryDocumentedFunctionIsKnownOrListedAsMissing(t *testing.T) {
	e := open(t, Options{})
	for category, list := range documented {
		for name := range strings.FieldsSeq(list) {
			number := refusalOf(t, e, name)
			if _, missing := dialect.Missing[name]; missing {
				assert.Equal(t, sqlerror.NumberRefused, number, name)
				continue
			}
			assert.NotContains(t, []int32{sqlerror.NumberRefused, sqlerror.NumberSyntax, 195}, number, "%s of %s", name, category)
		}
	}
}

func TestEveryOtherFunctionIsRefusedByName(t *testing.T) {
	e := open(t, Options{Undocumented: dialect.All()})
	for name := range dialect.Functions {
		assert.Equal(t, sqlerror.NumberRefused, refusalOf(t, e, name), name)
	}
	for name := range dialect.Unmentioned {
		assert.Equal(t, sqlerror.NumberRefused, refusalOf(t, e, name), name)
	}
	for _, name := range strings.Fields("@@SERVERNAME @@DBTS @@ERROR @@IDENTITY @@TRANCOUNT @@FETCH_STATUS @@CURSOR_ROWS @@PROCID @@CPU_BUSY @@IDLE @@PACK_RECEIVED") {
		assert.Equal(t, sqlerror.NumberRefused, refusalOf(t, e, name), name)
	}
	assert.Equal(t, int32(195), refusalOf(t, e, "NO_SUCH_FUNCTION"))
}
