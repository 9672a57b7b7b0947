package scalar

import (
	"math"
	"strconv"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
)

// FORMAT of numbers, by the rules of .NET for the culture en-US.
// https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings
// https://learn.microsoft.com/dotnet/standard/base-types/custom-numeric-format-strings

// formatNumber is dv_format_number(number, format, scale): scale is the number of digits that a decimal shows by itself,
// or -1 of a float. What the format cannot write is NULL.
func formatNumber(args []any) (any, error) {
	format, scale := text(args[1]), whole(args[2])
	n := exactly(args[0])
	if f, ok := args[0].(float64); ok { // .NET writes 15 digits of a double
		short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
		if err != nil || math.Abs(short) >= 1e38 {
			return nil, nil
		}
		if n, ok = exact.Parse(strconv.FormatFloat(short, 'f', -1, 64)); !ok {
			return nil, nil
		}
	}
	if format == "" {
		format = "G"
	}
	if len(format) > 200 {
		return nil, nil
	}
	s, ok := "", false
	if digits, standard := precision(format); standard {
		s, ok = standardNumber(n, format[0], digits, scale)
	} else {
		s, ok = customNumber(n, format)
	}
	if !ok {
		return nil, nil
	}
	return s, nil
}

// precision reads the digits of a standard format, -1 for none.
func precision(format string) (digits int, standard bool) {
	c := format[0] | 0x20
	if c < 'a' || c > 'z' || len(format) > 3 {
		return 0, false
	}
	if len(format) == 1 {
		return -1, true
	}
	digits, err := strconv.Atoi(format[1:])
	return digits, err == nil && digits >= 0
}

func standardNumber(n exact.Number, letter byte, digits int, scale int64) (string, bool) {
	or := func(otherwise int) int {
		if digits < 0 {
			return otherwise
		}
		return min(digits, 30)
	}
	sign := ""
	if n.Sign() < 0 {
		sign = "-"
	}
	absolute := n.Abs()
	switch letter {
	case 'C', 'c':
		s := "$" + thousands(absolute.Text(or(2)))
		if sign != "" {
			return "(" + s + ")", true
		}
		return s, true
	case 'N', 'n':
		return thousands(n.Text(or(2))), true
	case 'F', 'f':
		return n.Text(or(2)), true
	case 'P', 'p':
		return thousands(n.Mul(exact.Int(100)).Text(or(2))) + " %", true
	case 'D', 'd':
		if scale != 0 {
			return "", false
		}
		s := absolute.Text(0)
		return sign + strings.Repeat("0", max(or(0)-len(s), 0)) + s, true
	case 'X', 'x':
		return hexadecimal(n, letter, or(0), scale)
	case 'E', 'e':
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(n.Float64(), 'e', or(6), 64), "e")
		return mantissa + string(letter) + exponent[:1] + strings.Repeat("0", max(4-len(exponent), 0)) + exponent[1:], true
	case 'G', 'g', 'R', 'r':
		if digits > 0 {
			return strconv.FormatFloat(n.Float64(), 'g', min(digits, 15), 64), true
		}
		if scale < 0 {
			return shortest(n), true
		}
		return n.Text(int(scale)), true
	}
	return "", false
}

func hexadecimal(n exact.Number, letter byte, digits int, scale int64) (string, bool) {
	v, fits := n.Int64()
	if scale != 0 || !fits {
		return "", false
	}
	s := strconv.FormatUint(uint64(v), 16)
	if v < 0 && v >= math.MinInt32 {
		s = strconv.FormatUint(uint64(uint32(v)), 16)
	}
	if letter == 'X' {
		s = strings.ToUpper(s)
	}
	return strings.Repeat("0", max(digits-len(s), 0)) + s, true
}

