package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/dialect"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

func TestAParameterKeepsItsTypeAndValue(t *testing.T) {
	e := open(t, Options{Undocumented: dialect.All()})
	for text, p := range map[string]sqltype.Param{
		"bit":              {Type: sqltype.Type{Kind: sqltype.Bit}, Value: true},
		"int":              {Type: sqltype.Type{Kind: sqltype.Int}, Value: int64(-7)},
		"bigint":           {Type: sqltype.Type{Kind: sqltype.BigInt}, Value: int64(1) << 62},
		"float":            {Type: sqltype.Type{Kind: sqltype.Float}, Value: 0.25},
		"decimal(38,10)":   {Type: sqltype.Type{Kind: sqltype.Decimal, Precision: 38, Scale: 10}, Value: "1234567890123456789012345678.0123456789"},
		"money":            {Type: sqltype.Type{Kind: sqltype.Money}, Value: "-922337203685477.5808"},
		"decimal(9,2)":     {Type: sqltype.Type{Kind: sqltype.Decimal, Precision: 9, Scale: 2}, Value: "12.30"},
		"nvarchar(4000)":   {Type: sqltype.Type{Kind: sqltype.NVarChar, Length: 4000}, Value: "'; DROP TABLE queue --"},
		"datetime":         {Type: sqltype.Type{Kind: sqltype.DateTime}, Value: at("2026-01-31T10:20:30.5")},
		"datetime2(7)":     {Type: sqltype.Type{Kind: sqltype.DateTime2, Scale: 7}, Value: at("2026-01-31T10:20:30.1234567")},
		"date":             {Type: sqltype.Type{Kind: sqltype.Date}, Value: at("2026-01-31T00:00:00")},
		"uniqueidentifier": {Type: sqltype.Type{Kind: sqltype.UniqueIdentifier}, Value: id(9)},
	} {
		p.Name = "@P"
		rows, err := e.Query(t.Context(), "SELECT @p AS x", []sqltype.Param{p})
		require.NoError(t, err, text)
		require.True(t, rows.Next(), text)
		assert.Equal(t, p.Value, rows.Row()[0], text)
		assert.Equal(t, text, rows.Columns()[0].Type.String())
		require.NoError(t, rows.Close())
	}
}

func TestANullParameterIsRefusedUnlessTheOptionTakesIt(t *testing.T) {
	null := []sqltype.Param{{Name: "@p", Type: sqltype.Type{Kind: sqltype.NVarChar, Length: 1}}}
	_, err := open(t, Options{}).Query(t.Context(), "SELECT @p AS x", null)
	var f *Error
	require.ErrorAs(t, err, &f)
	assert.Equal(t, `{"Message":"The NULL parameter @p is not supported. Write IS NULL into the text. Line:1, Position:1"}`, f.Message)
	e := open(t, Options{Undocumented: dialect.All()})
	assert.Equal(t, "x nvarchar(1) null\nNULL", answer(t.Context(), e, "SELECT @p AS x", null))
	assert.Equal(t, "n int\n0", answer(t.Context(), e, "SELECT COUNT(*) AS n FROM queue WHERE name = @p", null))
}

func TestAParameterThatIsNoneOfItsTypeIsRefused(t *testing.T) {
	e := open(t, Options{Undocumented: dialect.All()})
	for _, p := range []sqltype.Param{
		{Name: "@p", Type: sqltype.Type{Kind: sqltype.Int}, Value: int64(1) << 40},
		{Name: "@p", Type: sqltype.Type{Kind: sqltype.Int}, Value: "7"},
		{Name: "@p", Type: sqltype.Type{Kind: sqltype.DateTime}, Value: at("1700-01-01T00:00:00")},
		{Name: "@p", Type: sqltype.Type{Kind: sqltype.DateTime2, Scale: 999}, Value: 1},
		{Name: "@p", Type: sqltype.Type{Kind: sqltype.Decimal, Precision: 3, Scale: 2}, Value: "10.00"},
		{Name: "@p", Type: sqltype.Type{Kind: sqltype.Money}, Value: "1e3"},
		{Name: "@p", Value: int64(1)},
	} {
		_, err := e.Query(t.Context(), "SELECT 1 AS x", []sqltype.Param{p})
		var f *Error
		require.ErrorAs(t, err, &f)
		assert.Equal(t, int32(8057), f.Number)
	}
}
