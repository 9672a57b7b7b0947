package tsql_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	lowered = regexp.MustCompile(`LOWER\(([a-z]+\.\[[a-z0-9_]+\])\)`)
	alive   = regexp.MustCompile(`\([a-z]+\.\[IsDelete\] <> 'True' OR [a-z]+\.\[IsDelete\] IS NULL\)`)
)

// plain undoes what the dialect of Fabric does to a statement.
func plain(text string) string {
	text = lowered.ReplaceAllString(text, "$1")
	text = alive.ReplaceAllString(text, "~")
	text = regexp.MustCompile(`WHERE ~\s*AND `).ReplaceAllString(text, "WHERE ")
	return regexp.MustCompile(`\s*(AND|WHERE) ~`).ReplaceAllString(text, "")
}

// So that all that holds of Dataverse's statements, such as what they may use, holds of those for copies.
func TestAStatementForACopyDiffersInIdsAndDeletedRowsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := drawSpec(t)
		own, err := tsql.Dataverse.Build(spec)
		require.NoError(t, err)
		copied, err := tsql.Fabric.Build(spec)
		require.NoError(t, err)
		assert.Equal(t, strings.Join(strings.Fields(own.Text), " "), strings.Join(strings.Fields(plain(copied.Text)), " "))
		require.Len(t, copied.Args, len(own.Args))
		for i, arg := range own.Args {
			if id, ok := arg.(uuid.UUID); ok {
				arg = id.String()
			}
			assert.Equal(t, arg, copied.Args[i])
		}
	})
}

var tableOf = regexp.MustCompile(`(?:FROM|JOIN) \[[a-z_]+\] AS ([a-z]+)`)

func TestEveryTableOfACopyIsAskedForLivingRowsOnly(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			fabric, err := tsql.Fabric.Build(shape.spec)
			require.NoError(t, err)
			tables := len(tableOf.FindAllString(fabric.Text, -1))
			assert.Len(t, alive.FindAllString(fabric.Text, -1), tables)

			synapse, err := tsql.Synapse.Build(shape.spec)
			require.NoError(t, err)
			assert.Equal(t, tables, strings.Count(synapse.Text, ".[isDeleted] IS NULL"))
			assert.Equal(t, tables, strings.Count(synapse.Text, ".[SinkModifiedOn] >"), "the newest version of each")
			assert.NotRegexp(t, `(FROM|JOIN) \[[a-z_]+(liveworkitem|ocsession|systemuser)\]`, synapse.Text, "snapshots")
		})
	}
}

func TestDataverseIsNoCopy(t *testing.T) {
	_, asks := tsql.Dataverse.Probe()
	assert.False(t, asks)
	_, copied := tsql.Dataverse.Freshness()
	assert.False(t, copied)
	assert.False(t, tsql.Dataverse.IsCopy())
	learned, err := tsql.Dataverse.Learn(nil)
	require.NoError(t, err)
	assert.Equal(t, tsql.Dataverse, learned)
}

// catalogue are rows of the system catalogue: columns of each table of the contact center.
func catalogue(suffix string, columns ...tsql.Column) (rows []tsql.Column) {
	for _, table := range []string{"msdyn_ocliveworkitem", "msdyn_ocsession", "msdyn_sessionparticipant", "systemuser", "queue"} {
		for _, column := range columns {
			column.Table = table + suffix
			rows = append(rows, column)
		}
	}
	return rows
}

func TestWhatACopyHasDecidesHowItIsRead(t *testing.T) {
	const bit, varchar = 104, 167
	with := func(flag string, kind int64) []tsql.Column {
		return []tsql.Column{{Name: "Id", Type: varchar}, {Name: "SinkModifiedOn", Type: 42}, {Name: "versionnumber", Type: 127}, {Name: flag, Type: kind}}
	}
	base := with("", 0)[:3]
	tests := map[string]struct {
		dialect     tsql.Dialect
		columns     []tsql.Column
		table, flag string
		history     bool
		fails       bool
	}{
		"Fabric with a flag":                         {dialect: tsql.Fabric, columns: catalogue("", with("IsDelete", bit)...), table: "queue", flag: "IsDelete"},
		"Fabric with a flag of another name":         {dialect: tsql.Fabric, columns: catalogue("", with("isdeleted", bit)...), table: "queue", flag: "isdeleted"},
		"Fabric that removes deleted rows":           {dialect: tsql.Fabric, columns: catalogue("", base...), table: "queue"},
		"Synapse, snapshots of a link that appends":  {dialect: tsql.Synapse, columns: append(catalogue("_partitioned", with("isDeleted", varchar)...), catalogue("", with("isDeleted", varchar)...)...), table: "queue_partitioned", flag: "isDeleted", history: true},
		"Synapse, by the other name of the flag":     {dialect: tsql.Synapse, columns: catalogue("_partitioned", with("IsDelete", varchar)...), table: "queue_partitioned", flag: "IsDelete", history: true},
		"Synapse, snapshots of a link that updates":  {dialect: tsql.Synapse, columns: append(catalogue("", base...), catalogue("_partitioned", base...)...), table: "queue_partitioned"},
		"Synapse without snapshots":                  {dialect: tsql.Synapse, columns: catalogue("", with("isDeleted", varchar)...), table: "queue", flag: "isDeleted", history: true},
		"Synapse in delta format, which has no past": {dialect: tsql.Synapse, columns: catalogue("", with("IsDelete", bit)...), table: "queue", flag: "IsDelete"},
		"another database":                           {dialect: tsql.Fabric, columns: []tsql.Column{{Table: "account", Name: "Id"}}, fails: true},
		"an empty one":                               {dialect: tsql.Synapse, fails: true},
	}
	lookup := catalog.Lookup{Table: "queue", Key: "queueid", Label: "name"}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			learned, err := test.dialect.Learn(test.columns)
			if test.fails {
				require.EqualError(t, err, "the database has no table msdyn_ocliveworkitem, msdyn_ocsession, msdyn_sessionparticipant, systemuser")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.table, learned.Table("queue"))
			text := learned.Labels(lookup, []uuid.UUID{id(1)}).Text
			assert.Contains(t, text, "FROM ["+test.table+"] AS t")
			assert.Contains(t, text, "LOWER(t.[queueid]) IN (@p1)")
			for _, flag := range []string{"IsDelete", "isDeleted", "isdeleted"} {
				assert.Equal(t, flag == test.flag, strings.Contains(text, "t.["+flag+"] <> 'True'"), text)
			}
			assert.Equal(t, test.history, strings.Contains(text, "tv.[versionnumber] > t.[versionnumber]"), text)
		})
	}
}
