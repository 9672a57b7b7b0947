package query

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dataverse-tally/tally/pkg/catalog"
	"github.com/dataverse-tally/tally/pkg/internal/spelling"
)

// width is how long a bucket is: a fixed time, or a unit of the calendar and about how long that is.
type width struct {
	name     string
	length   time.Duration
	calendar bool
	unit     unit
}

// Days and longer follow the calendar; what is below them is the same in most zones.
var calendarWidths = []width{
	{"hour", time.Hour, true, hour},
	{"day", 24 * time.Hour, true, day},
	{"week", 7 * 24 * time.Hour, true, week},
	{"month", 30 * 24 * time.Hour, true, month},
}

// ladder are the widths that bucket auto chooses from, the shortest first.
var ladder = append(fixedWidths("1s", "5s", "10s", "15s", "30s", "1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "3h", "6h", "12h"),
	calendarWidths[1:]...)

const (
	defaultMaxDataPoints = 1000
	maxBucket            = 3660 * 24 * time.Hour
	bucketRemedy         = "write none, auto, hour, day, week, month, or a duration such as 15m, 6h or 2d"
)

func (q Query) buckets(asked catalog.Window, w Window, loc *time.Location, env Env) (Buckets, error) {
	if q.Bucket == "" || q.Bucket == "none" {
		return nil, nil
	}
	if asked.OpenWithin != 0 {
		return nil, &Error{"bucket", fmt.Sprintf("%s does not go with the window %s: the open conversations it adds lie in none of its buckets", spelling.Quote(q.Bucket), asked.ID), "write none, or choose another window"}
	}
	if q.Bucket == "auto" {
		return automatic(w, loc, env).buckets(w, loc), nil
	}
	chosen, err := parseWidth(q.Bucket)
	if err != nil {
		return nil, err
	}
	if b := chosen.buckets(w, loc); b != nil {
		return b, nil
	}
	for _, wider := range ladder {
		if wider.length > chosen.length && wider.buckets(w, loc) != nil {
			return nil, &Error{"bucket", fmt.Sprintf("%s makes more than %d buckets in this window", chosen.name, MaxPoints), "write " + wider.name + " or longer, or choose a shorter range"}
		}
	}
	return nil, &Error{"bucket", fmt.Sprintf("%s makes more than %d buckets in this window", chosen.name, MaxPoints), "choose a shorter range"}
}

// automatic chooses the shortest width that is not shorter than the interval and makes no more points than asked for.
func automatic(w Window, loc *time.Location, env Env) width {
	points := env.MaxDataPoints
	if points <= 0 {
		points = defaultMaxDataPoints
	}
	points = min(points, MaxPoints)
	seconds := (w.To.Unix() - w.From.Unix() + points - 1) / points
	for _, candidate := range ladder {
		if candidate.length >= env.Interval && int64(candidate.length/time.Second) >= seconds && candidate.buckets(w, loc) != nil {
			return candidate
		}
	}
	return ladder[len(ladder)-1]
}

// buckets cover a window, or are nil where there would be more of them than MaxPoints.
func (c width) buckets(w Window, loc *time.Location) Buckets {
	// Known before they are made, but for a few: those that the window's ends cut, and short days and months.
	if (w.To.Unix()-w.From.Unix())/int64(c.length/time.Second) > MaxPoints {
		return nil
	}
	var b Buckets
	switch {
	case !c.calendar:
		b = fixed(w, c.length)
	case c.unit == hour:
		b = newZone(loc).hours(w)
	default:
		b = newZone(loc).periods(w, c.unit)
	}
	if b.Len() > MaxPoints {
		return nil
	}
	return b
}

func parseWidth(text string) (width, error) {
	for _, c := range calendarWidths {
		if c.name == text {
			return c, nil
		}
	}
	d, ok := parseDuration(text)
	switch {
	case !ok:
		return width{}, &Error{"bucket", "unknown bucket " + spelling.Quote(text), bucketRemedy}
	case d < time.Second || d%time.Second != 0:
		return width{}, &Error{"bucket", spelling.Quote(text) + " is not a number of whole seconds above 0", bucketRemedy}
	case d > maxBucket:
		return width{}, &Error{"bucket", spelling.Quote(text) + " is too long", fmt.Sprintf("write at most %s, or none", maxBucketName)}
	}
	return width{name: text, length: d}, nil
}

const maxBucketName = "3660d"

// daysAndWeeks are the units that Go's durations do not have; a day is 24 h.
var daysAndWeeks = regexp.MustCompile(`^([0-9]{1,4})([dw])`)

// parseDuration reads a duration of Go with days and weeks before it, such as 1w2d12h.
func parseDuration(text string) (time.Duration, bool) {
	var total time.Duration
	rest := text
	for {
		m := daysAndWeeks.FindStringSubmatch(rest)
		if m == nil {
			break
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return 0, false
		}
		length := 24 * time.Hour
		if m[2] == "w" {
			length *= 7
		}
		total = min(total+time.Duration(n)*length, maxBucket+time.Second) // too long in any case
		rest = strings.TrimPrefix(rest, m[0])
	}
	if rest == "" {
		return total, text != ""
	}
	d, err := time.ParseDuration(rest)
	if err != nil || rest[0] == '-' || rest[0] == '+' {
		return 0, false
	}
	return total + min(d, maxBucket+time.Second), true
}

func fixedWidths(names ...string) []width {
	var list []width
	for _, name := range names {
		d, _ := parseDuration(name)
		list = append(list, width{name: name, length: d})
	}
	return list
}
