package config

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

func parse(t *testing.T, args ...string) *Config {
	t.Helper()
	app := kingpin.New("test", "").UsageWriter(io.Discard).ErrorWriter(io.Discard).Terminate(nil)
	c := Flags(app)
	_, err := app.Parse(args)
	require.NoError(t, err)
	return c
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

const address = "--dataverse.address=https://contoso.crm4.dynamics.com"

func TestWhatIsMissingOrWrongIsNamedByItsFlag(t *testing.T) {
	secret, empty, ids := file(t, "hush\n"), file(t, " \n"), []string{"--dataverse.tenant-id=t", "--dataverse.client-id=c"}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no login":         {[]string{address}, "no way to log in"},
		"two logins":       {[]string{address, "--dataverse.access-token-file=" + secret, "--dataverse.client-secret-file=" + secret}, "keep one of"},
		"address":          {[]string{"--dataverse.address=https://evil.example", "--dataverse.access-token-file=" + secret}, "--dataverse.address: "},
		"no tenant":        {[]string{address, "--dataverse.client-secret-file=" + secret}, "--dataverse.tenant-id is missing"},
		"no client":        {[]string{address, "--dataverse.tenant-id=t", "--dataverse.client-secret-file=" + secret}, "--dataverse.client-id is missing"},
		"no secret file":   {append(ids, address, "--dataverse.client-secret-file=/nowhere"), "--dataverse.client-secret-file: open /nowhere"},
		"empty secret":     {append(ids, address, "--dataverse.client-secret-file="+empty), "is empty"},
		"no token file":    {[]string{address, "--dataverse.access-token-file=/nowhere"}, "--dataverse.access-token-file: open /nowhere"},
		"empty token":      {[]string{address, "--dataverse.access-token-file=" + empty}, "is empty"},
		"no CA file":       {[]string{address, "--dataverse.access-token-file=" + secret, "--dataverse.ca-file=/nowhere"}, "--dataverse.ca-file: open /nowhere"},
		"CA is no PEM":     {[]string{address, "--dataverse.access-token-file=" + secret, "--dataverse.ca-file=" + secret}, "PEM"},
		"foreign sign-in":  {append(ids, address, "--dataverse.client-secret-file="+secret, "--dataverse.authority=https://evil.example"), "evil.example"},
		"CA of the client": {append(ids, address, "--dataverse.client-secret-file="+secret, "--dataverse.ca-file="+secret), "--dataverse.ca-file: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, c.args...).Open("test", slog.New(slog.DiscardHandler))
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "hush")
		})
	}
}

func TestEveryWayToLogInOpens(t *testing.T) {
	secret, ids := file(t, "hush\n"), []string{address, "--dataverse.tenant-id=11111111-1111-1111-1111-111111111111", "--dataverse.client-id=c"}
	for name, c := range map[string]struct {
		args     []string
		variable string
	}{
		"secret from a file":            {append(ids, "--dataverse.client-secret-file="+secret), ""},
		"secret from the environment":   {ids, ClientSecretVariable},
		"token from a file":             {[]string{address, "--dataverse.access-token-file=" + secret}, ""},
		"token from the environment":    {[]string{address}, AccessTokenVariable},
		"the address without a scheme":  {[]string{"--dataverse.address=contoso.crm4.dynamics.com", "--dataverse.access-token-file=" + secret}, ""},
		"the address on this computer":  {[]string{"--dataverse.address=127.0.0.1:14330", "--dataverse.access-token-file=" + secret}, ""},
		"a name in the certificate too": {[]string{address, "--dataverse.access-token-file=" + secret, "--dataverse.host-name-in-certificate=contoso.crm4.dynamics.com"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.variable != "" {
				t.Setenv(c.variable, "hush")
			}
			client, err := parse(t, c.args...).Open("test", slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			require.NoError(t, client.Close())
		})
	}
}

func TestATokenFileIsReadAnewAtEveryLogin(t *testing.T) {
	path := file(t, "first\n")
	source, err := parse(t, address, "--dataverse.access-token-file="+path).token(dataverse.Address{}, nil)
	require.NoError(t, err)
	token, err := source(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "first", token)

	require.NoError(t, os.WriteFile(path, []byte("second"), 0o600))
	token, err = source(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "second", token)
}

func TestNoFlagTakesASecret(t *testing.T) {
	app := kingpin.New("test", "")
	Flags(app)
	for _, flag := range app.Model().Flags {
		secret := strings.Contains(flag.Name, "secret") || strings.Contains(flag.Name, "token")
		assert.True(t, !secret || strings.HasSuffix(flag.Name, "-file"), "%s would show a secret to everybody on the computer", flag.Name)
	}
}
