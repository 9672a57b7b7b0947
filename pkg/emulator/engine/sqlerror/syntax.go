package sqlerror

import "github.com/dataverse-tally/tally/pkg/emulator/engine/token"

// The errors of reading a text.

// Near says that the token there is out of place.
func Near(at token.Pos, found string) *Error {
	return checker(NumberSyntax, at, "Incorrect syntax near %s.", clip(found))
}

// UnexpectedEnd says that the text ended too early. This sentence has been seen on real environments.
func UnexpectedEnd(at token.Pos) *Error {
	return checker(NumberSyntax, at, "Unexpected end of file occurred.")
}

// OpenQuote says that a text or a quoted name is not closed.
func OpenQuote(at token.Pos, text string) *Error {
	return checker(105, at, "Unclosed quotation mark after the character string '%s'.", clip(text))
}

// OpenComment says that a comment is not closed.
func OpenComment(at token.Pos) *Error {
	return checker(113, at, "Missing end comment mark '*/'.")
}

// EmptyName says that a quoted name is empty.
func EmptyName(at token.Pos) *Error {
	return checker(1038, at, "An object or column name is missing or empty.")
}

// BadCharacter says that the text is not well-formed Unicode.
func BadCharacter(at token.Pos) *Error {
	return checker(NumberSyntax, at, "Incorrect syntax near an invalid character.")
}

// TooLong says that the text has more bytes than the engine reads.
func TooLong(bytes, limit int) *Error {
	return checker(8631, token.Start, "The text of the statement has %d bytes, more than the %d allowed.", bytes, limit)
}

// TooManyTokens says that the text has more tokens than the engine reads.
func TooManyTokens(at token.Pos, limit int) *Error {
	return checker(8631, at, "The statement has more than %d tokens.", limit)
}

// TooDeep says that brackets, operators or subqueries are nested too deeply.
func TooDeep(at token.Pos) *Error {
	return checker(191, at, "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries.")
}

// clip keeps messages short: they name a place, they do not repeat the statement.
func clip(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
