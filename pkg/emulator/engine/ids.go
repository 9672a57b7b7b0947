package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/guid"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/lite"
)

// ids numbers uniqueidentifiers, see lite.IDs. It remembers the latest: most ids of a row have just been seen. It is for
// one write transaction at a time.
type ids struct {
	known map[uuid.UUID]int64
}

// remembered is the number of ids that are remembered, some 10 MB. Beyond it all are forgotten.
const remembered = 1 << 17

// forget makes up for a transaction that came to nothing, and with it the numbers it gave.
func (s *ids) forget() { clear(s.known) }

func (s *ids) remember(id uuid.UUID, n int64) {
	if s.known == nil || len(s.known) >= remembered {
		s.known = make(map[uuid.UUID]int64, remembered/4)
	}
	s.known[id] = n
}

// numbering is the work of numbering in one transaction.
type numbering struct {
	*ids
	find, add *sql.Stmt
}

func (s *ids) begin(ctx context.Context, tx *sql.Tx) (n numbering, err error) {
	n.ids = s
	if n.find, err = tx.PrepareContext(ctx, "SELECT n FROM "+lite.Quote(lite.IDs)+" WHERE id = ?"); err != nil {
		return n, err
	}
	n.add, err = tx.PrepareContext(ctx, "INSERT INTO "+lite.Quote(lite.IDs)+" (id) VALUES (?) ON CONFLICT DO NOTHING")
	return n, err
}

// end closes the statements; the transaction would, but a long one has many.
func (n numbering) end() {
	_, _ = n.find.Close(), n.add.Close()
}

// number is the number of an id, a new one if it has none yet. fresh says that it probably has none.
func (n numbering) number(id uuid.UUID, fresh bool) (int64, error) {
	if known, ok := n.known[id]; ok {
		return known, nil
	}
	number, found, err := int64(0), false, error(nil)
	if !fresh {
		number, found, err = n.lookup(id)
	}
	if err == nil && !found {
		number, err = n.give(id)
	}
	if err != nil {
		return 0, fmt.Errorf("number %s: %w", id, err)
	}
	n.remember(id, number)
	return number, nil
}

func (n numbering) give(id uuid.UUID) (int64, error) {
	result, err := n.add.Exec(guid.Key(id))
	if err != nil {
		return 0, err
	}
	if added, err := result.RowsAffected(); err != nil || added == 1 {
		number, last := result.LastInsertId()
		return number, errors.Join(err, last)
	}
	number, _, err := n.lookup(id)
	return number, err
}

// lookup is the number of an id, if it has one.
func (n numbering) lookup(id uuid.UUID) (number int64, ok bool, err error) {
	err = n.find.QueryRow(guid.Key(id)).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return number, err == nil, err
}