// shortest is a number without zeros at its end.
func shortest(n exact.Number) string {
	s := n.Text(30)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// customNumber writes a number in a format of 0 # . , % and texts; sections are parted by semicolons. It knows no exponents.
func customNumber(n exact.Number, format string) (string, bool) {
	sections := splitSections(format)
	section, sign := sections[0], ""
	switch {
	case n.Sign() < 0 && len(sections) > 1 && sections[1] != "":
		section = sections[1]
	case n.Sign() < 0:
		sign = "-"
	case n.Sign() == 0 && len(sections) > 2:
		section = sections[2]
	}
	p, ok := readPicture(section)
	if !ok {
		return "", false
	}
	n = n.Abs()
	for range p.percent {
		n = n.Mul(exact.Int(100))
	}
	for range p.thousandths {
		n = n.Quo(exact.Int(1000), 30)
	}
	s := n.Text(p.after)
	if strings.Trim(s, "0.") == "" {
		sign = ""
	}
	return sign + p.write(s), true
}

// splitSections cuts a format at the semicolons that are not quoted.
func splitSections(format string) []string {
	var sections []string
	start, quote := 0, byte(0)
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '\\':
			i++
		case c == ';':
			sections, start = append(sections, format[start:i]), i+1
		}
	}
	return append(sections, format[start:])
}

// picture is a section of a custom format.
type picture struct {
	elements             []string // "0", "#", ".", or a text behind a blank
	before, after        int      // places for digits before and after the point
	zeros, last          int      // digits that are written at least, before the point, and after it
	grouped              bool
	percent, thousandths int
}

func readPicture(section string) (p picture, ok bool) {
	pointed, commas := false, 0
	for i := 0; i < len(section); i++ {
		switch c := section[i]; c {
		case '0', '#':
			if commas > 0 && !pointed {
				p.grouped = true
			}
			commas = 0
			p.elements = append(p.elements, string(c))
			switch {
			case pointed:
				if p.after++; c == '0' {
					p.last = p.after
				}
			default:
				if p.before++; c == '0' || p.zeros > 0 {
					p.zeros++
				}
			}
		case '.':
			if !pointed {
				p.thousandths, commas, pointed = commas, 0, true
				p.elements = append(p.elements, ".")
			}
		case ',':
			if p.before > 0 && !pointed {
				commas++
			}
		case '%':
			p.percent++
			p.elements = append(p.elements, " %")
		case '\'', '"':
			end := strings.IndexByte(section[i+1:], c)
			if end < 0 {
				return p, false
			}
			p.elements = append(p.elements, " "+section[i+1:i+1+end])
			i += end + 1
		case '\\':
			if i++; i == len(section) {
				return p, false
			}
			p.elements = append(p.elements, " "+section[i:i+1])
		case 'E', 'e':
			if i+1 < len(section) && strings.IndexByte("0+-", section[i+1]) >= 0 {
				return p, false
			}
			p.elements = append(p.elements, " "+string(c))
		default:
			p.elements = append(p.elements, " "+section[i:i+1])
		}
	}
	if !pointed {
		p.thousandths = commas
	}
	return p, true
}

// write puts the digits of a number into the picture.
func (p picture) write(s string) string {
	digits, fraction, _ := strings.Cut(s, ".")
	digits = strings.TrimLeft(digits, "0")
	digits = strings.Repeat("0", max(p.zeros-len(digits), 0)) + digits
	fraction = fraction[:max(len(strings.TrimRight(fraction, "0")), min(p.last, len(fraction)))]
	var b strings.Builder
	seen, pointed := 0, false
	put := func(n int) {
		for ; n > 0 && digits != ""; n-- {
			b.WriteByte(digits[0])
			if digits = digits[1:]; p.grouped && digits != "" && len(digits)%3 == 0 {
				b.WriteByte(',')
			}
		}
	}
	for _, e := range p.elements {
		switch {
		case e == ".":
			pointed = true
			if fraction != "" {
				b.WriteByte('.')
			}
		case e[0] == ' ':
			b.WriteString(e[1:])
		case pointed:
			if fraction != "" {
				b.WriteByte(fraction[0])
				fraction = fraction[1:]
			}
		default: // the digits that have no place of their own come with the first
			seen++
			put(len(digits) - (p.before - seen))
		}
	}
	return b.String()
}
