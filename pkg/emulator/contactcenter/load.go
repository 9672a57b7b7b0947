package contactcenter

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/google/uuid"
)

// Store takes rows. Values are as package sqltype says, nil is NULL. Insert is one transaction.
type Store interface {
	Insert(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) error
}

// LiveStore is a store whose rows can change.
type LiveStore interface {
	Store
	// Update sets columns of the row with that key.
	Update(ctx context.Context, table string, key uuid.UUID, set map[string]any) error
}

// batchSize is the number of conversations that Load inserts at a time.
const batchSize = 5000

// Replica is a store that keeps rows which Dataverse has deleted, as copies of its tables do. Load fills it with some.
type Replica interface {
	Store
	// InsertDeleted adds rows that are deleted. It is one transaction.
	InsertDeleted(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) error
}

// Load inserts the rows of a dataset, table by table. What is pointed to comes before what points to it.
func (d *Dataset) Load(ctx context.Context, store Store) error {
	if err := d.load(ctx, store.Insert); err != nil {
		return err
	}
	replica, ok := store.(Replica)
	if !ok {
		return nil
	}
	deleted, left := d.Deleted()
	if err := deleted.load(ctx, replica.InsertDeleted); err != nil {
		return err
	}
	return left.load(ctx, replica.Insert)
}

// insert adds rows to a table.
type insert func(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) error

func (d *Dataset) load(ctx context.Context, into insert) error {
	for _, one := range []func() error{
		func() error { return load(ctx, into, userRows, d.Users) },
		func() error { return load(ctx, into, queueRows, d.Queues) },
		func() error { return load(ctx, into, workstreamRows, d.Workstreams) },
		func() error { return load(ctx, into, languageRows, d.Languages) },
		func() error { return load(ctx, into, conversationRows, d.Conversations) },
		func() error { return load(ctx, into, sessionRows, d.Sessions) },
		func() error { return load(ctx, into, participantRows, d.Participants) },
		func() error { return load(ctx, into, participantEventRows, d.ParticipantEvents) },
		func() error { return load(ctx, into, sessionEventRows, d.SessionEvents) },
	} {
		if err := one(); err != nil {
			return err
		}
	}
	return nil
}

// Load inserts the directory and the whole history, batch by batch. While one is inserted the next is told.
func (g *Generator) Load(ctx context.Context, store Store) error {
	if err := g.Directory().Load(ctx, store); err != nil {
		return err
	}
	batches := make(chan *Dataset)
	var telling sync.WaitGroup
	defer telling.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	telling.Go(func() {
		defer close(batches)
		for batch := range g.Batches(batchSize) {
			select {
			case batches <- batch:
			case <-ctx.Done():
				return
			}
		}
	})
	for batch := range batches {
		if err := batch.Load(ctx, store); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("load the history: %w", err)
	}
	return nil
}

func load[T any](ctx context.Context, into insert, t table[T], rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("load %s: %w", t.name, err)
	}
	if err := into(ctx, t.name, t.columns, t.seq(rows)); err != nil {
		return fmt.Errorf("load %s: %w", t.name, err)
	}
	return nil
}
