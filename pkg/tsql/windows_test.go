package tsql_test

import (
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	"github.com/dataverse-tally/tally/pkg/query"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
)

func TestWindowIsHalfOpen(t *testing.T) {
	c := newCenter()
	c.bot(1, created("22T23:59:59.990"))
	c.bot(2, created("23T00:00"))
	c.bot(3, created("29T23:59:59.990"))
	c.bot(4, created("30T00:00"))
	store := open(t, &c.data)
	assert.Equal(t, []string{"#12 1 0 0", "#13 1 0 0"}, count(t, store, spec(groupBy(queue))))
}

func TestBucketsBeginAndEndWhereTheirRunsSay(t *testing.T) {
	c := newCenter()
	for i, text := range []string{
		"27T23:59:59.990", "28T00:00", "28T22:59:59.990", "28T23:00", "29T00:59:59.990", "29T01:00", "29T21:59:59.990", "29T22:00", "30T21:59:59.990",
	} {
		c.bot(1+i, created(text))
	}
	store := open(t, &c.data)

	tests := []struct {
		name    string
		zone    string
		window  func(*query.Spec)
		buckets func(*query.Spec)
		want    []string // bucket, queue
	}{
		{
			"days over summer time", "Europe/Berlin", window("2026-03-26T23:00:00Z", "2026-03-30T22:00:00Z"),
			buckets(run("2026-03-26T23:00:00Z", 24*time.Hour, 2), run("2026-03-28T23:00:00Z", 23*time.Hour, 1), run("2026-03-29T22:00:00Z", 24*time.Hour, 1)),
			[]string{"1 #11", "1 #12", "1 #13", "2 #14", "2 #15", "2 #16", "2 #17", "3 #18", "3 #19"},
		},
		{
			"several days after summer time", "Europe/Berlin", window("2026-03-28T23:00:00Z", "2026-04-02T22:00:00Z"),
			buckets(run("2026-03-28T23:00:00Z", 23*time.Hour, 1), run("2026-03-29T22:00:00Z", 24*time.Hour, 4)),
			[]string{"0 #14", "0 #15", "0 #16", "0 #17", "1 #18", "1 #19"},
		},
		{
			"weeks, the first cut off", "UTC", window("2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"),
			buckets(run("2026-03-23T00:00:00Z", 7*24*time.Hour, 2)),
			[]string{"0 #12", "0 #13", "0 #14", "0 #15", "0 #16", "0 #17", "0 #18", "1 #19"},
		},
		{
			"seconds", "UTC", window("2026-03-29T00:59:58Z", "2026-03-29T01:00:02Z"),
			buckets(run("2026-03-29T00:59:58Z", time.Second, 4)),
			[]string{"1 #15", "2 #16"},
		},
		{
			"steps of ninety seconds", "UTC", window("2026-03-29T00:58:30Z", "2026-03-29T01:03:00Z"),
			buckets(run("2026-03-29T00:57:00Z", 90*time.Second, 4)),
			[]string{"1 #15", "2 #16"},
		},
		{
			"quarters of an hour that begin within a minute", "UTC", window("2026-03-29T00:45:07Z", "2026-03-29T01:15:07Z"),
			buckets(run("2026-03-29T00:45:07Z", 15*time.Minute, 2)),
			[]string{"0 #15", "0 #16"},
		},
		{
			"one bucket", "UTC", window("2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"),
			buckets(run("2026-03-29T00:00:00Z", 24*time.Hour, 1)),
			[]string{"0 #15", "0 #16", "0 #17", "0 #18"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for _, line := range test.want {
				want = append(want, line+" 1 0 0")
			}
			assert.Equal(t, want, count(t, store, spec(in(test.zone), test.window, test.buckets, groupBy(queue))))
		})
	}
}

func TestDayThatSummerTimeEndsHas25Hours(t *testing.T) {
	c := newCenter()
	for i, text := range []string{
		"2026-10-24T21:59:59.990Z", // Saturday 23:59 in Berlin
		"2026-10-24T22:00:00Z",     // Sunday 00:00
		"2026-10-25T00:30:00Z",     // 02:30, summer time
		"2026-10-25T01:30:00Z",     // 02:30 again
		"2026-10-25T22:59:59.990Z", // 23:59
		"2026-10-25T23:00:00Z",     // Monday 00:00
	} {
		c.bot(1+i, func(s *contactcenter.Session) { s.CreatedOn = new(utc(text)) })
	}
	store := open(t, &c.data)
	days := both(window("2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z"), buckets(
		run("2026-10-23T22:00:00Z", 24*time.Hour, 1), run("2026-10-24T22:00:00Z", 25*time.Hour, 1), run("2026-10-25T23:00:00Z", 24*time.Hour, 1)))
	assert.Equal(t, []string{"0 1 0 0", "1 4 0 0", "2 1 0 0"}, count(t, store, spec(in("Europe/Berlin"), days)))
	assert.Equal(t, []string{"0 23 6 1 0 0", "1 0 7 1 0 0", "1 2 7 2 0 0", "1 23 7 1 0 0", "2 0 1 1 0 0"},
		count(t, store, spec(in("Europe/Berlin"), days, groupBy(hourOfDay, dayOfWeek))))
}

