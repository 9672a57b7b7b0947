package tsql

import (
	"fmt"
	"strconv"
	"time"

	"github.com/dataverse-tally/tally/pkg/query"
)

// bucket is the index of the bucket that a session's time lies in: in each run of equal buckets the whole steps
// since the run's start, after the buckets of the runs before. The window has already cut off all other times.
func (b *builder) bucket() (string, error) {
	buckets := b.spec.Buckets
	if buckets[0].Start.After(b.spec.Window.From) {
		return "", fmt.Errorf("the first begins at %s, after the window: it must hold the window's start", buckets[0].Start.Format(time.RFC3339))
	}
	var arms []string
	base := 0
	for i, run := range buckets {
		if run.Count < 1 || run.Step < time.Second || run.Step%time.Second != 0 {
			return "", fmt.Errorf("run %d has %d buckets of %s: it needs at least one, of whole seconds", i, run.Count, run.Step)
		}
		index, err := b.runIndex(b.axis, run, base)
		if err != nil {
			return "", fmt.Errorf("run %d: %w", i, err)
		}
		base += run.Count
		runEnd := run.Start.Add(time.Duration(run.Count) * run.Step)
		if i == len(buckets)-1 {
			if runEnd.Before(b.spec.Window.To) {
				return "", fmt.Errorf("the last ends at %s, before the window: it must hold the window's end", runEnd.Format(time.RFC3339))
			}
			if len(arms) == 0 {
				return index, nil
			}
			arms = append(arms, "ELSE "+index)
			break
		}
		if !runEnd.Equal(buckets[i+1].Start) {
			return "", fmt.Errorf("run %d ends at %s and the next begins at %s: they must meet", i, runEnd.Format(time.RFC3339), buckets[i+1].Start.Format(time.RFC3339))
		}
		end, err := b.parameters.time(runEnd)
		if err != nil {
			return "", fmt.Errorf("run %d: %w", i+1, err)
		}
		arms = append(arms, fmt.Sprintf("WHEN %s < %s THEN %s", b.axis, end, index))
	}
	return choose(arms...), nil
}

// runIndex is the index of the bucket of a time in the run.
func (b *builder) runIndex(column string, run query.Run, base int) (string, error) {
	if run.Count == 1 {
		return strconv.Itoa(base), nil
	}
	start, err := b.parameters.time(run.Start)
	if err != nil {
		return "", err
	}
	unit, steps := "second", int64(run.Step/time.Second)
	// Minutes where they fit: DATEDIFF is an int, which counts seconds for 68 years only.
	if run.Step%time.Minute == 0 && run.Start.Unix()%60 == 0 {
		unit, steps = "minute", int64(run.Step/time.Minute)
	}
	index := fmt.Sprintf("DATEDIFF(%s, %s, %s)", unit, start, column)
	if steps > 1 {
		index += fmt.Sprintf(" / %d", steps)
	}
	if base > 0 {
		index = fmt.Sprintf("%d + %s", base, index)
	}
	return index, nil
}
