package engine

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
)

// sessions inserts rows of msdyn_ocsession: pairs of an id and a conversation's.
func sessions(t *testing.T, e *Engine, pairs ...[2]int) error {
	t.Helper()
	var rows [][]any
	for _, p := range pairs {
		rows = append(rows, []any{id(p[0]), id(p[1])})
	}
	return e.Insert(t.Context(), "msdyn_ocsession", []string{"activityid", "msdyn_liveworkitemid"}, slices.Values(rows))
}

func TestAnInsertThatFailsLeavesNoNumbersBehind(t *testing.T) {
	e := open(t, Options{})
	// 901 and 902 get their numbers, and lose them with the transaction.
	require.Error(t, sessions(t, e, [2]int{901, 902}, [2]int{31, 902}))
	require.NoError(t, sessions(t, e, [2]int{903, 904}))
	require.NoError(t, sessions(t, e, [2]int{901, 902}))
	assert.Equal(t, []any{id(902)}, one(t, e, "SELECT msdyn_liveworkitemid FROM msdyn_ocsession WHERE activityid = '"+id(901).String()+"'"))
	assert.Equal(t, []any{id(904)}, one(t, e, "SELECT msdyn_liveworkitemid FROM msdyn_ocsession WHERE activityid = '"+id(903).String()+"'"))
}

func TestNumbersBeginAnewAfterClear(t *testing.T) {
	e := open(t, Options{})
	require.NoError(t, e.Clear(t.Context()))
	require.NoError(t, sessions(t, e, [2]int{35, 21}, [2]int{31, 22}))
	assert.Equal(t, []any{id(22)}, one(t, e, "SELECT msdyn_liveworkitemid FROM msdyn_ocsession WHERE activityid = '"+id(31).String()+"'"))
	var n int
	require.NoError(t, e.read.QueryRowContext(t.Context(), "SELECT count(*) FROM "+lite.Quote(lite.IDs)).Scan(&n))
	assert.Equal(t, 4, n)
}

func TestAnIDHasOneNumberInAllTablesAndBeyondWhatIsRemembered(t *testing.T) {
	e := open(t, Options{})
	e.ids.forget() // as it does when it has too many
	require.NoError(t, sessions(t, e, [2]int{905, 21}))
	require.NoError(t, e.Update(t.Context(), "msdyn_ocsession", id(905), map[string]any{"msdyn_cdsqueueid": id(11)}))
	assert.Equal(t, []any{"First", "Billing"}, one(t, e, `SELECT c.subject, s.msdyn_cdsqueueidname FROM msdyn_ocsession s
		JOIN msdyn_ocliveworkitem c ON c.activityid = s.msdyn_liveworkitemid WHERE s.activityid = '`+id(905).String()+`'`))
	require.Error(t, e.Update(t.Context(), "msdyn_ocsession", id(905), map[string]any{"activityid": (*uuid.UUID)(nil)}))
	require.Error(t, e.Update(t.Context(), "msdyn_ocsession", id(21), map[string]any{"subject": "a conversation, not a session"}))
}

func TestAFileOfAnotherFormIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	e, err := Open(contactCenter(), Options{Path: path})
	require.NoError(t, err)
	_, err = e.write.ExecContext(t.Context(), "PRAGMA user_version = 999")
	require.NoError(t, err)
	require.NoError(t, e.Close())
	_, err = Open(contactCenter(), Options{Path: path})
	assert.ErrorContains(t, err, "another version")
}
