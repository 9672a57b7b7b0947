package contactcenter_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
)

// keeper is a store that keeps the keys of rows, by table.
type keeper struct{ living, deleted map[string][]uuid.UUID }

func newKeeper() *keeper {
	return &keeper{living: map[string][]uuid.UUID{}, deleted: map[string][]uuid.UUID{}}
}

func keep(to map[string][]uuid.UUID, table string, rows iter.Seq[[]any]) {
	for row := range rows {
		to[table] = append(to[table], row[0].(uuid.UUID))
	}
}

func (k *keeper) Insert(_ context.Context, table string, _ []string, rows iter.Seq[[]any]) error {
	keep(k.living, table, rows)
	return nil
}

// replica keeps deleted rows as well.
type replica struct{ *keeper }

func (k replica) InsertDeleted(_ context.Context, table string, _ []string, rows iter.Seq[[]any]) error {
	keep(k.deleted, table, rows)
	return nil
}

func TestOnlyAReplicaGetsDeletedRowsAndNoKeyStandsTwice(t *testing.T) {
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{Seed: 5, To: time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC), Days: 1, ConversationsPerDay: 60})
	require.NoError(t, err)
	plain, copied, again := newKeeper(), newKeeper(), newKeeper()
	require.NoError(t, data.Load(t.Context(), plain))
	require.NoError(t, data.Load(t.Context(), replica{copied}))
	require.NoError(t, data.Load(t.Context(), replica{again}))
	assert.Empty(t, plain.deleted)
	assert.Equal(t, copied, again, "the rows depend on the dataset alone")
	for _, table := range []string{"systemuser", "msdyn_ocliveworkitem", "msdyn_ocsession", "msdyn_sessionparticipant", "msdyn_ocsessionparticipantevent", "msdyn_sessionevent"} {
		assert.NotEmpty(t, copied.deleted[table], table)
		assert.Equal(t, plain.living[table], copied.living[table][:len(plain.living[table])], "%s: the rows themselves are the same", table)
		seen := map[uuid.UUID]bool{}
		for _, id := range append(append([]uuid.UUID(nil), copied.living[table]...), copied.deleted[table]...) {
			assert.False(t, seen[id], "%s %s stands twice", table, id)
			seen[id] = true
		}
	}
}

func TestAnEmptyDatasetHasNothingDeleted(t *testing.T) {
	deleted, left := (&contactcenter.Dataset{}).Deleted()
	assert.Equal(t, &contactcenter.Dataset{}, deleted)
	assert.Equal(t, &contactcenter.Dataset{}, left)
}
