// Package spelling words the remedies of error messages: the known name that a wrong one was probably meant to be,
// lists of names, and quotations short enough to print.
package spelling

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuoted is the longest quotation, in runes: what is wrong may be of any length, the message may not.
const maxQuoted = 60

// maxWord is the longest word that is compared, in bytes; the work grows with its square.
const maxWord = 64

// Quote puts a text in quotation marks, escaped, and cut where it is too long for a message.
func Quote(text string) string {
	if utf8.RuneCountInString(text) <= maxQuoted {
		return strconv.Quote(text)
	}
	runes := 0
	for i := range text {
		if runes == maxQuoted {
			return strconv.Quote(text[:i]) + "…"
		}
		runes++
	}
	return strconv.Quote(text)
}

// maxListed is how many names of a longer list are written out.
const maxListed = 24

// List joins names with commas and a last conjunction, "and" or "or". Of a long list it has the first ones.
func List(names []string, conjunction string) string {
	switch len(names) {
	case 0:
		return "nothing"
	case 1:
		return names[0]
	}
	if more := len(names) - maxListed; more > 1 {
		names = append(names[:maxListed:maxListed], strconv.Itoa(more)+" more")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + conjunction + " " + names[last]
}

// Closest finds the name that a misspelt word was probably meant to be: at most a third of its letters, and at least
// one, may be wrong. Case does not count. Of equally close names the first wins.
func Closest(word string, names []string) (string, bool) {
	if len(word) > maxWord || !strings.ContainsFunc(word, unicode.IsLetter) {
		return "", false
	}
	word = strings.ToLower(word)
	best, found := min(max(1, len(word)/3)+1, len(word)), "" // not every letter may be wrong
	for _, name := range names {
		if len(name) > maxWord {
			continue
		}
		if d := distance(word, strings.ToLower(name)); d < best {
			best, found = d, name
		}
	}
	return found, found != ""
}

// distance is the number of letters to insert, remove, replace or swap with their neighbour to get from a to b.
func distance(a, b string) int {
	var before, last, row [maxWord + 1]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
