package scalar

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Characters and their numbers. https://learn.microsoft.com/sql/t-sql/functions/string-functions-transact-sql

// windows1252 are the characters of code page 1252 from 0x80 to 0x9F, where it differs from Latin-1. The page leaves five
// open; they stand for themselves.
var windows1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

// character is CHAR(number): NULL outside of 0 to 255.
func character(args []any) (any, error) {
	n := whole(args[0])
	switch {
	case n < 0 || n > 255:
		return nil, nil
	case n >= 0x80 && n <= 0x9F:
		return string(windows1252[n-0x80]), nil
	}
	return string(rune(n)), nil
}

// ascii is ASCII(text): the number of its first character in code page 1252; of one that is not in it, that of a question
// mark. Nothing has the number NULL.
func ascii(args []any) (any, error) {
	r, size := utf8.DecodeRuneInString(text(args[0]))
	if size == 0 {
		return nil, nil
	}
	if i := slices.Index(windows1252, r); i >= 0 {
		return int64(0x80 + i), nil
	}
	if r > 255 {
		r = '?'
	}
	return int64(r), nil
}

// nationalCharacter is NCHAR(number): NULL outside of 0 to 65535. Half of a surrogate pair is no character.
func nationalCharacter(args []any) (any, error) {
	n := whole(args[0])
	if n < 0 || n > 0xFFFF {
		return nil, nil
	}
	if utf16.IsSurrogate(rune(n)) {
		return string(utf8.RuneError), nil
	}
	return string(rune(n)), nil
}

// unicodeNumber is UNICODE(text): of a character beyond U+FFFF the first half's.
func unicodeNumber(args []any) (any, error) {
	r, size := utf8.DecodeRuneInString(text(args[0]))
	if size == 0 {
		return nil, nil
	}
	if high, _ := utf16.EncodeRune(r); high != utf8.RuneError {
		r = high
	}
	return int64(r), nil
}

// soundexDigits are the digits of the letters A to Z; vowels, H, W and Y have none.
const soundexDigits = "01230120022455012623010202"

// soundex is SOUNDEX as SQL Server has had it since 2012: H and W do not part letters of one digit.
// https://learn.microsoft.com/sql/t-sql/functions/soundex-transact-sql
func soundex(args []any) (any, error) { return soundexOf(text(args[0])), nil }

func soundexOf(s string) string {
	s = strings.ToUpper(s)
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return "0000"
	}
	code, last := s[:1], soundexDigits[s[0]-'A']
	for i := 1; i < len(s) && len(code) < 4; i++ {
		if s[i] < 'A' || s[i] > 'Z' {
			break
		}
		digit := soundexDigits[s[i]-'A']
		if digit != '0' && digit != last {
			code += string(digit)
		}
		if s[i] != 'H' && s[i] != 'W' {
			last = digit
		}
	}
	return (code + "000")[:4]
}

// difference is DIFFERENCE(a, b): in how many places the codes of SOUNDEX agree.
func difference(args []any) (any, error) {
	a, b := soundexOf(text(args[0])), soundexOf(text(args[1]))
	n := int64(0)
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n, nil
}

// dataLength is the size of a text in bytes: dv_data_length(text, bytes of a character).
func dataLength(args []any) (any, error) {
	if whole(args[1]) == 1 {
		return int64(utf8.RuneCountInString(text(args[0]))), nil
	}
	return int64(2 * len(utf16.Encode([]rune(text(args[0]))))), nil
}
