package scalar

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Compare orders two texts as the store's collation does: trailing blanks and case are ignored, accents are not.
//
// The rule stands for Latin1_General_CI_AS: letters are compared by their simple lower case of their simple upper case,
// all else by code point. Unlike SQL Server it knows no expansions (ß is not ss), no width and no kana.
func Compare(a, b string) int {
	a, b = strings.TrimRight(a, " "), strings.TrimRight(b, " ")
	for len(a) > 0 && len(b) > 0 {
		x, n := foldFirst(a)
		y, m := foldFirst(b)
		if x != y {
			if x < y {
				return -1
			}
			return 1
		}
		a, b = a[n:], b[m:]
	}
	switch {
	case len(a) > 0:
		return 1
	case len(b) > 0:
		return -1
	}
	return 0
}

// CompareBinary orders two texts as Latin1_General_100_BIN2_UTF8 does: by their bytes, of which trailing blanks do not
// count.
func CompareBinary(a, b string) int {
	return strings.Compare(strings.TrimRight(a, " "), strings.TrimRight(b, " "))
}

func foldFirst(s string) (rune, int) {
	if c := s[0]; c < utf8.RuneSelf {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return rune(c), 1
	}
	r, n := utf8.DecodeRuneInString(s)
	return fold(r), n
}

func fold(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

func upper(args []any) (any, error) { return strings.ToUpper(text(args[0])), nil }
func lower(args []any) (any, error) { return strings.ToLower(text(args[0])), nil }

// place is a place in a text or a length of one, far from where a sum of two overflows.
func place(v any) int64 { return min(max(whole(v), -1<<40), 1<<40) }

// substring is SUBSTRING(text, start, length): start may lie before the text and then uses up length.
func substring(args []any) (any, error) {
	runes, start, length := []rune(text(args[0])), place(args[1]), place(args[2])
	if length < 0 {
		return nil, throw(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.")
	}
	size := int64(len(runes))
	from := min(max(start-1, 0), size)
	to := min(max(start-1+length, from), size)
	return string(runes[from:to]), nil
}

func left(args []any) (any, error) {
	return substring([]any{args[0], int64(1), args[1]})
}

func right(args []any) (any, error) {
	runes, n := []rune(text(args[0])), place(args[1])
	if n < 0 {
		return nil, throw(536, "Invalid length parameter passed to the RIGHT function.")
	}
	return string(runes[max(int64(len(runes))-n, 0):]), nil
}

// replace is REPLACE under a collation that ignores case.
func replace(args []any) (any, error) {
	source, find, with := []rune(text(args[0])), folded(text(args[1])), text(args[2])
	if len(find) == 0 {
		return args[0], nil
	}
	var out strings.Builder
	for i := 0; i < len(source); {
		if matchesAt(source, find, i) {
			if out.WriteString(with); out.Len() > longest {
				return nil, tooLong()
			}
			i += len(find)
			continue
		}
		out.WriteRune(source[i])
		i++
	}
	return out.String(), nil
}

// charindex is CHARINDEX(find, source, start): the place from 1, or 0.
func charindex(args []any) (any, error) {
	find, source := folded(text(args[0])), []rune(text(args[1]))
	if len(find) == 0 {
		return int64(0), nil
	}
	for i := max(place(args[2])-1, 0); i+int64(len(find)) <= int64(len(source)); i++ {
		if matchesAt(source, find, int(i)) {
			return i + 1, nil
		}
	}
	return int64(0), nil
}

func folded(s string) []rune {
	runes := []rune(s)
	for i, r := range runes {
		runes[i] = fold(r)
	}
	return runes
}

func matchesAt(source, find []rune, at int) bool {
	if at+len(find) > len(source) {
		return false
	}
	for i, r := range find {
		if fold(source[at+i]) != r {
			return false
		}
	}
	return true
}
