package token

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/fault"
)

// Limits bound the work that a foreign text can cause.
type Limits struct {
	Bytes  int // of the text in UTF-8
	Tokens int
}

// Scan returns the tokens of text; the last one is End.
//
// It returns an error for an open quote (105), an open comment (113), an open bracket, a character that starts no
// token (102), a text that is not UTF-8, and a text beyond the limits.
func Scan(text string, limits Limits) ([]Token, error) {
	if len(text) > limits.Bytes {
		return nil, fault.TooLong(len(text), limits.Bytes)
	}
	s := scanner{text: text, line: 1, column: 1}
	tokens := make([]Token, 0, len(text)/5+8)
	for {
		t, err := s.next()
		if err != nil {
			return nil, err
		}
		if len(tokens) >= limits.Tokens {
			return nil, fault.TooManyTokens(t.Pos.Line, t.Pos.Column, limits.Tokens)
		}
		tokens = append(tokens, t)
		if t.Kind == End {
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

func (s *scanner) pos() Pos { return Pos{Line: s.line, Column: s.column} }

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
			return fault.OpenComment(start.Line, start.Column)
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

func (s *scanner) next() (Token, error) {
	if err := s.blank(); err != nil {
		return Token{}, err
	}
	pos, start := s.pos(), s.at
	r := s.peek(0)
	switch {
	case r == end:
		return Token{Kind: End, Pos: pos}, nil
	case r == '\'':
		return s.quoted(String, '\'', pos)
	case (r == 'N' || r == 'n') && s.peek(1) == '\'':
		s.take()
		return s.quoted(Unicode, '\'', pos)
	case r == '[':
		return s.quoted(Quoted, ']', pos)
	case r == '"':
		return s.quoted(Quoted, '"', pos)
	case r == '@':
		return s.variable(pos), nil
	case digit(r) || r == '.' && digit(s.peek(1)):
		return s.number(pos)
	case letter(r) || r == '#':
		for r = s.peek(0); part(r); r = s.peek(0) {
			s.take()
		}
		word := s.text[start:s.at]
		return Token{Kind: Word, Text: word, Upper: strings.ToUpper(word), Pos: pos}, nil
	}
	return s.symbol(pos)
}

func letter(r rune) bool { return r == '_' || unicode.IsLetter(r) }
func digit(r rune) bool  { return r >= '0' && r <= '9' }
func part(r rune) bool {
	return letter(r) || digit(r) || r == '@' || r == '$' || r == '#' || r != end && unicode.IsDigit(r)
}

// quoted reads a text or a name up to its closing quote; the closing quote doubled stands for itself.
func (s *scanner) quoted(kind Kind, close rune, pos Pos) (Token, error) {
	s.take()
	var text strings.Builder
	for {
		r := s.take()
		if r == end {
			return Token{}, fault.OpenQuote(pos.Line, pos.Column, text.String())
		}
		if r == close {
			if s.peek(0) != close {
				break
			}
			s.take()
		}
		if r == utf8.RuneError || r == 0 && kind == Quoted {
			return Token{}, fault.BadCharacter(pos.Line, pos.Column)
		}
		text.WriteRune(r)
	}
	if kind == Quoted && text.Len() == 0 {
		return Token{}, fault.EmptyName(pos.Line, pos.Column)
	}
	return Token{Kind: kind, Text: text.String(), Pos: pos}, nil
}

func (s *scanner) variable(pos Pos) Token {
	start, kind := s.at, Param
	s.take()
	if s.peek(0) == '@' {
		s.take()
		kind = System
	}
	for r := s.peek(0); part(r); r = s.peek(0) {
		s.take()
	}
	word := s.text[start:s.at]
	return Token{Kind: kind, Text: word, Upper: strings.ToUpper(word), Pos: pos}
}

func (s *scanner) number(pos Pos) (Token, error) {
	start, kind := s.at, Integer
	if s.peek(0) == '0' && (s.peek(1) == 'x' || s.peek(1) == 'X') {
		s.take()
		s.take()
		for r := s.peek(0); part(r); r = s.peek(0) {
			if !strings.ContainsRune("0123456789abcdefABCDEF", r) {
				return Token{}, fault.Near(pos.Line, pos.Column, s.text[start:s.at])
			}
			s.take()
		}
		return Token{Kind: Binary, Text: s.text[start:s.at], Pos: pos}, nil
	}
	for digit(s.peek(0)) {
		s.take()
	}
	if s.peek(0) == '.' {
		kind = Decimal
		s.take()
		for digit(s.peek(0)) {
			s.take()
		}
	}
	if r := s.peek(0); r == 'e' || r == 'E' {
		kind = Float
		s.take()
		if r = s.peek(0); r == '+' || r == '-' {
			s.take()
		}
		for digit(s.peek(0)) {
			s.take()
		}
	}
	if part(s.peek(0)) { // SQL Server reads 1a as 1 AS a; nobody means that
		return Token{}, fault.Near(pos.Line, pos.Column, s.text[start:s.at]+string(s.peek(0)))
	}
	return Token{Kind: kind, Text: s.text[start:s.at], Pos: pos}, nil
}

func (s *scanner) symbol(pos Pos) (Token, error) {
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
		return Token{}, fault.BadCharacter(pos.Line, pos.Column)
	case r == '{':
		return Token{}, fault.Refused(pos.Line, pos.Column, "An ODBC escape sequence")
	default:
		return Token{}, fault.Near(pos.Line, pos.Column, string(r))
	}
	return Token{Kind: Symbol, Text: s.text[start:s.at], Pos: pos}, nil
}
