package contactcenter_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/emulator/schema"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// memory is a store that checks names against the schema and keeps rows by table and key.
type memory struct {
	schema *schema.Schema
	tables map[string]map[uuid.UUID]map[string]any
	fail   error
}

func newMemory() *memory {
	return &memory{schema: schema.Default(), tables: map[string]map[uuid.UUID]map[string]any{}}
}

func (m *memory) Insert(_ context.Context, name string, columns []string, rows iter.Seq[[]any]) error {
	if m.fail != nil {
		return m.fail
	}
	table, ok := m.schema.Table(name)
	if !ok {
		return fmt.Errorf("no table %s", name)
	}
	if m.tables[name] == nil {
		m.tables[name] = map[uuid.UUID]map[string]any{}
	}
	for row := range rows {
		kept := map[string]any{}
		for i, column := range columns {
			if _, ok := table.Column(column); !ok {
				return fmt.Errorf("no column %s.%s", name, column)
			}
			kept[column] = row[i]
		}
		id := kept[table.Key].(uuid.UUID)
		if _, twice := m.tables[name][id]; twice {
			return fmt.Errorf("%s has %v already", name, id)
		}
		m.tables[name][id] = kept
	}
	return nil
}

func (m *memory) Update(_ context.Context, name string, key uuid.UUID, set map[string]any) error {
	row, ok := m.tables[name][key]
	if !ok {
		return fmt.Errorf("%s has no %v", name, key)
	}
	maps.Copy(row, set)
	return nil
}

func TestLoadFillsEveryTableThatHasRows(t *testing.T) {
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{Seed: 1, To: march, Days: 3})
	require.NoError(t, err)
	data := generator.Dataset()
	atOnce, inBatches := newMemory(), newMemory()
	require.NoError(t, data.Load(t.Context(), atOnce))
	require.NoError(t, generator.Load(t.Context(), inBatches))
	assert.Equal(t, atOnce.tables, inBatches.tables)
	assert.Len(t, atOnce.tables["msdyn_ocliveworkitem"], len(data.Conversations))
	assert.Len(t, atOnce.tables["msdyn_ocsession"], len(data.Sessions))
	assert.Len(t, atOnce.tables["msdyn_sessionparticipant"], len(data.Participants))
	assert.Len(t, atOnce.tables["msdyn_ocsessionparticipantevent"], len(data.ParticipantEvents))
	assert.Len(t, atOnce.tables["msdyn_sessionevent"], len(data.SessionEvents))
	assert.Len(t, atOnce.tables["systemuser"], len(data.Users))
	assert.Len(t, atOnce.tables["queue"], len(data.Queues))
	assert.Len(t, atOnce.tables["msdyn_liveworkstream"], len(data.Workstreams))
	assert.Len(t, atOnce.tables["msdyn_oclanguage"], len(data.Languages))
}

func TestLoadNamesTheTableThatFailed(t *testing.T) {
	store := newMemory()
	store.fail = errors.New("disk full")
	data := &contactcenter.Dataset{Queues: []contactcenter.Queue{{ID: uuid.New()}}}
	assert.EqualError(t, data.Load(t.Context(), store), "load queue: disk full")
}

func TestLoadOfAHistoryEndsWithItsStore(t *testing.T) {
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{To: march, Days: 40, ConversationsPerDay: 400})
	require.NoError(t, err)
	store := newMemory()
	failing := &failsLater{memory: store, left: 20}
	assert.EqualError(t, generator.Load(t.Context(), failing), "load msdyn_ocsession: disk full")
}

// failsLater is a store that fails with an insertion of sessions, after some others.
type failsLater struct {
	*memory
	left int
}

func (f *failsLater) Insert(ctx context.Context, name string, columns []string, rows iter.Seq[[]any]) error {
	if f.left--; f.left < 12 && name == schema.SessionTable {
		return errors.New("disk full")
	}
	return f.memory.Insert(ctx, name, columns, rows)
}

func TestLoadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	data := generate(t, contactcenter.GeneratorOptions{To: march, Days: 1})
	assert.ErrorIs(t, data.Load(ctx, newMemory()), context.Canceled)
}

// Whatever steps live mode takes, it arrives at the rows that a history generated up to that moment has.
func TestLiveContinuesHistoryWithoutASeam(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		options := contactcenter.GeneratorOptions{
			Seed: rapid.Uint64().Draw(t, "seed"), ConversationsPerDay: 60,
			From: march.AddDate(0, 0, -2), To: march}
		generator, err := contactcenter.NewGenerator(options)
		require.NoError(t, err)
		store := newMemory()
		require.NoError(t, generator.Load(context.Background(), store))
		live := contactcenter.NewLive(generator, store)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			step := time.Duration(rapid.IntRange(0, 4*60*60*100).Draw(t, "step")) * 10 * time.Millisecond
			require.NoError(t, live.Step(context.Background(), live.Now().Add(step)))
		}

		options.To = live.Now()
		generator, err = contactcenter.NewGenerator(options)
		require.NoError(t, err)
		want := newMemory()
		require.NoError(t, generator.Load(context.Background(), want))
		for name := range want.tables {
			require.Equal(t, len(want.tables[name]), len(store.tables[name]), name)
			for id, row := range want.tables[name] {
				require.Equal(t, row, store.tables[name][id], "%s %v", name, id)
			}
		}
	})
}

func TestLiveDoesNotGoBack(t *testing.T) {
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{To: march, Days: 1})
	require.NoError(t, err)
	live := contactcenter.NewLive(generator, newMemory())
	require.NoError(t, live.Step(t.Context(), march.Add(-time.Hour)))
	assert.Equal(t, march, live.Now())
}

func TestLiveReportsAStoreThatFails(t *testing.T) {
	generator, err := contactcenter.NewGenerator(contactcenter.GeneratorOptions{To: march, Days: 1, ConversationsPerDay: 5000})
	require.NoError(t, err)
	store := newMemory()
	store.fail = errors.New("disk full")
	live := contactcenter.NewLive(generator, store)
	assert.ErrorContains(t, live.Step(t.Context(), march.Add(time.Hour)), "load msdyn_ocliveworkitem: disk full")
}
