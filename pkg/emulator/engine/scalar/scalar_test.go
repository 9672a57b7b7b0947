package scalar_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/scalar"
)

func TestTheCollationIsAnOrder(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("aAbBéÉßzZ _1İıſσς")))
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := text.Draw(t, "a"), text.Draw(t, "b"), text.Draw(t, "c")
		require.Equal(t, -scalar.Compare(a, b), scalar.Compare(b, a))
		if scalar.Compare(a, b) <= 0 && scalar.Compare(b, c) <= 0 {
			require.LessOrEqual(t, scalar.Compare(a, c), 0)
		}
		if scalar.Compare(a, b) == 0 {
			require.Equal(t, scalar.Compare(a, c), scalar.Compare(b, c))
		}
		require.Zero(t, scalar.Compare(a, a+"  "))
	})
}

func TestTheCollationIgnoresCaseAndTrailingBlanksOnly(t *testing.T) {
	for _, pair := range [][2]string{{"abc", "ABC"}, {"é", "É"}, {"a", "a   "}, {"", "  "}, {"σ", "ς"}} {
		assert.Zero(t, scalar.Compare(pair[0], pair[1]), pair)
	}
	for _, pair := range [][2]string{{"a", "b"}, {"a", "B"}, {"A", "b"}, {"a", "ab"}, {"", "a"}, {"e", "é"}, {"1", "a"}} {
		assert.Negative(t, scalar.Compare(pair[0], pair[1]), pair)
	}
	assert.NotZero(t, scalar.Compare(" a", "a"))
}

func TestLikePatterns(t *testing.T) {
	like := func(text, pattern, escape string) any {
		v, err := scalar.Functions["dv_like"].Call([]any{text, pattern, escape})
		require.NoError(t, err)
		return v
	}
	for _, tt := range []struct {
		text, pattern, escape string
		want                  int64
	}{
		{"abc", "abc", "", 1}, {"ABC", "abc", "", 1}, {"abc", "ab", "", 0}, {"abc", "a%", "", 1}, {"abc", "%c", "", 1}, {"abc", "%b%", "", 1},
		{"", "%", "", 1}, {"", "", "", 1}, {"a", "", "", 0}, {"a", "_", "", 1}, {"", "_", "", 0}, {"ab", "_", "", 0},
		{"b", "[a-c]", "", 1}, {"d", "[a-c]", "", 0}, {"d", "[^a-c]", "", 1}, {"b", "[^a-c]", "", 0}, {"-", "[a-]", "", 1}, {"]", "[]]", "", 0},
		{"[", "[[]", "", 1}, {"a", "[abc", "", 0}, {"%", "!%", "!", 1}, {"x", "!%", "!", 0}, {"a%b", "a[%]b", "", 1}, {"!", "!", "!", 1},
		{"a ", "a", "", 0}, {"a", "a ", "", 0}, {"aaab", "%a%b", "", 1}, {"mississippi", "%iss%ip%", "", 1},
	} {
		assert.Equal(t, tt.want, like(tt.text, tt.pattern, tt.escape), "%q LIKE %q ESCAPE %q", tt.text, tt.pattern, tt.escape)
	}
}

func TestALikePatternOfManyPercentsEndsSoon(t *testing.T) {
	_, err := scalar.Functions["dv_like"].Call([]any{strings.Repeat("a", 4000), strings.Repeat("%a", 400) + "%b", ""})
	assert.NoError(t, err)
}

func TestAnErrorComesThroughSQLite(t *testing.T) {
	f, ok := scalar.Thrown(fmt.Errorf("SQL logic error: %w (1)", scalar.Throw(8134, `Divide by "zero" {error}.`)))
	require.True(t, ok)
	assert.Equal(t, int32(8134), f.Number)
	assert.Equal(t, `Divide by "zero" {error}.`, f.Message)
	_, ok = scalar.Thrown(errors.New("dataverse error: {"))
	assert.False(t, ok)
	_, ok = scalar.Thrown(errors.New("disk full"))
	assert.False(t, ok)
}

// A precision below the scale is nothing that the checker asks for, and once was a panic.
func TestAPrecisionBelowItsScaleIsNoPanic(t *testing.T) {
	multiply, ok := scalar.Functions["dv_exact_mul"]
	require.True(t, ok)
	require.NotPanics(t, func() { _, _ = multiply.Answer([]any{int64(0), int64(0), int64(0), int64(1), int64(0)}) })
}

func TestFunctionsTakeAnyValueWithoutAPanic(t *testing.T) {
	value := rapid.SampledFrom([]any{
		nil, int64(0), int64(1), int64(-1), int64(1) << 62, -int64(1) << 63, 0.0, 0.5, -1e308, math.Inf(1), "", "x", "int", "money", "json", "2026-01-01",
		"%a%", "[", "N2", "#,##0.00;(0)", "yyyy-MM-dd", "%5.2d%s", "12.5", "$1,000", []byte{}, []byte("0123456789abcdef"), []byte{0x80}, []byte{0xC1, 2},
	})
	for name, f := range scalar.Functions {
		rapid.Check(t, func(t *rapid.T) {
			n := f.Args
			if n < 0 {
				n = rapid.IntRange(1, 5).Draw(t, "n")
			}
			args := make([]any, n)
			for i := range args {
				args[i] = value.Draw(t, name)
			}
			require.NotPanics(t, func() { _, _ = f.Answer(args) })
		})
	}
}
