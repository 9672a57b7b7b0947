package emulator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnEmulatorThatIsStartedAgainTakesItsTokens(t *testing.T) {
	authority, err := NewAuthority()
	require.NoError(t, err)
	key, err := authority.KeyPEM()
	require.NoError(t, err)
	again, err := ParseAuthority(authority.CertificatePEM(), key)
	require.NoError(t, err)

	before, err := authority.tokenKey()
	require.NoError(t, err)
	after, err := again.tokenKey()
	require.NoError(t, err)
	assert.Equal(t, before, after)

	other, err := NewAuthority()
	require.NoError(t, err)
	stranger, err := other.tokenKey()
	require.NoError(t, err)
	assert.NotEqual(t, before, stranger)
}
