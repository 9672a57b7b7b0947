package emulator_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
)

// sample is a value of a column: as the store takes it, as a client sends it, and as a client gets it.
type sample struct{ stored, sent, got any }

func sampleOf(t *testing.T, column schema.Column) sample {
	t.Helper()
	id := uuid.MustParse("6f9619ff-8b86-d011-b42d-00c04fc964ff")
	switch column.Type.Kind {
	case sqltype.UniqueIdentifier:
		return sample{id, mssql.UniqueIdentifier(id), mssql.UniqueIdentifier(id)}
	case sqltype.NVarChar:
		return sample{"Grüße, 世界", "Grüße, 世界", "Grüße, 世界"}
	case sqltype.DateTime:
		return sample{march, mssql.DateTime1(march), march}
	case sqltype.Int:
		return sample{int64(192350007), int32(192350007), int64(192350007)}
	case sqltype.Bit:
		return sample{true, true, true}
	case sqltype.Decimal:
		return sample{"-12.5", -12.5, []byte("-12.5000000000")}
	}
	require.Fail(t, "a type without a sample", "%s %s", column.Name, column.Type)
	return sample{}
}

func TestEveryColumnOfEveryTableGoesOverTheWireAndIsFoundByAParameter(t *testing.T) {
	e := start(t, emulator.Options{})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	for _, table := range schema.Default().Tables {
		names, values := make([]string, len(table.Columns)), make([]any, len(table.Columns))
		for i, column := range table.Columns {
			names[i], values[i] = column.Name, sampleOf(t, column).stored
		}
		require.NoError(t, e.Store().Insert(t.Context(), table.Name, names, slices.Values([][]any{values})))
		for _, column := range table.Columns {
			want := sampleOf(t, column)
			rows, err := db.Query(fmt.Sprintf("SELECT x.%[1]s FROM %[2]s AS x WHERE x.%[1]s = @p1", column.Name, table.Name), want.sent)
			require.NoError(t, err, "%s.%s", table.Name, column.Name)
			types, err := rows.ColumnTypes()
			require.NoError(t, err)
			name, _, _ := strings.Cut(column.Type.String(), "(")
			assert.Equal(t, strings.ToUpper(name), types[0].DatabaseTypeName())
			require.True(t, rows.Next(), "%s.%s: %v", table.Name, column.Name, rows.Err())
			var got any
			if id := new(mssql.UniqueIdentifier); column.Type.Kind == sqltype.UniqueIdentifier {
				require.NoError(t, rows.Scan(id))
				got = *id
			} else {
				require.NoError(t, rows.Scan(&got))
			}
			if moment, ok := got.(time.Time); ok {
				got = moment.UTC()
			}
			assert.Equal(t, want.got, got, "%s.%s", table.Name, column.Name)
			require.False(t, rows.Next())
			require.NoError(t, rows.Close())
		}
	}
}

func TestALongTextGoesThereAndBack(t *testing.T) {
	e := start(t, emulator.Options{})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	for _, length := range []int{0, 1, 4000, 4001, 100_000} {
		text := strings.Repeat("世", length)
		var got string
		require.NoError(t, db.QueryRow("SELECT @p1 AS x", text).Scan(&got))
		assert.True(t, text == got, "%d characters", length)
	}
}

func TestRowsAreTheSameInPacketsOfEverySize(t *testing.T) {
	e := start(t, emulator.Options{Data: history(t)})
	var first []string
	for _, size := range []int{512, 1000, 4096, 8192, 16383} {
		config, err := msdsn.Parse(fmt.Sprintf("sqlserver://%s?encrypt=true&hostNameInCertificate=localhost&packet+size=%d", e.Address(), size))
		require.NoError(t, err)
		config.TLSConfig.RootCAs = roots(t, e)
		connector, err := mssql.NewSecurityTokenConnector(config, static(e.Token(emulator.TokenOptions{})))
		require.NoError(t, err)
		db := sql.OpenDB(connector)
		rows, err := db.Query("SELECT CAST(s.activityid AS nvarchar(36)) AS id, s.msdyn_sessioncreatedon AS at FROM msdyn_ocsession AS s ORDER BY s.activityid")
		require.NoError(t, err)
		var all []string
		for rows.Next() {
			var id string
			var at sql.NullTime
			require.NoError(t, rows.Scan(&id, &at))
			all = append(all, fmt.Sprint(id, at))
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
		require.NoError(t, db.Close())
		require.Greater(t, len(all), 500)
		if first == nil {
			first = all
		}
		assert.Equal(t, first, all, "packets of %d", size)
	}
}

func TestHundredsOfConnectionsAskAtTheSameTime(t *testing.T) {
	const clients, statements = 300, 5
	data := history(t)
	e := start(t, emulator.Options{Data: data})
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	db.SetMaxIdleConns(clients)
	connections := make([]*sql.Conn, clients)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var group errgroup.Group
	for i := range connections {
		group.Go(func() (err error) { connections[i], err = db.Conn(ctx); return err })
	}
	require.NoError(t, group.Wait())
	assert.EqualValues(t, clients, e.Counters().Logins, "all are open")
	for _, connection := range connections {
		group.Go(func() error {
			for range statements {
				var n int
				if err := connection.QueryRowContext(ctx, "SELECT COUNT(*) AS n FROM msdyn_ocliveworkitem").Scan(&n); err != nil {
					return err
				}
				if n != len(data.Conversations) {
					return fmt.Errorf("%d conversations instead of %d", n, len(data.Conversations))
				}
			}
			return connection.Close()
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, emulator.Counters{Logins: clients, Statements: clients * statements, Rows: clients * statements}, e.Counters())
}
