package scalar

// element is one part of a LIKE pattern: any run, any one character, one of a set, or a character itself.
type element struct {
	any    bool // %
	one    bool // _
	set    []span
	isSet  bool
	negate bool
	char   rune
}

type span struct{ low, high rune }

// like is text LIKE pattern ESCAPE escape, with SQL Server's wildcards % _ [a-c] [^a-c] and its collation; escape is ”
// for none. Trailing blanks count on both sides, as for nvarchar.
// https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql
func like(args []any) (any, error) {
	escape := []rune(text(args[2]))
	if len(escape) > 1 {
		return nil, throw(506, "The invalid escape character \"%s\" was specified in a LIKE predicate.", string(escape))
	}
	pattern := compile([]rune(text(args[1])), escape)
	if match(folded(text(args[0])), pattern) {
		return int64(1), nil
	}
	return int64(0), nil
}

func compile(p, escape []rune) []element {
	var out []element
	for i := 0; i < len(p); i++ {
		r := p[i]
		switch {
		case len(escape) == 1 && r == escape[0] && i+1 < len(p):
			i++
			out = append(out, element{char: fold(p[i])})
		case r == '%':
			if len(out) == 0 || !out[len(out)-1].any {
				out = append(out, element{any: true})
			}
		case r == '_':
			out = append(out, element{one: true})
		case r == '[':
			e, size := compileSet(p[i:], escape)
			out = append(out, e)
			i += size - 1
		default:
			out = append(out, element{char: fold(r)})
		}
	}
	return out
}

// compileSet reads a set that starts p and says how many characters it takes. A set that is not closed matches nothing.
func compileSet(p, escape []rune) (element, int) {
	e := element{isSet: true}
	i := 1
	if i < len(p) && p[i] == '^' {
		e.negate = true
		i++
	}
	take := func() rune {
		if len(escape) == 1 && p[i] == escape[0] && i+1 < len(p) {
			i++
		}
		r := fold(p[i])
		i++
		return r
	}
	for first := true; i < len(p); first = false {
		if p[i] == ']' && !first {
			return e, i + 1
		}
		if p[i] == ']' { // [] is a set of nothing
			return e, i + 1
		}
		low := take()
		high := low
		if i+1 < len(p) && p[i] == '-' && p[i+1] != ']' {
			i++
			high = take()
		}
		e.set = append(e.set, span{low, high})
	}
	return element{isSet: true}, len(p)
}

func (e element) matches(r rune) bool {
	switch {
	case e.one:
		return true
	case e.isSet:
		for _, s := range e.set {
			if s.low <= r && r <= s.high {
				return !e.negate
			}
		}
		return e.negate && len(e.set) > 0
	}
	return e.char == r
}

// match walks text and pattern side by side and goes back to the last % only, so its time is at most their product.
func match(s []rune, p []element) bool {
	i, j := 0, 0
	star, from := -1, 0
	for i < len(s) {
		switch {
		case j < len(p) && p[j].any:
			star, from = j, i
			j++
		case j < len(p) && p[j].matches(s[i]):
			i++
			j++
		case star >= 0:
			from++
			i, j = from, star+1
		default:
			return false
		}
	}
	for j < len(p) && p[j].any {
		j++
	}
	return j == len(p)
}
