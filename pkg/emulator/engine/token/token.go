// Package token has the tokens of T-SQL, and the places in a text at which they stand. Package scan finds them.
package token

import "strings"

// Kind says what a token is.
type Kind uint8

// The kinds of token.
const (
	End     Kind = iota // the end of the text
	Word                // a bare name or a keyword
	Quoted              // a name in brackets or double quotes; Text is the name itself
	Param               // @name, with its @
	System              // @@name, with its @@
	Integer             // digits
	Decimal             // digits with a point
	Float               // digits with an exponent
	Binary              // 0x…
	String              // 'text'; Text is the text itself
	Unicode             // N'text'; Text is the text itself
	Symbol              // an operator or a bracket: one of ( ) , . ; + - * / % & | ^ ~ = < > <= >= <> != !< !>
)

// Pos is a place in the text, counted from 1 in lines and characters.
type Pos struct {
	Line   int
	Column int
}

// Start is the place of what is wrong with a text or its parameters as a whole.
var Start = Pos{Line: 1, Column: 1}

// Token is one token with its place.
type Token struct {
	Kind  Kind
	Text  string // the meaning: a name without its quotes, a text without its quotes
	Upper string // Text in upper case, of words only: keywords are compared without case
	Pos   Pos
}

// Is reports whether the token is that keyword, given in upper case. A quoted name is never a keyword.
func (t Token) Is(keyword string) bool { return t.Kind == Word && t.Upper == keyword }

// Symbol reports whether the token is that symbol.
func (t Token) Symbol(symbol string) bool { return t.Kind == Symbol && t.Text == symbol }

// Words is a set of words that are given with blanks between them.
func Words(list string) map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		words[word] = true
	}
	return words
}
