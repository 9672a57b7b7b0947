package tds

import (
	"context"
	"database/sql"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"
	"github.com/google/uuid"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

var (
	id        = uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff")
	wireID    = mssql.UniqueIdentifier(id)
	noon      = time.Date(2026, 2, 28, 12, 34, 56, 0, time.UTC)
	longText  = strings.Repeat("Grüße, 世界, 👋. ", 5000)
	lastDate  = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	firstDate = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
)

func kind(k sqltype.Kind) sqltype.Type              { return sqltype.Type{Kind: k} }
func text(k sqltype.Kind, length int) sqltype.Type  { return sqltype.Type{Kind: k, Length: length} }
func scaled(k sqltype.Kind, scale int) sqltype.Type { return sqltype.Type{Kind: k, Scale: scale} }
func decimalType(precision, scale int) sqltype.Type {
	return sqltype.Type{Kind: sqltype.Decimal, Precision: precision, Scale: scale}
}
func at(t time.Time, nanoseconds time.Duration) time.Time { return t.Add(nanoseconds) }

func TestParametersArriveAsTheDriverMeansThem(t *testing.T) {
	east := time.FixedZone("", 5*3600+30*60)
	cases := map[string]struct {
		argument any
		kind     sqltype.Type
		value    any
	}{
		"int64":                  {int64(math.MinInt64), kind(sqltype.BigInt), int64(math.MinInt64)},
		"int":                    {math.MaxInt64, kind(sqltype.BigInt), int64(math.MaxInt64)},
		"int32":                  {int32(math.MinInt32), kind(sqltype.Int), int64(math.MinInt32)},
		"int16":                  {int16(math.MinInt16), kind(sqltype.SmallInt), int64(math.MinInt16)},
		"uint8":                  {uint8(255), kind(sqltype.TinyInt), int64(255)},
		"NULL of bigint":         {sql.NullInt64{}, kind(sqltype.BigInt), nil},
		"NULL of int":            {sql.NullInt32{}, kind(sqltype.Int), nil},
		"true":                   {true, kind(sqltype.Bit), true},
		"false":                  {false, kind(sqltype.Bit), false},
		"NULL of bit":            {sql.NullBool{}, kind(sqltype.Bit), nil},
		"float64":                {math.MaxFloat64, kind(sqltype.Float), math.MaxFloat64},
		"smallest float64":       {math.SmallestNonzeroFloat64, kind(sqltype.Float), math.SmallestNonzeroFloat64},
		"float32":                {float32(0.1), kind(sqltype.Float), float64(float32(0.1))},
		"NULL of float":          {sql.NullFloat64{}, kind(sqltype.Float), nil},
		"string":                 {"Grüße 👋", text(sqltype.NVarChar, 8), "Grüße 👋"},
		"empty string":           {"", text(sqltype.NVarChar, sqltype.Max), ""},
		"string of 4000":         {strings.Repeat("x", 4000), text(sqltype.NVarChar, 4000), strings.Repeat("x", 4000)},
		"string of 4001":         {strings.Repeat("x", 4001), text(sqltype.NVarChar, sqltype.Max), strings.Repeat("x", 4001)},
		"nvarchar(max)":          {mssql.NVarCharMax(longText), text(sqltype.NVarChar, sqltype.Max), longText},
		"nchar":                  {mssql.NChar("abc"), text(sqltype.NVarChar, 3), "abc"},
		"varchar":                {mssql.VarChar("abc"), text(sqltype.VarChar, 3), "abc"},
		"varchar(max)":           {mssql.VarCharMax(strings.Repeat("y", 9000)), text(sqltype.VarChar, sqltype.Max), strings.Repeat("y", 9000)},
		"NULL of nvarchar":       {sql.NullString{}, text(sqltype.NVarChar, 4000), nil},
		"nil":                    {nil, text(sqltype.NVarChar, 1), nil},
		"uniqueidentifier":       {wireID, kind(sqltype.UniqueIdentifier), id},
		"time is datetimeoffset": {noon.Add(100), scaled(sqltype.DateTimeOffset, 7), noon.Add(100)},
		"time with a zone":       {noon.In(east), scaled(sqltype.DateTimeOffset, 7), noon.In(east)},
		"NULL of datetimeoffset": {sql.NullTime{}, scaled(sqltype.DateTimeOffset, 7), nil},
		"datetime":               {mssql.DateTime1(noon), kind(sqltype.DateTime), noon},
		"datetime, 1/300 s":      {mssql.DateTime1(at(noon, 7*time.Millisecond)), kind(sqltype.DateTime), at(noon, 6666667)},
		"datetime, next day":     {mssql.DateTime1(time.Date(2026, 2, 28, 23, 59, 59, 999e6, time.UTC)), kind(sqltype.DateTime), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
		"first datetime":         {mssql.DateTime1(time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC)), kind(sqltype.DateTime), time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC)},
		"datetime2":              {civil.DateTimeOf(noon), scaled(sqltype.DateTime2, 7), noon},
		"NULL of datetime2":      {mssql.NullDateTime{}, scaled(sqltype.DateTime2, 7), nil},
		"date":                   {civil.DateOf(noon), kind(sqltype.Date), time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)},
		"first date":             {civil.DateOf(firstDate), kind(sqltype.Date), firstDate},
		"last date":              {civil.DateOf(lastDate), kind(sqltype.Date), lastDate},
		"NULL of date":           {mssql.NullDate{}, kind(sqltype.Date), nil},
	}
	requests := make(chan Request, 1)
	db := open(t, start(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		requests <- r
		return one(ctx, r, w)
	})}))
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := db.ExecContext(within(t), "select @name", sql.Named("name", c.argument))
			require.NoError(t, err)
			request := <-requests
			assert.Equal(t, "select @name", request.Text)
			assert.Equal(t, []sqltype.Param{{Name: "@name", Type: c.kind, Value: c.value}}, request.Params)
		})
	}
}

