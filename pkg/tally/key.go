package tally

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"time"

	"github.com/dataverse-tally/tally/pkg/tsql"
	"github.com/google/uuid"
)

// key names what is kept or under way. Equal keys mean equal numbers at the same moment.
type key struct {
	kind      keyKind
	statement [sha256.Size]byte // a digest: of a statement, or of what statements of a kind share
	from, to  int64             // of one bucket or part, Unix seconds; of ofMoving the length of the window; else 0
}

// keyKind tells what a key is the key of.
type keyKind uint8

const (
	ofStatement     keyKind = iota // what was found for a statement, or is being read for it; what the statements of a series share
	ofBucket                       // one bucket of a series
	ofPart                         // one part of a window by the creation of its conversations
	ofAnswer                       // a result that is put together, labelled and sorted
	ofSeries                       // the flight of a whole series, which runs no statement itself
	ofMoving                       // the flight of all windows of a length
	ofTooWide                      // that a result has too many rows to be read in parts
	ofShape                        // the last spec of a shape that was counted
	ofNewestOfShape                // the last answer of Newest to a spec of a shape
)

// of is a key of another kind for the same.
func (k key) of(kind keyKind) key {
	k.kind = kind
	return k
}

// keyOf is the key of a statement. Text and parameters are all that a number depends on, apart from the moment.
func keyOf(statement tsql.Statement) key {
	digest := newDigest()
	digest.text(statement.Text)
	for _, arg := range statement.Args {
		digest.arg(arg)
	}
	return key{statement: digest.sum()}
}

// digest hashes values so that different sequences of them never look alike: each has its type and length before it.
type digest struct{ hash.Hash }

func newDigest() digest { return digest{sha256.New()} }

func (d digest) sum() (sum [sha256.Size]byte) {
	d.Sum(sum[:0])
	return sum
}

func (d digest) number(kind byte, number int64) {
	var raw [9]byte
	raw[0] = kind
	binary.BigEndian.PutUint64(raw[1:], uint64(number))
	_, _ = d.Write(raw[:]) // a hash never fails
}

func (d digest) text(text string) {
	d.number('s', int64(len(text)))
	_, _ = d.Write([]byte(text))
}

func (d digest) time(t time.Time) {
	d.number('t', t.Unix())
	d.number('n', int64(t.Nanosecond()))
}

// arg hashes a parameter of one of the types of tsql.Statement.
func (d digest) arg(arg any) {
	switch arg := arg.(type) {
	case int64:
		d.number('i', arg)
	case string:
		d.text(arg)
	case time.Time:
		d.time(arg)
	case uuid.UUID:
		d.number('u', int64(len(arg)))
		_, _ = d.Write(arg[:])
	default:
		d.text(fmt.Sprintf("%T %v", arg, arg))
	}
}
