package contactcenter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// digestSize is about the number of conversations that a digest is of.
const digestSize = 1000

// Digest tells generators apart that make other rows, also those of another version of this package: it is of the
// directory and of the rows of about a thousand conversations, which are spread over the whole history, over all times of
// the day and days of the week.
func (g *Generator) Digest() string {
	hash := sha256.New()
	g.Directory().write(hash)
	first, end := slotOf(g.options.From), slotOf(g.options.To)+1
	perSlot := g.options.ConversationsPerDay * float64(slotLength) / float64(24*time.Hour)
	step := int64(float64(end-first)*perSlot/digestSize) + 1
	const week = int64(7 * 24 * time.Hour / slotLength)
	for commonDivisor(step, week) != 1 { // so that the steps do not return to the same time of the week
		step++
	}
	for slot := first; slot < end; slot += step {
		var rows Dataset
		from, to := slotStart(slot), slotStart(slot+1)
		if g.options.From.After(from) {
			from = g.options.From
		}
		if g.options.To.Before(to) {
			to = g.options.To
		}
		for story := range g.stories(from, to) {
			story.at(g.options.To, &rows)
		}
		rows.write(hash)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func commonDivisor(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// write writes all rows, with the columns that they go to.
func (d *Dataset) write(w io.Writer) {
	writeRows(w, userRows, d.Users)
	writeRows(w, queueRows, d.Queues)
	writeRows(w, workstreamRows, d.Workstreams)
	writeRows(w, languageRows, d.Languages)
	writeRows(w, conversationRows, d.Conversations)
	writeRows(w, sessionRows, d.Sessions)
	writeRows(w, participantRows, d.Participants)
	writeRows(w, participantEventRows, d.ParticipantEvents)
	writeRows(w, sessionEventRows, d.SessionEvents)
}

func writeRows[T any](w io.Writer, t table[T], rows []T) {
	_, _ = fmt.Fprintln(w, t.name, t.columns) // a hash takes everything
	values := json.NewEncoder(w)
	for _, row := range rows {
		_ = values.Encode(t.values(row)) // ids, texts, numbers and times can all be encoded
	}
}