func TestManyParametersKeepTheirOrder(t *testing.T) {
	requests := make(chan Request, 1)
	db := open(t, start(t, &Server{Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		requests <- r
		return one(ctx, r, w)
	})}))
	arguments := make([]any, 2000)
	for i := range arguments {
		arguments[i] = i
	}
	_, err := db.ExecContext(within(t), "select @p1", arguments...)
	require.NoError(t, err)
	params := (<-requests).Params
	require.Len(t, params, 2000)
	for i, p := range params {
		require.EqualValues(t, i, p.Value)
	}
}

func TestColumnsReachTheDriver(t *testing.T) {
	mixed, err := wireID.Value()
	require.NoError(t, err)
	cases := map[string]struct {
		kind  sqltype.Type
		value any
		want  any    // what the driver gives
		name  string // what the driver calls the type
	}{
		"bit":                   {kind(sqltype.Bit), true, true, "BIT"},
		"bit 0":                 {kind(sqltype.Bit), false, false, "BIT"},
		"tinyint":               {kind(sqltype.TinyInt), int64(255), int64(255), "TINYINT"},
		"smallint":              {kind(sqltype.SmallInt), int64(math.MinInt16), int64(math.MinInt16), "SMALLINT"},
		"int":                   {kind(sqltype.Int), int64(math.MinInt32), int64(math.MinInt32), "INT"},
		"bigint":                {kind(sqltype.BigInt), int64(math.MinInt64), int64(math.MinInt64), "BIGINT"},
		"bigint, largest":       {kind(sqltype.BigInt), int64(math.MaxInt64), int64(math.MaxInt64), "BIGINT"},
		"float":                 {kind(sqltype.Float), -math.MaxFloat64, -math.MaxFloat64, "FLOAT"},
		"decimal":               {decimalType(10, 2), "-12345678.90", []byte("-12345678.90"), "DECIMAL"},
		"decimal is filled up":  {decimalType(10, 2), "3", []byte("3.00"), "DECIMAL"},
		"decimal is rounded":    {decimalType(10, 2), "0.125", []byte("0.13"), "DECIMAL"},
		"decimal below one":     {decimalType(5, 5), "-0.00001", []byte("-0.00001"), "DECIMAL"},
		"decimal of 38 digits":  {decimalType(38, 0), strings.Repeat("9", 38), []byte(strings.Repeat("9", 38)), "DECIMAL"},
		"decimal of 28 digits":  {decimalType(28, 14), "-99999999999999.99999999999999", []byte("-99999999999999.99999999999999"), "DECIMAL"},
		"money":                 {kind(sqltype.Money), "-922337203685477.5808", []byte("-922337203685477.5808"), "MONEY"},
		"money, largest":        {kind(sqltype.Money), "922337203685477.5807", []byte("922337203685477.5807"), "MONEY"},
		"money, small":          {kind(sqltype.Money), "-0.5", []byte("-0.5000"), "MONEY"},
		"nvarchar":              {text(sqltype.NVarChar, 8), "Grüße 👋", "Grüße 👋", "NVARCHAR"},
		"nvarchar, empty":       {text(sqltype.NVarChar, 1), "", "", "NVARCHAR"},
		"nvarchar(4000)":        {text(sqltype.NVarChar, 4000), strings.Repeat("ß", 4000), strings.Repeat("ß", 4000), "NVARCHAR"},
		"nvarchar(max)":         {text(sqltype.NVarChar, sqltype.Max), longText, longText, "NVARCHAR"},
		"nvarchar(max), empty":  {text(sqltype.NVarChar, sqltype.Max), "", "", "NVARCHAR"},
		"varchar":               {text(sqltype.VarChar, 10), "€ naïve", "€ naïve", "VARCHAR"},
		"varchar, unknown":      {text(sqltype.VarChar, 10), "世界", "??", "VARCHAR"},
		"varchar(max)":          {text(sqltype.VarChar, sqltype.Max), strings.Repeat("ÿ", 9000), strings.Repeat("ÿ", 9000), "VARCHAR"},
		"uniqueidentifier":      {kind(sqltype.UniqueIdentifier), id, mixed, "UNIQUEIDENTIFIER"},
		"datetime":              {kind(sqltype.DateTime), noon, noon, "DATETIME"},
		"datetime, 1/300 s":     {kind(sqltype.DateTime), at(noon, 3333333), at(noon, 3*time.Millisecond), "DATETIME"},
		"datetime, millisecond": {kind(sqltype.DateTime), at(noon, 997*time.Millisecond), at(noon, 997*time.Millisecond), "DATETIME"},
		"datetime, first":       {kind(sqltype.DateTime), time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC), "DATETIME"},
		"datetime, last":        {kind(sqltype.DateTime), at(lastDate, 24*time.Hour-1), at(lastDate, 24*time.Hour-3*time.Millisecond), "DATETIME"},
		"datetime2(7)":          {scaled(sqltype.DateTime2, 7), at(noon, 123456700), at(noon, 123456700), "DATETIME2"},
		"datetime2(0)":          {scaled(sqltype.DateTime2, 0), at(noon, time.Second/2), at(noon, time.Second), "DATETIME2"},
		"datetime2(3)":          {scaled(sqltype.DateTime2, 3), at(noon, 1499999), at(noon, time.Millisecond), "DATETIME2"},
		"datetime2, first":      {scaled(sqltype.DateTime2, 7), firstDate, firstDate, "DATETIME2"},
		"datetime2, last":       {scaled(sqltype.DateTime2, 7), at(lastDate, 24*time.Hour-100), at(lastDate, 24*time.Hour-100), "DATETIME2"},
		"datetimeoffset":        {scaled(sqltype.DateTimeOffset, 7), noon.In(time.FixedZone("", -14*3600)), noon.In(time.FixedZone("", -14*3600)), "DATETIMEOFFSET"},
		"date":                  {kind(sqltype.Date), noon, time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC), "DATE"},
		"date, last":            {kind(sqltype.Date), lastDate, lastDate, "DATE"},
	}
	row := make(chan func(Writer) error, 1)
	db := open(t, start(t, &Server{Handler: sessionFunc(func(_ context.Context, _ Request, w Writer) error {
		return (<-row)(w)
	})}))
	read := func(t *testing.T, column sqltype.Type, value any) (any, *sql.ColumnType) {
		t.Helper()
		row <- func(w Writer) error {
			if err := w.Columns([]sqltype.Column{{Name: "c", Type: column, Nullable: true}, {Name: "after", Type: kind(sqltype.Int)}}); err != nil {
				return err
			}
			return w.Row([]any{value, int64(7)})
		}
		rows, err := db.QueryContext(within(t), "select c, after")
		require.NoError(t, err)
		defer func() { _ = rows.Close() }()
		types, err := rows.ColumnTypes()
		require.NoError(t, err)
		require.True(t, rows.Next(), rows.Err())
		var got any
		var after int
		require.NoError(t, rows.Scan(&got, &after))
		require.Equal(t, 7, after, "the column behind was not found")
		require.False(t, rows.Next())
		require.NoError(t, rows.Err())
		return got, types[0]
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, info := read(t, c.kind, c.value)
			if want, ok := c.want.(time.Time); ok {
				require.IsType(t, want, got)
				require.True(t, want.Equal(got.(time.Time)), "%v is not %v", got, want)
				_, wantZone := want.Zone()
				_, gotZone := got.(time.Time).Zone()
				require.Equal(t, wantZone, gotZone)
			} else {
				require.Equal(t, c.want, got)
			}
			assert.Equal(t, c.name, info.DatabaseTypeName())
			nullable, known := info.Nullable()
			assert.True(t, nullable && known)
			if c.kind.Kind == sqltype.Decimal {
				precision, scale, _ := info.DecimalSize()
				assert.EqualValues(t, []int64{int64(c.kind.Precision), int64(c.kind.Scale)}, []int64{precision, scale})
			}
			null, _ := read(t, c.kind, nil)
			assert.Nil(t, null)
		})
	}
}
