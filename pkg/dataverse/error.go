package dataverse

import (
	"log/slog"
	"regexp"
	"strings"
	"unicode"
)

// Error is every error of this package.
type Error struct {
	Class     Class
	Message   string // what happened, without secrets, request id and time
	Hint      string // what to do next; may be empty
	RequestID string // for Microsoft's support and the log; never a metric label
	Number    int32  // of the server's error; 0 where the server said nothing
	Tenant    string // the tenant that the environment belongs to, where a refusal named it
	Resource  string // the resource that a token is wanted for, where a refusal named it
	Err       error  // the cause, for the log and errors.Is; may be nil
}

// Error is the message and what to do.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Retryable reports whether the same statement may succeed later although nobody changed anything.
func (e *Error) Retryable() bool { return e.Class.Retryable() }

// LogValue is everything that helps support, and no secret.
func (e *Error) LogValue() slog.Value {
	attributes := []slog.Attr{slog.String("class", string(e.Class)), slog.String("message", e.Message)}
	if e.RequestID != "" {
		attributes = append(attributes, slog.String("request_id", e.RequestID))
	}
	if e.Number != 0 {
		attributes = append(attributes, slog.Int("number", int(e.Number)))
	}
	return slog.GroupValue(attributes...)
}

// newError makes an error of a class with the class's own sentence, a detail and the class's next step.
func newError(class Class, detail string, cause error) *Error {
	message := class.Sentence()
	if detail != "" {
		message += ": " + detail
	}
	return &Error{Class: class, Message: message, Hint: class.NextStep(), Err: cause}
}

// maxDetail bounds how much of a foreign text goes into a message.
const maxDetail = 600

// tokenLike finds what looks like a JSON Web Token, so that a text that repeats one can be shown.
var tokenLike = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*){1,4}`)

// clean makes a foreign text fit for a message: one line, nothing invisible, no token, bounded.
func clean(text string) string {
	return shorten(tokenLike.ReplaceAllString(oneLine(text), redacted), maxDetail)
}

// oneLine turns what is not visible into single blanks.
func oneLine(text string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(visible), " ")
}

// shorten cuts a text after a number of characters.
func shorten(text string, characters int) string {
	count := 0
	for i := range text {
		if count == characters {
			return text[:i] + "…"
		}
		count++
	}
	return text
}
