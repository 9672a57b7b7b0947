package scalar

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Functions that make texts out of texts. https://learn.microsoft.com/sql/t-sql/functions/string-functions-transact-sql

// longest is the length in bytes of the texts that are made here; beyond it the statement breaks off.
const longest = 1 << 22

func tooLong() error {
	return throw(8623, "The query processor ran out of internal resources and could not produce a query plan.")
}

// stuff is STUFF(text, start, length, with): NULL where there is nothing to begin at.
func stuff(args []any) (any, error) {
	runes, start, length := []rune(text(args[0])), place(args[1]), place(args[2])
	if start < 1 || start > int64(len(runes)) || length < 0 {
		return nil, nil
	}
	end := min(start-1+length, int64(len(runes)))
	if len(runes)+len(text(args[3])) > longest {
		return nil, tooLong()
	}
	return string(runes[:start-1]) + text(args[3]) + string(runes[end:]), nil
}

func reverse(args []any) (any, error) {
	runes := []rune(text(args[0]))
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes), nil
}

// replicate is REPLICATE(text, times), cut to most characters; most is 0 for (max).
func replicate(args []any) (any, error) {
	s, times, most := text(args[0]), place(args[1]), place(args[2])
	if times < 0 {
		return nil, nil
	}
	size := int64(utf8.RuneCountInString(s))
	if size == 0 {
		return "", nil
	}
	if most > 0 {
		times = min(times, most/size+1)
	}
	if times*int64(len(s)) > longest {
		return nil, tooLong()
	}
	s = strings.Repeat(s, int(times))
	if most > 0 {
		return left([]any{s, most})
	}
	return s, nil
}

// translate is TRANSLATE(text, characters, translations) under the collation.
func translate(args []any) (any, error) {
	from, to := folded(text(args[1])), []rune(text(args[2]))
	if len(from) != len(to) {
		return nil, throw(9828, "The second and third arguments of the TRANSLATE built-in function must contain an equal number of characters.")
	}
	table := make(map[rune]rune, len(from))
	for i := len(from) - 1; i >= 0; i-- {
		table[from[i]] = to[i]
	}
	return strings.Map(func(r rune) rune {
		if t, ok := table[fold(r)]; ok {
			return t
		}
		return r
	}, text(args[0])), nil
}

// quoteName is QUOTENAME(text, quote): NULL for a quote that is none and for more than 128 characters.
func quoteName(args []any) (any, error) {
	s := text(args[0])
	open, close := "", ""
	switch text(args[1]) {
	case "", "[", "]":
		open, close = "[", "]"
	case "'", `"`, "`":
		open, close = text(args[1]), text(args[1])
	case "(", ")":
		open, close = "(", ")"
	case "<", ">":
		open, close = "<", ">"
	case "{", "}":
		open, close = "{", "}"
	default:
		return nil, nil
	}
	if utf8.RuneCountInString(s) > 128 {
		return nil, nil
	}
	return open + strings.ReplaceAll(s, close, close+close) + close, nil
}

// escapeJSON is STRING_ESCAPE(text, 'json').
func escapeJSON(args []any) (any, error) {
	if !strings.EqualFold(text(args[1]), "json") {
		return nil, throw(13612, "An invalid value was specified for argument 2.")
	}
	var b strings.Builder
	for _, r := range text(args[0]) {
		switch r {
		case '"', '\\', '/':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		default:
			if r >= ' ' {
				b.WriteRune(r)
				continue
			}
			quoted, err := json.Marshal(string(r))
			if err != nil {
				return nil, err
			}
			b.WriteString(strings.Trim(string(quoted), `"`))
		}
	}
	return b.String(), nil
}

// concatWith is CONCAT_WS(separator, text, …): NULLs are left out.
func concatWith(args []any) (any, error) {
	var parts []string
	for _, a := range args[1:] {
		if a != nil {
			parts = append(parts, text(a))
		}
	}
	size := 0
	for _, p := range parts {
		size += len(p) + len(text(args[0]))
	}
	if size > longest {
		return nil, tooLong()
	}
	return strings.Join(parts, text(args[0])), nil
}

// patIndex is PATINDEX(pattern, text): the place from 1 where the pattern first matches, or 0.
func patIndex(args []any) (any, error) {
	source, pattern := folded(text(args[1])), compile([]rune(text(args[0])), nil)
	if len(pattern) == 0 || !pattern[0].any { // anchored at the beginning
		if match(source, pattern) {
			return int64(1), nil
		}
		return int64(0), nil
	}
	first := 1 // the characters up to the next %
	for first < len(pattern) && !pattern[first].any {
		first++
	}
	rest := pattern[first:]
	for i := 0; i+first-1 <= len(source); i++ {
		end := i + first - 1
		if !match(source[i:end], pattern[1:first]) || len(rest) == 0 && end < len(source) {
			continue
		}
		if !match(source[end:], rest) { // nor does it match in less of the text
			return int64(0), nil
		}
		return int64(i) + 1, nil
	}
	return int64(0), nil
}

// joined is text + text of (max), which is not cut.
func joined(args []any) (any, error) {
	l, r := text(args[0]), text(args[1])
	if len(l)+len(r) > longest {
		return nil, tooLong()
	}
	return l + r, nil
}
