package tally

import "strings"

// tellApart returns the labels of values, the value itself where there is none, each different from the others and from
// NoValue. Where labels repeat, a part of the value is put behind them: as little of an id as tells them apart.
func tellApart(values []string, labels map[string]string) map[string]string {
	told := make(map[string]string, len(values))
	sharing := map[string][]string{}
	for _, value := range values {
		label := labels[value]
		if label == "" {
			label = value
		}
		told[value] = label
		sharing[strings.ToLower(label)] = append(sharing[strings.ToLower(label)], value)
	}
	taken := map[string]bool{strings.ToLower(NoValue): true}
	for key, group := range sharing {
		if len(group) == 1 {
			taken[key] = true
		}
	}
	for _, value := range values { // in the order of values, so that the outcome does not depend on chance
		group := sharing[strings.ToLower(told[value])]
		if len(group) < 2 && !strings.EqualFold(told[value], NoValue) {
			continue
		}
		label := told[value]
		for length := shortestApart(group); ; length = len(value) {
			told[value] = label + " (" + value[:min(length, len(value))] + ")"
			if !taken[strings.ToLower(told[value])] || length >= len(value) {
				break
			}
		}
		taken[strings.ToLower(told[value])] = true
	}
	return told
}

// shortestApart is how many characters of values tell them apart. Ids are cut where their groups end.
func shortestApart(values []string) int {
	longest := 0
	for _, value := range values {
		longest = max(longest, len(value))
	}
	for _, length := range []int{8, 13, 18, 23} { // the ends of the groups of an id
		seen := map[string]bool{}
		for _, value := range values {
			seen[value[:min(length, len(value))]] = true
		}
		if len(seen) == len(values) {
			return length
		}
	}
	return longest
}
