// Package scan cuts a T-SQL text into tokens.
//
// The rules are those of SQL Server with QUOTED_IDENTIFIER ON: "x" and [x] are names, 'x' is text, comments nest.
// https://learn.microsoft.com/sql/t-sql/language-elements/transact-sql-syntax-conventions-transact-sql
package scan

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/sqlerror"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// Limits bound the work that a foreign text can cause.
type Limits struct {
	Bytes  int // of the text in UTF-8
	Tokens int
}

// Tokens returns the tokens of text; the last one is End.
//
// It returns an error for an open quote (105), an open comment (113), an open bracket, a character that starts no
// token (102), a text that is not UTF-8, and a text beyond the limits.
func Tokens(text string, limits Limits) ([]token.Token, error) {
	if len(text) > limits.Bytes {
		return nil, sqlerror.TooLong(len(text), limits.Bytes)
	}
	s := scanner{text: text, line: 1, column: 1}
	tokens := make([]token.Token, 0, len(text)/5+8)
	for {
		t, err := s.next()
		if err != nil {
			return nil, err
		}
		if len(tokens) >= limits.Tokens {
			return nil, sqlerror.TooManyTokens(t.Pos, limits.Tokens)
		}
		tokens = append(tokens, t)
		if t.Kind == token.End {
			return tokens, nil
		}
	}
}

type scanner struct {
	text         string
	at           int
	line, column int
}

// end marks the end of the text. U+0000 within the text is refused as any character that starts no token.
const end rune = -1

func (s *scanner) peek(ahead int) rune {
	at := s.at
	for {
		if at >= len(s.text) {
			return end
		}
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if ahead == 0 {
			return r
		}
		at += size
		ahead--
	}
}

func (s *scanner) take() rune {
	if s.at >= len(s.text) {
		return end
	}
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	s.at += size
	if r == '\n' {
		s.line, s.column = s.line+1, 1
	} else {
		s.column++
	}
	return r
}

func (s *scanner) pos() token.Pos { return token.Pos{Line: s.line, Column: s.column} }

