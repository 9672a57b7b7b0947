package scalar

import (
	"fmt"
	"strings"
)

// formatMessage is FORMATMESSAGE(text, value, …): %d, %i, %u, %o, %x, %X and %s with flags, width and precision.
// https://learn.microsoft.com/sql/t-sql/functions/formatmessage-transact-sql
func formatMessage(args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	format, values := text(args[0]), args[1:]
	var b strings.Builder
	used := 0
	for i := 0; i < len(format) && b.Len() <= 2047; i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i+1 < len(format) && format[i+1] == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		verb, size, ok := readVerb(format[i:])
		if !ok {
			return nil, throw(2787, "Invalid format specification: '%s'.", clipped(format[i:]))
		}
		i += size - 1
		used++
		if used > len(values) || values[used-1] == nil {
			b.WriteString("(null)")
			continue
		}
		_, isText := values[used-1].(string)
		if isText != strings.HasSuffix(verb, "s") {
			return nil, throw(2786, "The data type of substitution parameter %d does not match the expected type of the format specification.", used)
		}
		value := values[used-1]
		if n, number := value.(int64); number && n < 0 && format[i] != 'd' && format[i] != 'i' {
			value = uint32(n)
		}
		fmt.Fprintf(&b, verb, value)
	}
	if runes := []rune(b.String()); len(runes) > 2047 {
		return string(runes[:2044]) + "...", nil
	}
	return b.String(), nil
}

func clipped(s string) string { return s[:min(len(s), 20)] }

// readVerb reads a format specification and says how many bytes it has; the verb is Go's.
func readVerb(s string) (verb string, size int, ok bool) {
	i := 1
	for i < len(s) && strings.IndexByte("-+0# ", s[i]) >= 0 {
		i++
	}
	digits := i
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	if i-digits > 5 || strings.Count(s[digits:i], ".") > 1 {
		return "", 0, false
	}
	shape := s[:i]
	for _, prefix := range []string{"I64", "h", "l"} {
		if strings.HasPrefix(s[i:], prefix) {
			i += len(prefix)
			break
		}
	}
	if i == len(s) {
		return "", 0, false
	}
	switch s[i] {
	case 'd', 'i', 'u':
		return shape + "d", i + 1, true
	case 'o', 'x', 'X', 's':
		return shape + string(s[i]), i + 1, true
	}
	return "", 0, false
}
