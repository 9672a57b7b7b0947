package spelling

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestClosestFindsTheNameThatWasMeant(t *testing.T) {
	names := []string{"total", "escalated", "escalation_rate", "escalation_queue", "groupBy", "2"}
	for word, want := range map[string]string{
		"totl":           "total",
		"toatl":          "total",
		"Total":          "total",
		"groupby":        "groupBy",
		"escalationrate": "escalation_rate",
		"escalate":       "escalated",
		"banana":         "",
		"":               "",
		"x":              "",
		"25":             "",
	} {
		got, ok := Closest(word, names)
		assert.Equal(t, want, got, word)
		assert.Equal(t, want != "", ok, word)
	}
	_, ok := Closest(strings.Repeat("a", 1000), []string{strings.Repeat("a", 1000)})
	assert.False(t, ok, "words of any length are not compared")
}

func TestDistanceIsSymmetricAndZeroOnlyForEqualWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-c]{0,8}`)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		assert.Equal(t, distance(a, b), distance(b, a))
		assert.Equal(t, a == b, distance(a, b) == 0)
		assert.LessOrEqual(t, distance(a, b), max(len(a), len(b)))
	})
}

func TestListReadsLikeASentence(t *testing.T) {
	assert.Equal(t, "nothing", List(nil, "or"))
	assert.Equal(t, "a", List([]string{"a"}, "or"))
	assert.Equal(t, "a or b", List([]string{"a", "b"}, "or"))
	assert.Equal(t, "a, b and c", List([]string{"a", "b", "c"}, "and"))
	many := strings.Split(strings.Repeat("x", 30), "")
	assert.Equal(t, strings.Repeat("x, ", 23)+"x and 6 more", List(many, "and"))
}

func TestQuoteCutsWhatIsTooLong(t *testing.T) {
	assert.Equal(t, `"a\nb"`, Quote("a\nb"))
	assert.Equal(t, `"`+strings.Repeat("é", 60)+`"`, Quote(strings.Repeat("é", 60)))
	assert.Equal(t, `"`+strings.Repeat("é", 60)+`"…`, Quote(strings.Repeat("é", 61)))
}
