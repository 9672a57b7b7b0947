package config

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dataverse-tally/tally/pkg/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

func flagsOf(t testing.TB, args ...string) *Flags {
	t.Helper()
	app := kingpin.New("test", "").UsageWriter(io.Discard).ErrorWriter(io.Discard).Terminate(nil)
	f := AddFlags(app)
	_, err := app.Parse(args)
	require.NoError(t, err)
	return f
}

// only loads the one environment that the flags describe.
func only(t *testing.T, args ...string) Environment {
	t.Helper()
	environments, err := flagsOf(t, args...).Load()
	require.NoError(t, err)
	require.Len(t, environments, 1)
	return environments[0]
}

func fileOf(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

const address = "--dataverse.address=https://contoso.crm4.dynamics.com"

func TestWhatIsMissingOrWrongIsNamedByItsSetting(t *testing.T) {
	secret, empty, ids := fileOf(t, "hush\n"), fileOf(t, " \n"), []string{"--dataverse.tenant-id=t", "--dataverse.client-id=c"}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no address":           {nil, "dataverse.address is missing: write the address of the environment, for example https://contoso.crm4.dynamics.com"},
		"no address of a copy": {[]string{"--dataverse.profile=fabric"}, "dataverse.address: the address is empty; copy the SQL connection string"},
		"another profile's":    {[]string{address, "--dataverse.profile=fabric", "--dataverse.database=d"}, "dataverse.address: \"contoso.crm4.dynamics.com\" is no address of a SQL analytics endpoint of Microsoft Fabric; choose the profile dataverse"},
		"no database":          {[]string{"--dataverse.address=contoso-ondemand.sql.azuresynapse.net", "--dataverse.profile=synapse"}, "dataverse.database is missing: Azure Synapse has several, write the name of the one with Dataverse's tables"},
		"no login":             {[]string{address}, "there is no way to log in: give dataverse.tenant-id"},
		"two logins":           {[]string{address, "--dataverse.access-token-file=" + secret, "--dataverse.client-secret-file=" + secret}, "keep one of"},
		"address":              {[]string{"--dataverse.address=https://evil.example", "--dataverse.access-token-file=" + secret}, "dataverse.address: "},
		"no tenant":            {[]string{address, "--dataverse.client-secret-file=" + secret}, "dataverse.tenant-id is missing"},
		"no client":            {[]string{address, "--dataverse.tenant-id=t", "--dataverse.client-secret-file=" + secret}, "dataverse.client-id is missing"},
		"no secret file":       {append(ids, address, "--dataverse.client-secret-file=/nowhere"), "dataverse.client-secret-file: open /nowhere"},
		"empty secret":         {append(ids, address, "--dataverse.client-secret-file="+empty), "is empty"},
		"no token file":        {[]string{address, "--dataverse.access-token-file=/nowhere"}, "dataverse.access-token-file: open /nowhere"},
		"empty token":          {[]string{address, "--dataverse.access-token-file=" + empty}, "is empty"},
		"no CA file":           {[]string{address, "--dataverse.access-token-file=" + secret, "--dataverse.ca-file=/nowhere"}, "dataverse.ca-file: open /nowhere"},
		"CA is no PEM":         {[]string{address, "--dataverse.access-token-file=" + secret, "--dataverse.ca-file=" + secret}, "holds no certificate in PEM form"},
		"foreign sign-in":      {append(ids, address, "--dataverse.client-secret-file="+secret, "--dataverse.authority=https://evil.example"), "evil.example"},
		"no definition":        {[]string{address, "--dataverse.access-token-file=" + secret, "--tally.definition=2019-01"}, `tally.definition: unknown definition "2019-01"`},
		"no time zone":         {[]string{address, "--dataverse.access-token-file=" + secret, "--tally.time-zone=Mars/Olympus"}, `tally.time-zone: unknown time zone "Mars/Olympus"`},
		"no dimension":         {[]string{address, "--dataverse.access-token-file=" + secret, "--query.by=queue", "--query.by=chanel"}, `query.by: unknown dimension "chanel"; did you mean channel?`},
		"interval too low":     {[]string{address, "--dataverse.access-token-file=" + secret, "--query.interval=1ms"}, "interval 1ms is too short"},
		"no such query":        {[]string{address, "--dataverse.access-token-file=" + secret, "--query.interval-of=last_year=1m"}, `there is no query "last_year"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := only(t, c.args...).Open("test", quiet)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "hush")
		})
	}
}

func TestEveryWayToLogInOpens(t *testing.T) {
	secret, ids := fileOf(t, "hush\n"), []string{address, "--dataverse.tenant-id=11111111-1111-1111-1111-111111111111", "--dataverse.client-id=c"}
	for name, c := range map[string]struct {
		args     []string
		variable string
	}{
		"secret from a file":             {append(ids, "--dataverse.client-secret-file="+secret), ""},
		"secret from the environment":    {ids, ClientSecretVariable},
		"secret from a variable's name":  {append(ids, "--dataverse.client-secret-variable=CONTOSO"), "CONTOSO"},
		"token from a file":              {[]string{address, "--dataverse.access-token-file=" + secret}, ""},
		"token from the environment":     {[]string{address}, AccessTokenVariable},
		"a file wins over a variable":    {[]string{address, "--dataverse.access-token-file=" + secret}, ClientSecretVariable},
		"the address without a scheme":   {[]string{"--dataverse.address=contoso.crm4.dynamics.com", "--dataverse.access-token-file=" + secret}, ""},
		"the address on this computer":   {[]string{"--dataverse.address=127.0.0.1:14330", "--dataverse.access-token-file=" + secret}, ""},
		"a name in the certificate too":  {[]string{address, "--dataverse.access-token-file=" + secret, "--dataverse.host-name-in-certificate=contoso.crm4.dynamics.com"}, ""},
		"no breakdowns":                  {[]string{address, "--dataverse.access-token-file=" + secret, "--query.by=none"}, ""},
		"a query with its own interval":  {[]string{address, "--dataverse.access-token-file=" + secret, "--query.interval-of=last_24h_by_bot=5m", "--query.interval-of=today=30s"}, ""},
		"other breakdowns than the norm": {[]string{address, "--dataverse.access-token-file=" + secret, "--query.by=workstream", "--query.by=hour_of_day"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.variable != "" {
				t.Setenv(c.variable, "hush")
			}
			_, closeClient, err := only(t, c.args...).Open("test", quiet)
			require.NoError(t, err)
			require.NoError(t, closeClient())
		})
	}
}

func TestATokenFileIsReadAnewAtEveryLogin(t *testing.T) {
	path := fileOf(t, "first\n")
	connection, err := only(t, address, "--dataverse.access-token-file="+path).Connect("test", quiet)
	require.NoError(t, err)
	defer func() { assert.NoError(t, connection.Close()) }()
	token, err := connection.Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "first", token)

	require.NoError(t, os.WriteFile(path, []byte("second"), 0o600))
	token, err = connection.Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "second", token)
}

func TestAReplacedSecretIsUsedWhenATokenIsRenewed(t *testing.T) {
	dv, err := emulator.Start(emulator.Options{})
	require.NoError(t, err)
	defer func() { assert.NoError(t, dv.Close()) }()
	credentials := dv.Credentials()
	ca, secret := fileOf(t, string(dv.CACertificate())), fileOf(t, "an old one")
	connection, err := only(t, "--dataverse.address="+dv.Address(), "--dataverse.authority="+dv.AuthorityHost(), "--dataverse.ca-file="+ca,
		"--dataverse.tenant-id="+credentials.TenantID, "--dataverse.client-id="+credentials.ClientID, "--dataverse.client-secret-file="+secret).Connect("test", quiet)
	require.NoError(t, err)
	defer func() { assert.NoError(t, connection.Close()) }()
	_, err = connection.Token(t.Context())
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "an old one")

	require.NoError(t, os.WriteFile(secret, []byte(credentials.ClientSecret+"\n"), 0o600))
	token, err := connection.Token(t.Context())
	require.NoError(t, err)
	assert.NotEmpty(t, token)

	require.NoError(t, os.Remove(secret))
	again, err := connection.Token(t.Context())
	require.NoError(t, err, "while the file is being replaced the secret goes on")
	assert.Equal(t, token, again)
}

func TestNoSettingTakesASecret(t *testing.T) {
	for _, s := range settings {
		secret := strings.Contains(s.name, "secret") || strings.Contains(s.name, "token") ||
			strings.Contains(s.name, "client-certificate") || strings.Contains(s.name, "password")
		named := strings.HasSuffix(s.name, "-file") || strings.HasSuffix(s.name, "-variable")
		assert.True(t, !secret || named, "%s would show a secret to everybody on the computer", s.name)
	}
}

func TestTheFingerprintChangesWithEverySettingAndWithTheCertificates(t *testing.T) {
	ca := fileOf(t, "not yet")
	base := only(t, address, "--dataverse.ca-file="+ca)
	first := base.Setting("test", quiet).Fingerprint
	assert.Equal(t, first, base.Setting("test", quiet).Fingerprint)
	other := base
	other.Intervals = map[string]time.Duration{"today": time.Second}
	assert.NotEqual(t, first, other.Setting("test", quiet).Fingerprint)

	authority, err := emulator.NewAuthority()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(ca, authority.CertificatePEM(), 0o600))
	assert.NotEqual(t, first, base.Setting("test", quiet).Fingerprint)
}
