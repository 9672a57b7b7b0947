package tds

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

func TestDeclarations(t *testing.T) {
	for list, want := range map[string][]declaration{
		"":                      nil,
		"  ":                    nil,
		"@p1 int":               {{"@p1", kind(sqltype.Int)}},
		" @a BIGINT , @b bit ":  {{"@a", kind(sqltype.BigInt)}, {"@b", kind(sqltype.Bit)}},
		"@a as nvarchar(20)":    {{"@a", text(sqltype.NVarChar, 20)}},
		"@a nvarchar (max) out": {{"@a", text(sqltype.NVarChar, sqltype.Max)}},
		"@a nvarchar":           {{"@a", text(sqltype.NVarChar, 1)}},
		"@a decimal":            {{"@a", decimalType(18, 0)}},
		"@a numeric(5),@b int":  {{"@a", decimalType(5, 0)}, {"@b", kind(sqltype.Int)}},
		"@a decimal(38, 4)":     {{"@a", decimalType(38, 4)}},
		"@a datetime2":          {{"@a", scaled(sqltype.DateTime2, 7)}},
		"@a datetimeoffset(0)":  {{"@a", scaled(sqltype.DateTimeOffset, 0)}},
		"@a float(24)":          {{"@a", kind(sqltype.Float)}},
	} {
		got, err := parseDeclarations(list)
		require.NoError(t, err, list)
		assert.Equal(t, want, got, list)
	}
}

func TestDeclarationsThatAreRefused(t *testing.T) {
	for list, want := range map[string]string{
		"p1 int":            `"p1 int" does not start with a name`,
		"@ int":             `"@ int" does not start with a name`,
		"@p1 int,":          `"" does not start with a name`,
		"@p1":               `@p1: type "" is not supported`,
		"@p1 xml":           `@p1: type "xml" is not supported`,
		"@p1 nvarchar(10":   "@p1: a bracket is not closed",
		"@p1 nvarchar()":    `@p1: "" is no length`,
		"@p1 nvarchar(-1)":  `@p1: "-1" is no length`,
		"@p1 nvarchar(1,2)": "@p1: too many numbers in brackets",
		"@p1 decimal(9)OUT": "@p1: a bracket is not closed",
		"@p1 int(4)":        "@p1: the type takes no numbers in brackets",
	} {
		_, err := parseDeclarations(list)
		assert.EqualError(t, err, want, list)
	}
}
