package exact_test

import (
	"bytes"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/exact"
)

func number(t testing.TB, text string) exact.Number {
	n, ok := exact.Parse(text)
	require.True(t, ok, text)
	return n
}

// decimals draws texts of decimals of up to 38 digits.
var decimals = rapid.Custom(func(t *rapid.T) string {
	sign := rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign")
	whole := rapid.StringMatching(`0|[1-9][0-9]{0,18}|[1-9]0{0,18}`).Draw(t, "whole")
	fraction := rapid.StringMatching(`(\.[0-9]{1,19}|\.0{1,18}[1-9])?`).Draw(t, "fraction")
	return sign + whole + fraction
})

func TestKeysHaveTheOrderOfTheNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := decimals.Draw(t, "a"), decimals.Draw(t, "b")
		x, ok := new(big.Rat).SetString(a)
		require.True(t, ok)
		y, ok := new(big.Rat).SetString(b)
		require.True(t, ok)
		m, _ := exact.Parse(a)
		n, _ := exact.Parse(b)
		require.Equal(t, x.Cmp(y), bytes.Compare(m.Key(), n.Key()), "%s %s", a, b)
	})
}

func TestAKeyGivesItsNumberBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := decimals.Draw(t, "text")
		n, ok := exact.Parse(text)
		require.True(t, ok)
		again, ok := exact.FromKey(n.Key())
		require.True(t, ok)
		require.Equal(t, n.Text(38), again.Text(38))
		require.Equal(t, n.Key(), again.Key())
	})
}

func TestArithmeticAgreesWithFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := decimals.Draw(t, "a"), decimals.Draw(t, "b")
		m, _ := exact.Parse(a)
		n, _ := exact.Parse(b)
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		same := func(want *big.Rat, got exact.Number) {
			t.Helper()
			r, ok := new(big.Rat).SetString(got.Text(76))
			require.True(t, ok)
			require.Zero(t, want.Cmp(r), "%s and %s: %s, not %s", a, b, got.Text(76), want)
		}
		same(new(big.Rat).Add(x, y), m.Add(n))
		same(new(big.Rat).Sub(x, y), m.Sub(n))
		same(new(big.Rat).Mul(x, y), m.Mul(n))
		if n.Sign() == 0 {
			return
		}
		q := m.Quo(n, 20)
		off := new(big.Rat).Sub(new(big.Rat).Quo(x, y), func() *big.Rat { r, _ := new(big.Rat).SetString(q.Text(20)); return r }())
		require.Negative(t, off.Abs(off).Cmp(big.NewRat(1, 1e10)))
		r := m.Rem(n)
		require.True(t, r.Sign() == 0 || r.Sign() == m.Sign())
		require.Negative(t, bytes.Compare(r.Abs().Key(), n.Abs().Key()))
	})
}

func TestRounding(t *testing.T) {
	for _, tt := range []struct {
		text                      string
		scale                     int
		rounded, truncated, text0 string
	}{
		{"2.5", 0, "3", "2", "3"}, {"-2.5", 0, "-3", "-2", "-3"}, {"2.4999", 0, "2", "2", "2"}, {"1.005", 2, "1.01", "1.00", "1"},
		{"-0.004", 2, "0.00", "0.00", "0"}, {"1250", -2, "1300", "1200", "1250"}, {"-1250", -2, "-1300", "-1200", "-1250"}, {"49", -2, "0", "0", "49"},
		{"7", 3, "7.000", "7.000", "7"}, {"99999999999999999999999999999999999999", 0, "99999999999999999999999999999999999999", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
	} {
		n := number(t, tt.text)
		assert.Equal(t, tt.rounded, n.Round(tt.scale).Text(max(tt.scale, 0)), tt.text)
		assert.Equal(t, tt.truncated, n.Truncate(tt.scale).Text(max(tt.scale, 0)), tt.text)
		assert.Equal(t, tt.text0, n.Text(0), tt.text)
	}
	assert.Equal(t, "-2", number(t, "-1.5").Floor().Text(0))
	assert.Equal(t, "-1", number(t, "-1.5").Ceiling().Text(0))
	assert.Equal(t, "-3", number(t, "-3").Floor().Text(0))
	assert.Equal(t, "2", number(t, "1.01").Ceiling().Text(0))
}

func TestOnlyPlainNotationIsRead(t *testing.T) {
	for _, text := range []string{"", "+", "-", ".", "-.", "1e3", "1,000", "1.2.3", "--1", "+-1", " 1", "0x1", "١", "NaN", strings.Repeat("9", 401)} {
		_, ok := exact.Parse(text)
		assert.False(t, ok, text)
	}
	for text, want := range map[string]string{".5": "0.50", "5.": "5.00", "+1": "1.00", "-0": "0.00", "007.10": "7.10"} {
		assert.Equal(t, want, number(t, text).Text(2), text)
	}
}

func TestFloatsHaveSeventeenDigits(t *testing.T) {
	for _, tt := range []struct {
		f    float64
		want string
	}{{0.1, "0.10000000000000001000"}, {1e20, "100000000000000000000.00000000000000000000"}, {-2.5, "-2.50000000000000000000"}, {1e-70, "0.00000000000000000000"}} {
		n, ok := exact.Float(tt.f)
		require.True(t, ok)
		assert.Equal(t, tt.want, n.Text(20), tt.f)
	}
	_, ok := exact.Float(1e61)
	assert.False(t, ok)
	assert.Equal(t, 12.34, number(t, "12.34").Float64())
}

func FuzzKey(f *testing.F) {
	for _, text := range []string{"0", "1", "-1", "12.34", "-0.001", "99999999999999999999999999999999999999"} {
		f.Add(number(f, text).Key())
	}
	f.Add([]byte{})
	f.Add([]byte{0x80, 0})
	f.Fuzz(func(t *testing.T, key []byte) {
		n, ok := exact.FromKey(key)
		if !ok {
			return
		}
		require.Equal(t, key, n.Key())
	})
}
