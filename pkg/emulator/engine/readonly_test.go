package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAReaderCanDoNothingButRead hands SQLite's own statements to a reader's connection, past parser and checker.
func TestAReaderCanDoNothingButRead(t *testing.T) {
	e := open(t, Options{})
	other := filepath.Join(t.TempDir(), "other.db")
	for _, text := range []string{
		"INSERT INTO queue (queueid) VALUES (x'00')", "UPDATE queue SET name = 'x'", "DELETE FROM queue", "REPLACE INTO queue (queueid) VALUES (x'00')",
		"CREATE TABLE x (a)", "CREATE TEMP TABLE x (a)", "CREATE INDEX x ON queue (name)", "DROP TABLE queue", "ALTER TABLE queue ADD x",
		"CREATE VIEW v AS SELECT 1", "CREATE TEMP VIEW v AS SELECT 1", "CREATE VIRTUAL TABLE v USING fts5 (a)",
		"CREATE TRIGGER x AFTER INSERT ON queue BEGIN SELECT 1; END",
		"ATTACH '" + other + "' AS other", "DETACH main", "VACUUM", "VACUUM INTO '" + other + "'", "REINDEX", "ANALYZE",
		"PRAGMA query_only = 0", "PRAGMA journal_mode = delete", "PRAGMA table_info(queue)", "PRAGMA writable_schema = 1",
		"SELECT * FROM sqlite_master", "SELECT * FROM sqlite_schema", "SELECT * FROM pragma_table_info('queue')", "SELECT * FROM json_each('[1]')",
		"SELECT * FROM dbstat", "SELECT * FROM sqlite_temp_schema", "INSERT INTO temp.dv_rows (c1) VALUES (1)", "DROP TABLE temp.dv_rows", "CREATE TABLE temp.x (a)", "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT * FROM c LIMIT 1",
	} {
		rows, err := e.read.QueryContext(t.Context(), text)
		if err == nil {
			rows.Next()
			err = rows.Err()
			require.NoError(t, rows.Close())
		}
		assert.Error(t, err, text)
	}
	_, err := os.Stat(other)
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.Equal(t, []any{int64(2)}, one(t, e, "SELECT COUNT(*) AS n FROM queue"))
	// And what it may do, it can.
	var n int
	require.NoError(t, e.read.QueryRowContext(t.Context(), "SELECT count(*) FROM queue").Scan(&n))
	assert.Equal(t, 2, n)
}
