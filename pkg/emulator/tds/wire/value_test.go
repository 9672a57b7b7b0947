package wire

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// roundTrip writes a value as a column of the type and reads it back.
func roundTrip(kind sqltype.Type, value any) (any, error) {
	info, err := TypeInfoOf(kind)
	if err != nil {
		return nil, err
	}
	if info.Type() != kind {
		return nil, fmt.Errorf("%v became %v", kind, info.Type())
	}
	raw, err := AppendValue(nil, info, value)
	if err != nil {
		return nil, err
	}
	d := decoder{data: raw}
	got := d.value(info)
	return got, d.end()
}

// values draws a type and a value that it holds exactly.
func values(t *rapid.T) (sqltype.Type, any) {
	moment := func(unit time.Duration) time.Time {
		day := rapid.Int64Range(0, lastDay).Draw(t, "day")
		return timeOf(day, time.Duration(rapid.Int64Range(0, int64(24*time.Hour/unit)-1).Draw(t, "time"))*unit)
	}
	decimalOf := func(precision, scale int) string {
		digits := rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", precision)).Draw(t, "digits")
		units, _ := new(big.Int).SetString(digits, 10)
		if rapid.Bool().Draw(t, "negative") {
			units.Neg(units)
		}
		return formatUnits(units, scale)
	}
	length := func(s string, unit int) int {
		if n := utf16Length(s); rapid.Bool().Draw(t, "limited") && n > 0 && n*unit <= maxTextBytes {
			return n
		}
		return sqltype.Max
	}
	kind := sqltype.Type{Kind: sqltype.Kind(rapid.IntRange(int(sqltype.Bit), int(sqltype.Date)).Draw(t, "kind"))}
	switch kind.Kind {
	case sqltype.Bit:
		return kind, rapid.Bool().Draw(t, "bit")
	case sqltype.TinyInt:
		return kind, int64(rapid.Uint8().Draw(t, "tinyint"))
	case sqltype.SmallInt:
		return kind, int64(rapid.Int16().Draw(t, "smallint"))
	case sqltype.Int:
		return kind, int64(rapid.Int32().Draw(t, "int"))
	case sqltype.BigInt:
		return kind, rapid.Int64().Draw(t, "bigint")
	case sqltype.Float:
		return kind, rapid.Float64().Draw(t, "float")
	case sqltype.Decimal:
		kind.Precision = rapid.IntRange(1, maxPrecision).Draw(t, "precision")
		kind.Scale = rapid.IntRange(0, kind.Precision).Draw(t, "scale")
		return kind, decimalOf(kind.Precision, kind.Scale)
	case sqltype.Money:
		return kind, formatUnits(big.NewInt(rapid.Int64().Draw(t, "money")), moneyScale)
	case sqltype.NVarChar:
		s := rapid.String().Draw(t, "nvarchar")
		kind.Length = length(s, 2)
		return kind, s
	case sqltype.VarChar:
		s := decodeCodePage(rapid.SliceOf(rapid.Byte()).Draw(t, "varchar"))
		kind.Length = length(s, 1)
		return kind, s
	case sqltype.UniqueIdentifier:
		var id uuid.UUID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		return kind, id
	case sqltype.DateTime:
		day := rapid.Int64Range(datetimeFrom, lastDay).Draw(t, "day")
		ticks := rapid.Int64Range(0, dayTicks-1).Draw(t, "ticks")
		return kind, timeOf(day, time.Duration((ticks*1e9+150)/300))
	case sqltype.DateTime2:
		kind.Scale = rapid.IntRange(0, 7).Draw(t, "scale")
		return kind, moment(unit(uint8(kind.Scale)))
	case sqltype.DateTimeOffset:
		kind.Scale = rapid.IntRange(0, 7).Draw(t, "scale")
		v := moment(unit(uint8(kind.Scale)))
		if minutes := rapid.IntRange(-maxOffset, maxOffset).Draw(t, "minutes"); minutes != 0 {
			v = v.In(time.FixedZone("", minutes*60))
		}
		return kind, v
	}
	return kind, moment(24 * time.Hour)
}

func TestValuesSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, want := values(t)
		got, err := roundTrip(kind, want)
		require.NoError(t, err)
		if f, ok := want.(float64); ok && math.IsNaN(f) {
			require.True(t, math.IsNaN(got.(float64)))
			return
		}
		require.Equal(t, want, got)
		null, err := roundTrip(kind, nil)
		require.NoError(t, err)
		require.Nil(t, null)
	})
}

