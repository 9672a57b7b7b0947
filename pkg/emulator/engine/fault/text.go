package fault

// The errors of reading a text.

// Near says that the token there is out of place.
func Near(line, position int, found string) *Error {
	return checker(NumberSyntax, line, position, "Incorrect syntax near %s.", clip(found))
}

// UnexpectedEnd says that the text ended too early. This sentence has been seen on real environments.
func UnexpectedEnd(line, position int) *Error {
	return checker(NumberSyntax, line, position, "Unexpected end of file occurred.")
}

// OpenQuote says that a text or a quoted name is not closed.
func OpenQuote(line, position int, text string) *Error {
	return checker(105, line, position, "Unclosed quotation mark after the character string '%s'.", clip(text))
}

// OpenComment says that a comment is not closed.
func OpenComment(line, position int) *Error {
	return checker(113, line, position, "Missing end comment mark '*/'.")
}

// EmptyName says that a quoted name is empty.
func EmptyName(line, position int) *Error {
	return checker(1038, line, position, "An object or column name is missing or empty.")
}

// BadCharacter says that the text is not well-formed Unicode.
func BadCharacter(line, position int) *Error {
	return checker(NumberSyntax, line, position, "Incorrect syntax near an invalid character.")
}

// TooLong says that the text has more bytes than the engine reads.
func TooLong(bytes, limit int) *Error {
	return checker(8631, 1, 1, "The text of the statement has %d bytes, more than the %d allowed.", bytes, limit)
}

// TooManyTokens says that the text has more tokens than the engine reads.
func TooManyTokens(line, position, limit int) *Error {
	return checker(8631, line, position, "The statement has more than %d tokens.", limit)
}

// TooDeep says that brackets, operators or subqueries are nested too deeply.
func TooDeep(line, position int) *Error {
	return checker(191, line, position, "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries.")
}

// clip keeps messages short: they name a place, they do not repeat the statement.
func clip(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