// blank skips white space and comments; comments nest, as in SQL Server.
func (s *scanner) blank() error {
	for {
		r := s.peek(0)
		switch {
		case r != end && (unicode.IsSpace(r) || r == '\ufeff'):
			s.take()
		case r == '-' && s.peek(1) == '-':
			for r = s.peek(0); r != end && r != '\n'; r = s.peek(0) {
				s.take()
			}
		case r == '/' && s.peek(1) == '*':
			if err := s.comment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (s *scanner) comment() error {
	start := s.pos()
	for depth := 0; ; {
		switch r := s.take(); {
		case r == end:
			return sqlerror.OpenComment(start)
		case r == '/' && s.peek(0) == '*':
			s.take()
			depth++
		case r == '*' && s.peek(0) == '/':
			s.take()
			if depth--; depth == 0 {
				return nil
			}
		}
	}
}

func (s *scanner) next() (token.Token, error) {
	if err := s.blank(); err != nil {
		return token.Token{}, err
	}
	pos, start := s.pos(), s.at
	r := s.peek(0)
	switch {
	case r == end:
		return token.Token{Kind: token.End, Pos: pos}, nil
	case r == '\'':
		return s.quoted(token.String, '\'', pos)
	case (r == 'N' || r == 'n') && s.peek(1) == '\'':
		s.take()
		return s.quoted(token.Unicode, '\'', pos)
	case r == '[':
		return s.quoted(token.Quoted, ']', pos)
	case r == '"':
		return s.quoted(token.Quoted, '"', pos)
	case r == '@':
		return s.variable(pos), nil
	case digit(r) || r == '.' && digit(s.peek(1)):
		return s.number(pos)
	case letter(r) || r == '#':
		for r = s.peek(0); part(r); r = s.peek(0) {
			s.take()
		}
		word := s.text[start:s.at]
		return token.Token{Kind: token.Word, Text: word, Upper: strings.ToUpper(word), Pos: pos}, nil
	}
	return s.symbol(pos)
}

func letter(r rune) bool { return r == '_' || unicode.IsLetter(r) }
func digit(r rune) bool  { return r >= '0' && r <= '9' }
func part(r rune) bool {
	return letter(r) || digit(r) || r == '@' || r == '$' || r == '#' || r != end && unicode.IsDigit(r)
}

// quoted reads a text or a name up to its closing quote; the closing quote doubled stands for itself.
func (s *scanner) quoted(kind token.Kind, close rune, pos token.Pos) (token.Token, error) {
	s.take()
	var text strings.Builder
	for {
		r := s.take()
		if r == end {
			return token.Token{}, sqlerror.OpenQuote(pos, text.String())
		}
		if r == close {
			if s.peek(0) != close {
				break
			}
			s.take()
		}
		if r == utf8.RuneError || r == 0 && kind == token.Quoted {
			return token.Token{}, sqlerror.BadCharacter(pos)
		}
		text.WriteRune(r)
	}
	if kind == token.Quoted && text.Len() == 0 {
		return token.Token{}, sqlerror.EmptyName(pos)
	}
	return token.Token{Kind: kind, Text: text.String(), Pos: pos}, nil
}

func (s *scanner) variable(pos token.Pos) token.Token {
	start, kind := s.at, token.Param
	s.take()
	if s.peek(0) == '@' {
		s.take()
		kind = token.System
	}
	for r := s.peek(0); part(r); r = s.peek(0) {
		s.take()
	}
	word := s.text[start:s.at]
	return token.Token{Kind: kind, Text: word, Upper: strings.ToUpper(word), Pos: pos}
}

func (s *scanner) number(pos token.Pos) (token.Token, error) {
	start, kind := s.at, token.Integer
	if s.peek(0) == '0' && (s.peek(1) == 'x' || s.peek(1) == 'X') {
		s.take()
		s.take()
		for r := s.peek(0); part(r); r = s.peek(0) {
			if !strings.ContainsRune("0123456789abcdefABCDEF", r) {
				return token.Token{}, sqlerror.Near(pos, s.text[start:s.at])
			}
			s.take()
		}
		return token.Token{Kind: token.Binary, Text: s.text[start:s.at], Pos: pos}, nil
	}
	for digit(s.peek(0)) {
		s.take()
	}
	if s.peek(0) == '.' {
		kind = token.Decimal
		s.take()
		for digit(s.peek(0)) {
			s.take()
		}
	}
	if r := s.peek(0); r == 'e' || r == 'E' {
		kind = token.Float
		s.take()
		if r = s.peek(0); r == '+' || r == '-' {
			s.take()
		}
		for digit(s.peek(0)) {
			s.take()
		}
	}
	if part(s.peek(0)) { // SQL Server reads 1a as 1 AS a; nobody means that
		return token.Token{}, sqlerror.Near(pos, s.text[start:s.at]+string(s.peek(0)))
	}
	return token.Token{Kind: kind, Text: s.text[start:s.at], Pos: pos}, nil
}

func (s *scanner) symbol(pos token.Pos) (token.Token, error) {
	start := s.at
	r := s.take()
	second := s.peek(0)
	switch {
	case strings.ContainsRune("(),.;+-*/%&|^~=", r):
	case r == '<' && (second == '=' || second == '>'), r == '>' && second == '=',
		r == '!' && (second == '=' || second == '<' || second == '>'):
		s.take()
	case r == '<', r == '>':
	case r == utf8.RuneError:
		return token.Token{}, sqlerror.BadCharacter(pos)
	case r == '{':
		return token.Token{}, sqlerror.Refused(pos, "An ODBC escape sequence")
	default:
		return token.Token{}, sqlerror.Near(pos, string(r))
	}
	return token.Token{Kind: token.Symbol, Text: s.text[start:s.at], Pos: pos}, nil
}