func TestConversationCountsInEveryBucketInWhichItHasASession(t *testing.T) {
	c := newCenter()
	conversation, _ := c.bot(1, withStatus(2))
	c.session(conversation, "23T13:00", []uuid.UUID{botA})
	c.session(conversation, "24T12:00", []uuid.UUID{botB}, closedBy(192350026))
	store := open(t, &c.data)
	assert.Equal(t, []string{"1 1 0"}, count(t, store, spec()))
	assert.Equal(t, []string{"0 1 0 1", "1 1 1 0"}, count(t, store, spec(buckets(run("2026-03-23T00:00:00Z", 24*time.Hour, 7)))))
	assert.Equal(t, []string{"0 1 1 0"}, count(t, store, spec(rules(rules2026RealTime), buckets(run("2026-03-23T00:00:00Z", 24*time.Hour, 7)))),
		"by the conversation's own time all its sessions lie on the first day")
}

func TestOpenWindowAddsYoungConversationsInProgress(t *testing.T) {
	c := newCenter()
	c.bot(1, created("29T13:00"), createdOn("20T00:00"))                                     // in the window
	c.bot(2, created("28T00:00"), createdOn("28T00:00"), withStatus(2))                      // young and open
	c.bot(3, created("28T00:00"), createdOn("28T00:00"))                                     // young and closed
	c.bot(4, created("28T00:00"), createdOn("28T00:00"), withStatus(2), closedBy(192350026)) // young, open and escalated
	c.bot(5, created("26T00:00"), createdOn("26T00:00"), withStatus(2))                      // open and too old
	c.bot(6, created(""), createdOn("27T12:00"), withStatus(5))                              // young and open, without a session time
	c.bot(7, created("28T00:00"), createdOn(""), withStatus(2))                              // of no age
	c.bot(8, created("30T12:00"), createdOn("30T11:59:59.990"), withStatus(1))               // young and open, its session to come
	c.bot(9, created("29T12:00"), createdOn("29T12:00"), withStatus(2), closedBy(192350026)) // in the window, escalated
	conversation, _ := c.bot(10, created("28T00:00"), createdOn("28T00:00"), withStatus(2))  // young and open, but
	c.session(conversation, "29T13:00", []uuid.UUID{botB}, inQueue(30), closedBy(192350026)) // escalated in the window
	conversation, _ = c.bot(11, created("28T00:00"), createdOn("28T00:00"), withStatus(2))   // young and open,
	c.session(conversation, "29T13:00", []uuid.UUID{botB}, inQueue(31))                      // also in the window
	store := open(t, &c.data)

	day := both(window("2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z"), openFrom("2026-03-27T12:00:00Z"))
	assert.Equal(t, []string{
		"#11 1 0 0", "#12 1 0 1", "#16 1 0 1", "#18 1 0 1", "#19 1 1 0", "#21 1 0 1", "#30 1 1 0", "#31 1 0 1",
	}, count(t, store, spec(day, groupBy(queue))))
	assert.Equal(t, []string{"7 2 4"}, count(t, store, spec(day)))
	assert.Equal(t, []string{"deflected 5 0 4", "escalated 2 2 0"}, count(t, store, spec(day, groupBy(outcome))))
	// Without the sessions of bot B the tenth conversation is open again.
	assert.Equal(t, []string{"#11 1 0 0", "#12 1 0 1", "#16 1 0 1", "#18 1 0 1", "#19 1 1 0", "#20 1 0 1", "#21 1 0 1"},
		count(t, store, spec(day, groupBy(queue), filter(bot, query.In, botA))))
	assert.Equal(t, []string{"0 2 0 2", "12 2 1 1", "13 3 1 1", "null 1 0 1"}, count(t, store, spec(day, groupBy(hourOfDay))))

	// By the conversation's time: 1 is too old, 8 and 9 are in the window, the others young.
	assert.Equal(t, []string{"#12 1 0 1", "#16 1 0 1", "#18 1 0 1", "#19 1 1 0", "#21 1 0 1", "#31 1 0 1"},
		count(t, store, spec(rules(rules2026RealTime), day, groupBy(queue))))
}

func TestLocalTimeOutsideAnOpenWindowHasTheOffsetOfItsDay(t *testing.T) {
	c := newCenter()
	c.bot(1, created("29T00:59:59.990"), createdOn("29T00:59:59.990"), withStatus(2)) // 01:59 in Berlin, winter time
	c.bot(2, created("29T01:00"), createdOn("29T01:00"), withStatus(2))               // 03:00, summer time
	store := open(t, &c.data)
	got := count(t, store, spec(in("Europe/Berlin"), window("2026-03-30T12:00:00Z", "2026-03-31T12:00:00Z"), openFrom("2026-03-28T12:00:00Z"),
		groupBy(queue, hourOfDay)))
	assert.Equal(t, []string{"#11 1 1 0 1", "#12 3 1 0 1"}, got)
}