func TestDecimalsAreRoundedAwayFromZero(t *testing.T) {
	for text, want := range map[string]string{
		"1": "1.00", "1.": "1.00", ".5": "0.50", "007": "7.00", "-0": "0.00", "-0.001": "0.00",
		"1.004": "1.00", "1.005": "1.01", "-1.005": "-1.01", "1.00499999": "1.00", "9.999": "10.00",
	} {
		got, err := roundTrip(sqltype.Type{Kind: sqltype.Decimal, Precision: 5, Scale: 2}, text)
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
}

func TestValuesThatDoNotFitAreRefused(t *testing.T) {
	of := func(k sqltype.Kind) sqltype.Type { return sqltype.Type{Kind: k} }
	decimal := sqltype.Type{Kind: sqltype.Decimal, Precision: 4, Scale: 2}
	cases := []struct {
		kind  sqltype.Type
		value any
		want  string
	}{
		{of(sqltype.TinyInt), int64(256), "tds: 256 does not fit into tinyint"},
		{of(sqltype.TinyInt), int64(-1), "tds: -1 does not fit into tinyint"},
		{of(sqltype.SmallInt), int64(32768), "tds: 32768 does not fit into smallint"},
		{of(sqltype.Int), int64(math.MinInt32 - 1), "tds: -2147483649 does not fit into int"},
		{of(sqltype.Bit), 1, "tds: a int in a column of type bit; package sqltype names the Go type of each kind"},
		{of(sqltype.Float), int64(1), "tds: a int64 in a column of type float; package sqltype names the Go type of each kind"},
		{decimal, "100", "tds: 100 does not fit into decimal(4,2)"},
		{decimal, "99.995", "tds: 99.995 does not fit into decimal(4,2)"},
		{decimal, "1e3", `tds: "1e3" is no decimal number; write digits with at most one point`},
		{decimal, "1.2.3", `tds: "1.2.3" is no decimal number; write digits with at most one point`},
		{decimal, "--1", `tds: "--1" is no decimal number; write digits with at most one point`},
		{decimal, ".", `tds: "." is no decimal number; write digits with at most one point`},
		{decimal, "", `tds: "" is no decimal number; write digits with at most one point`},
		{decimal, strings.Repeat("0", 200), `tds: "0000000000000000000000000000000000000000" is no decimal number; write digits with at most one point`},
		{of(sqltype.Money), "922337203685477.5808", "tds: 922337203685477.5808 does not fit into money"},
		{of(sqltype.DateTime), time.Date(1752, 12, 31, 0, 0, 0, 0, time.UTC), "tds: 1752-12-31 00:00:00 +0000 UTC is out of the range of datetime"},
		{of(sqltype.Date), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "tds: 10000-01-01 00:00:00 +0000 UTC is out of the range of date"},
		{of(sqltype.DateTime2), time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC), "tds: 0000-12-31 00:00:00 +0000 UTC is out of the range of datetime2(0)"},
		{of(sqltype.DateTimeOffset), time.Unix(0, 0).In(time.FixedZone("", 15*3600)), "tds: a time zone of 54000 seconds; whole minutes up to 14 hours are possible"},
		{of(sqltype.DateTimeOffset), time.Unix(0, 0).In(time.FixedZone("", 30)), "tds: a time zone of 30 seconds; whole minutes up to 14 hours are possible"},
		{sqltype.Type{Kind: sqltype.VarChar, Length: 2}, "abc", "tds: a text of 3 bytes in a column of 2; make the column longer"},
	}
	for _, c := range cases {
		_, err := roundTrip(c.kind, c.value)
		assert.EqualError(t, err, c.want)
	}
}

func TestTypesThatNoColumnHasAreRefused(t *testing.T) {
	for kind, want := range map[sqltype.Type]string{
		{}:                                     "tds: unknown is no type of a column: use a kind of package sqltype",
		{Kind: sqltype.NVarChar, Length: 4001}: "tds: nvarchar(4001) is no type of a column: give a length from 1 to 4000 or max",
		{Kind: sqltype.VarChar, Length: 8001}:  "tds: varchar(8001) is no type of a column: give a length from 1 to 8000 or max",
		{Kind: sqltype.Decimal}:                "tds: decimal(0,0) is no type of a column: give a precision from 1 to 38 and a scale up to the precision",
		{Kind: sqltype.DateTime2, Scale: 8}:    "tds: datetime2(8) is no type of a column: give a scale from 0 to 7",
	} {
		_, err := TypeInfoOf(kind)
		assert.EqualError(t, err, want)
	}
}

// The bytes of Windows-1252 that differ from Latin-1, and those that stand for nothing.
func TestCodePage(t *testing.T) {
	assert.Equal(t, "€\u0081‚ÿ\u00A0", decodeCodePage([]byte{0x80, 0x81, 0x82, 0xFF, 0xA0}))
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	assert.Equal(t, all, appendCodePage(nil, decodeCodePage(all)))
	assert.Equal(t, "a?b", string(appendCodePage(nil, "a世b")))
}

func TestTextIsCutBetweenCharacters(t *testing.T) {
	assert.Equal(t, "a👋", cutUTF16("a👋b", 3))
	assert.Equal(t, "a", cutUTF16("a👋b", 2))
	assert.Equal(t, "", cutUTF16("a", 0))
	assert.Equal(t, 4, utf16Length("a👋b"))
	assert.Equal(t, "a👋b", decodeUTF16(appendUTF16(nil, "a👋b")))
	assert.Equal(t, "\uFFFD", decodeUTF16([]byte{0, 0xD8}))
}
