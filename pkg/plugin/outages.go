package plugin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/tally"
)

// outageBuckets is how many buckets in a row a bot must be without a conversation for it to be an outage: what is
// shorter may be chance. Longer buckets look for longer outages.
const outageBuckets = 3

// outages marks, for each bot that had conversations in the window, the times of at least outageBuckets buckets without
// one that came after its first activity. One that goes on lasts until the numbers were read. That a bot had none before
// its first activity means nothing: nobody knows whether it was there.
//
// Times are those of buckets: the last conversation before an outage lay in the bucket that ends where it begins, and the
// first one after it in the bucket that begins where it ends.
func outages(result *tally.Result) []mark {
	starts, ends := bucketSpans(result)
	over := 0 // how many buckets have ended: of the one that goes on nothing is known yet
	for over < len(ends) && !ends[over].After(result.AsOf) {
		over++
	}
	var marks []mark
	for _, bot := range result.AllSeries() {
		last := -1 // the last bucket with a conversation
		for i, counts := range bot.Counts {
			if counts.Total == 0 {
				continue
			}
			if last >= 0 && i-last > outageBuckets {
				after := fmt.Sprintf("the next one came after %s, in a bucket with %s.", clockTime(result, starts[i]), conversations(counts))
				marks = append(marks, outage(result, bot, last, ends[last], starts[i], after))
			}
			last = i
		}
		if last >= 0 && over-last > outageBuckets {
			marks = append(marks, outage(result, bot, last, ends[last], ends[over-1], "it has had none since."))
		}
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Or(a.from.Compare(b.from), cmp.Compare(a.title, b.title)) })
	return marks
}

// outage is the mark of one after the last bucket that had a conversation.
func outage(result *tally.Result, bot tally.Series, last int, from, to time.Time, after string) mark {
	name := bot.Group[0].Label
	return mark{
		from: from, to: to, title: "Outage of " + name,
		text: fmt.Sprintf("%s had no conversation for %s. The last one came before %s, in a bucket with %s; %s",
			name, inDays(to.Sub(from)), clockTime(result, from), conversations(bot.Counts[last]), after),
		tags: "bot_outage," + strings.ReplaceAll(name, ",", " "),
	}
}

func conversations(counts catalog.Counts) string {
	if counts.Total == 1 {
		return "1 conversation"
	}
	return fmt.Sprintf("%d conversations", counts.Total)
}
