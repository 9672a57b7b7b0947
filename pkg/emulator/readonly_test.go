package emulator_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a client sends over the wire never writes, and never reads anything but the tables.
func TestNoStatementOfAClientLeavesTheTables(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store.db")
	secret := filepath.Join(dir, "secret.db")
	require.NoError(t, os.WriteFile(secret, []byte("not for clients"), 0o600))
	e := start(t, emulator.Options{Path: path, Data: threeRows()})
	before := exported(t, e)
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	for _, text := range []string{
		"INSERT INTO queue (queueid) VALUES ('6f9619ff-8b86-d011-b42d-00c04fc964ff')",
		"UPDATE queue SET name = 'x'",
		"DELETE FROM queue",
		"DROP TABLE queue",
		"CREATE TABLE t (a int)",
		"SELECT q.name INTO copy FROM queue AS q",
		"SELECT q.name FROM queue AS q; DELETE FROM queue",
		"DECLARE @n int = 1; DELETE FROM queue; SELECT @n AS n",
		"ATTACH DATABASE '" + secret + "' AS s",
		"DETACH DATABASE main",
		"PRAGMA writable_schema = 1",
		"PRAGMA table_info(queue)",
		"VACUUM INTO '" + filepath.Join(dir, "copy.db") + "'",
		"REPLACE INTO queue (queueid) VALUES (NULL)",
		"EXPLAIN SELECT q.name FROM queue AS q",
		"BEGIN", "COMMIT", "SAVEPOINT s",
		"SELECT s.sql FROM sqlite_master AS s",
		"SELECT s.sql FROM sqlite_schema AS s",
		"SELECT s.name FROM main.sqlite_master AS s",
		"SELECT p.name FROM pragma_table_info('queue') AS p",
		"SELECT load_extension('/lib/x.so') AS x",
		"SELECT readfile('" + secret + "') AS x",
		"SELECT writefile('" + secret + "', 'x') AS x",
		"SELECT * FROM OPENROWSET(BULK '" + secret + "', SINGLE_CLOB) AS x",
		"EXEC xp_cmdshell 'id'",
		"WITH q AS (DELETE FROM queue RETURNING *) SELECT * FROM q",
		`SELECT q.name FROM queue AS q WHERE q.name = 'x'';DELETE FROM queue;--'`,
		"SELECT q.[name\"] FROM queue AS q",
	} {
		rows, err := db.Query(text)
		if err == nil {
			for rows.Next() { //nolint:revive // to its end
			}
			err = rows.Err()
			require.NoError(t, rows.Close())
		}
		if text != `SELECT q.name FROM queue AS q WHERE q.name = 'x'';DELETE FROM queue;--'` { // a text like others
			assert.Error(t, err, text)
		}
	}
	assert.Equal(t, before, exported(t, e))
	content, err := os.ReadFile(secret)
	require.NoError(t, err)
	assert.Equal(t, "not for clients", string(content))
	assert.NoFileExists(t, filepath.Join(dir, "copy.db"))
}
