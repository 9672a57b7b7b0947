package dataverse

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// withLiterals writes values into a statement in place of its parameters @p1, @p2, …. All else in the text stays as it
// is, and what stands in quotes, in brackets or in comments is no parameter. Errors are of ClassInvalid and name the
// parameter.
func withLiterals(text string, args []any) (string, error) {
	literals := make([]string, len(args))
	for i, arg := range args {
		written, err := literal(arg)
		if err != nil {
			return "", invalidCall("parameter @p%d: %v", i+1, err)
		}
		literals[i] = written
	}
	var out strings.Builder
	for len(text) > 0 {
		length := lexeme(text)
		word := text[:length]
		text = text[length:]
		if word[0] != '@' || strings.HasPrefix(word, "@@") {
			out.WriteString(word)
			continue
		}
		number, err := strconv.Atoi(strings.TrimPrefix(word, "@p"))
		if err != nil || word != "@p"+strconv.Itoa(number) || number < 1 || number > len(args) {
			return "", invalidCall("%s is none of the %d parameters @p1, @p2, …", shorten(clean(word), 40), len(args))
		}
		out.WriteString(literals[number-1])
	}
	return out.String(), nil
}

// lexeme is the length of what a T-SQL text begins with: a text or a name in quotes, a comment, a word with what can stand
// in one (a variable among them), or a single character.
func lexeme(text string) int {
	switch {
	case text[0] == '\'' || text[0] == '"':
		return quoted(text, text[0])
	case text[0] == '[':
		return quoted(text, ']')
	case strings.HasPrefix(text, "--"):
		if end := strings.IndexAny(text, "\r\n"); end >= 0 {
			return end
		}
		return len(text)
	case strings.HasPrefix(text, "/*"):
		return comment(text)
	}
	length := 0
	for length < len(text) {
		r, size := utf8.DecodeRuneInString(text[length:])
		if r != '@' && r != '$' && r != '#' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		length += size
	}
	if length == 0 {
		_, length = utf8.DecodeRuneInString(text)
	}
	return length
}

// quoted is the length of what ends with a quote, which stands for itself where it is doubled. Without an end it is all.
func quoted(text string, quote byte) int {
	for i := 1; i < len(text); i++ {
		if text[i] != quote {
			continue
		}
		if i+1 == len(text) || text[i+1] != quote {
			return i + 1
		}
		i++
	}
	return len(text)
}

// comment is the length of a comment, in which others can be nested.
func comment(text string) int {
	depth := 0
	for i := 0; i+1 < len(text); i++ {
		switch text[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(text)
}

// literal is the T-SQL expression for a value, of the type that a parameter would have.
//
// CAST and CONVERT are among the functions that the SQL endpoint supports ("How Dataverse SQL differs from Transact-SQL"),
// and style 126 is read alike whatever the language and the date format are ("CAST and CONVERT").
func literal(value any) (string, error) {
	switch value := value.(type) {
	case int64:
		// A bare number is an int or a decimal, and a negative one could make a comment of the sign before it.
		return "CAST(" + strconv.FormatInt(value, 10) + " AS bigint)", nil
	case string:
		return textLiteral(value)
	case time.Time:
		at, err := dateTime(value)
		if err != nil {
			return "", err
		}
		return "CONVERT(datetime, '" + at.Format("2006-01-02T15:04:05.000") + "', 126)", nil
	case uuid.UUID:
		return "CAST('" + value.String() + "' AS uniqueidentifier)", nil
	}
	return "", unsendable(value)
}

// textLiteral is an nvarchar. Control characters are refused: a backslash before the end of a line joins it with the next
// one, a NUL ends texts early in more than one program, and no value of a statement has any.
func textLiteral(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("the text is not valid UTF-8")
	}
	if at := strings.IndexFunc(text, unicode.IsControl); at >= 0 {
		return "", fmt.Errorf("the text has the control character %U, which cannot be written into a statement: leave it out, or send parameters", []rune(text[at:])[0])
	}
	return "N'" + strings.ReplaceAll(text, "'", "''") + "'", nil
}

// dateTime is the instant that a datetime can hold, a multiple of 1/300 s in UTC with its milliseconds as SQL Server rounds
// them.
func dateTime(t time.Time) (time.Time, error) {
	utc := t.UTC()
	ticks := (int64(utc.Nanosecond())*300 + int64(time.Second)/2) / int64(time.Second)
	utc = utc.Truncate(time.Second).Add(time.Duration((ticks*10+1)/3) * time.Millisecond)
	if utc.Before(minDateTime) || utc.After(maxDateTime) {
		return time.Time{}, fmt.Errorf("%s is outside the years 1753 to 9999", utc.Format(time.RFC3339))
	}
	return utc, nil
}

func unsendable(value any) error {
	return fmt.Errorf("the type %T cannot be sent: only int64, string, time.Time and uuid.UUID can", value)
}
