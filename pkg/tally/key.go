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
	statement [sha256.Size]byte
	from, to  int64 // of one bucket of the statement, Unix seconds; 0 for the whole statement
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
