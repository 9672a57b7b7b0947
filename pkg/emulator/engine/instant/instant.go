// Package instant holds SQL Server's dates and times as whole numbers, so that the store compares, adds and buckets
// them as integers.
//
// Every number counts from 0001-01-01T00:00:00 and is therefore never negative for a value of SQL Server:
//   - datetime: 1/300 s; https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql
//   - datetime2 and datetimeoffset (in UTC): 100 ns
//   - date: days
package instant

import "time"

// Units of the numbers.
const (
	Day  int64 = 300 * 86400        // datetime ticks a day
	Day2 int64 = 10_000_000 * 86400 // datetime2 ticks a day
	unix int64 = 62_135_596_800     // seconds from 0001-01-01 to 1970-01-01
	Base int64 = 693_595            // days from 0001-01-01 to 1900-01-01, the day that SQL Server counts as 0
	Min  int64 = 639_905 * Day      // 1753-01-01, the first datetime
	Max  int64 = 3_652_059*Day - 1  // 9999-12-31T23:59:59.997, the last datetime
	Max2 int64 = 3_652_059*Day2 - 1 // the last datetime2
	Last int64 = 3_652_059 - 1      // 9999-12-31, the last date
)

// DateTime rounds t to the ticks of datetime. ok is false outside of 1753 to 9999.
func DateTime(t time.Time) (ticks int64, ok bool) {
	ticks = (t.Unix()+unix)*300 + (int64(t.Nanosecond())*3+5_000_000)/10_000_000
	return ticks, ticks >= Min && ticks <= Max
}

// DateTime2 rounds t to the ticks of datetime2(scale). ok is false outside of year 1 to 9999.
func DateTime2(t time.Time, scale int) (ticks int64, ok bool) {
	seconds := t.Unix() + unix
	if seconds < 0 || seconds > Last*86400+86399 {
		return 0, false
	}
	ticks = RoundScale(seconds*10_000_000+(int64(t.Nanosecond())+50)/100, scale)
	return ticks, ticks >= 0 && ticks <= Max2
}

// RoundScale rounds ticks of datetime2 to scale digits of seconds.
func RoundScale(ticks int64, scale int) int64 {
	unit := int64(1)
	for i := max(scale, 0); i < 7; i++ {
		unit *= 10
	}
	return (ticks + unit/2) / unit * unit
}

// Date is the day of t in UTC. ok is false outside of year 1 to 9999.
func Date(t time.Time) (days int64, ok bool) {
	seconds := t.Unix() + unix
	if seconds < 0 {
		return 0, false
	}
	days = seconds / 86400
	return days, days <= Last
}

// FromDateTime is the time of datetime ticks, in UTC, to the nearest nanosecond.
func FromDateTime(ticks int64) time.Time {
	return time.Unix(floor(ticks, 300)-unix, (mod(ticks, 300)*20_000_000+3)/6).UTC()
}

// FromDateTime2 is the time of datetime2 ticks, in UTC.
func FromDateTime2(ticks int64) time.Time {
	return time.Unix(floor(ticks, 10_000_000)-unix, mod(ticks, 10_000_000)*100).UTC()
}

// FromDate is midnight UTC of the day.
func FromDate(days int64) time.Time { return time.Unix(days*86400-unix, 0).UTC() }

func mod(a, b int64) int64   { return (a%b + b) % b }
func floor(a, b int64) int64 { return (a - mod(a, b)) / b }
