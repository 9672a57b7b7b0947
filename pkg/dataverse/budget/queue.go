package budget

import (
	"slices"
	"time"
)

// turn is a statement that waits or runs.
type turn struct {
	user  string
	ready chan error // gets nil when the statement may run, or why it may not

	began time.Time // when it got its turn
}

// queue holds the turns that wait. Users come one after the other, whoever has more waiting; the turns of one user come
// in order.
type queue struct {
	users []string // with a turn waiting, the next one first
	lines map[string][]*turn
	size  int
}

func newQueue() queue { return queue{lines: map[string][]*turn{}} }

func (q *queue) push(t *turn) {
	if len(q.lines[t.user]) == 0 {
		q.users = append(q.users, t.user)
	}
	q.lines[t.user] = append(q.lines[t.user], t)
	q.size++
}

// pop takes the turn that is next, nil where none waits.
func (q *queue) pop() *turn {
	if q.size == 0 {
		return nil
	}
	user := q.users[0]
	next := q.lines[user][0]
	q.drop(user, 0)
	if len(q.lines[user]) > 0 { // behind the others
		q.users = append(q.users[1:], user)
	}
	return next
}

// remove takes a turn out of the queue. It is false where the turn does not wait there.
func (q *queue) remove(t *turn) bool {
	place := slices.Index(q.lines[t.user], t)
	if place < 0 {
		return false
	}
	q.drop(t.user, place)
	return true
}

// longest takes the youngest turn of the user who has most of them, the one who came last where several have as many.
func (q *queue) longest() *turn {
	var most string
	for _, user := range q.users {
		if len(q.lines[user]) >= len(q.lines[most]) {
			most = user
		}
	}
	last := len(q.lines[most]) - 1
	youngest := q.lines[most][last]
	q.drop(most, last)
	return youngest
}

// all empties the queue.
func (q *queue) all() []*turn {
	var turns []*turn
	for next := q.pop(); next != nil; next = q.pop() {
		turns = append(turns, next)
	}
	return turns
}

func (q *queue) drop(user string, place int) {
	q.lines[user] = slices.Delete(q.lines[user], place, place+1)
	q.size--
	if len(q.lines[user]) == 0 {
		delete(q.lines, user)
		q.users = slices.DeleteFunc(q.users, func(other string) bool { return other == user })
	}
}
