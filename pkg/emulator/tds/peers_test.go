package tds

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
	"github.com/dataverse-tally/tally/pkg/internal/peers"
)

// passwordless accepts the user "reader" and refuses others as Dataverse refuses SQL logins.
func passwordless(session Session) Handler {
	return HandlerFunc(func(_ context.Context, login Login) (Session, error) {
		if login.UserName == "reader" {
			return session, nil
		}
		return nil, &Error{Number: 18456, Class: 14, Message: "Login failed: Request is not authenticated."}
	})
}

// run runs a program that must end by itself, and gives everything it said.
func run(t *testing.T, environment []string, input string, name string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(within(t), name, arguments...)
	command.Env = append(os.Environ(), append(environment, "LC_ALL=C.UTF-8")...) // the texts are more than Latin 1
	command.Stdin = strings.NewReader(input)
	output, err := command.CombinedOutput()
	require.NoError(t, within(t).Err())
	t.Logf("%s: %v", name, err)
	return string(output)
}

func TestFreeTDSReadsTheRefusal(t *testing.T) {
	tsql := peers.Require(t, "tsql", "freetds-bin")
	host, port, err := net.SplitHostPort(start(t, &Server{Handler: passwordless(one)}))
	require.NoError(t, err)
	for name, c := range map[string]struct{ version, want string }{
		"by itself": {"auto", "Login failed: Request is not authenticated."},
		"TDS 7.4":   {"7.4", "Login failed: Request is not authenticated."},
		"TDS 7.3":   {"7.3", "Login failed: Request is not authenticated."},
		"TDS 7.2":   {"7.2", "The client speaks a version of TDS that is too old; 7.3 and 7.4 are possible."},
		"TDS 7.1":   {"7.1", "The client speaks a version of TDS that is too old; 7.3 and 7.4 are possible."},
		"TDS 7.0":   {"7.0", "Encryption is required: the login came without PRELOGIN. Use a client of TDS 7.4 with encryption on."},
	} {
		t.Run(name, func(t *testing.T) {
			output := run(t, []string{"TDSVER=" + c.version}, "exit\n", tsql, "-H", host, "-p", port, "-U", "sa", "-P", "secret")
			assert.Contains(t, output, c.want)
		})
	}
}

func TestFreeTDSReadsRows(t *testing.T) {
	tsql := peers.Require(t, "tsql", "freetds-bin")
	host, port, err := net.SplitHostPort(start(t, &Server{Handler: passwordless(sessionFunc(allKinds))}))
	require.NoError(t, err)
	output := run(t, nil, "select all kinds\ngo\nexit\n", tsql, "-o", "q", "-t", "|", "-H", host, "-p", port, "-U", "reader", "-P", "")
	assert.Contains(t, output, "1|255|-32768|-2147483648|-9223372036854775808|0.5|-12.50|3.1400|Grüße|€|00112233-4455-6677-8899-AABBCCDDEEFF|")
	assert.Contains(t, output, "|Grüße, 世界")
	assert.Contains(t, output, "NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL")
}

// allKinds gives a row with a value of every kind, and one of NULLs.
func allKinds(_ context.Context, _ Request, w Writer) error {
	columns := []sqltype.Column{
		{Type: kind(sqltype.Bit)}, {Type: kind(sqltype.TinyInt)}, {Type: kind(sqltype.SmallInt)}, {Type: kind(sqltype.Int)},
		{Type: kind(sqltype.BigInt)}, {Type: kind(sqltype.Float)}, {Type: decimalType(10, 2)}, {Type: kind(sqltype.Money)},
		{Type: text(sqltype.NVarChar, 10)}, {Type: text(sqltype.VarChar, 10)}, {Type: kind(sqltype.UniqueIdentifier)},
		{Type: kind(sqltype.DateTime)}, {Type: scaled(sqltype.DateTime2, 3)}, {Type: scaled(sqltype.DateTimeOffset, 7)},
		{Type: kind(sqltype.Date)}, {Type: text(sqltype.NVarChar, sqltype.Max)},
	}
	for i := range columns {
		columns[i].Name, columns[i].Nullable = columns[i].Type.String(), true
	}
	if err := w.Columns(columns); err != nil {
		return err
	}
	if err := w.Row([]any{
		true, int64(255), int64(-32768), int64(-2147483648), int64(-9223372036854775808), 0.5, "-12.5", "3.14", "Grüße", "€", id,
		noon, noon, noon, noon, longText,
	}); err != nil {
		return err
	}
	return w.Row(make([]any, len(columns)))
}

const pytdsProgram = `
import sys
try:
    import pytds
except ImportError:
    sys.exit("pytds is not installed")
host, port, ca = sys.argv[1], int(sys.argv[2]), sys.argv[3]
try:
    pytds.connect(server=host, port=port, user="sa", password="secret", cafile=ca, validate_host=False, enc_login_only=False)
except pytds.tds_base.Error as e:
    print("refused:", e)
with pytds.connect(server=host, port=port, user="reader", password="", cafile=ca, validate_host=False, enc_login_only=False, autocommit=True) as connection:
    with connection.cursor() as cursor:
        cursor.execute("select %s, %s", ("Grüße", 7))
        for row in cursor:
            print("row:", row)
        cursor.callproc("sp_who", ())
`

func TestPytdsReadsRefusalAndRows(t *testing.T) {
	python := peers.Require(t, "python3", "python3-tds")
	if _, err := os.Stat("/usr/bin/python3"); err == nil {
		python = "/usr/bin/python3" // the one that Debian's modules are for
	}
	address := start(t, &Server{Handler: passwordless(sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		if len(r.Params) == 0 {
			return nil // SET statements of the client
		}
		return echo(ctx, r, w)
	}))})
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	output := run(t, nil, pytdsProgram, python, "-", "localhost", port, authority(t))
	if strings.Contains(output, "pytds is not installed") {
		peers.Require(t, "pytds", "python3-tds")
	}
	assert.Contains(t, output, "refused: Login failed: Request is not authenticated.")
	assert.Contains(t, output, "row: ('Grüße', 7)")
	assert.Contains(t, output, "Could not find stored procedure 'sp_who'.")
}

// Wireshark knows the protocol from its own reading of the specification; FEDAUTHINFO it does not know.
func TestWiresharkFindsNothingMalformed(t *testing.T) {
	tshark := peers.Require(t, "tshark", "tshark")
	client := &tap{}
	server := &Server{STSURL: "https://sts/tenant/oauth2/authorize", SPN: "https://org/", Handler: sessionFunc(func(ctx context.Context, r Request, w Writer) error {
		if strings.Contains(r.Text, "kinds") {
			return allKinds(ctx, r, w)
		}
		return echo(ctx, r, w)
	})}
	c := dialPlain(t, server)
	client.Conn, c.conn = c.conn, client
	c.loginADAL()
	c.batch("select all kinds")
	c.tokens()
	c.send(wire.PacketRPC, call(t, "@p1 nvarchar(max)", wire.Parameter{
		Type: wire.TypeInfo{ID: wire.TypeNVarChar, Size: wire.PLPSize, Collation: wire.DefaultCollation}, Value: "Grüße"}))
	c.tokens()
	c.batch("select error")
	c.tokens()
	c.attention()
	c.tokens()

	capture := filepath.Join(t.TempDir(), "session.pcap")
	require.NoError(t, os.WriteFile(capture, pcap(client.log), 0o600))
	output := run(t, nil, "", tshark, "-r", capture, "-d", "tcp.port==1433,tds", "-O", "tds")
	for _, want := range []string{"Token - FeatureExtAct", "Token - DoneInProc", "Token - ReturnStatus", "Token - DoneProc", "Token - LoginAck", "Token - EnvChange", "Token - ColumnMetaData", "Token - Row", "Token - Error", "Token - Done", "Attention"} {
		assert.Contains(t, output, want)
	}
	assert.NotContains(t, strings.ToLower(output), "malformed")
	assert.NotContains(t, strings.ToLower(output), "unknown token")
	if t.Failed() {
		t.Log(output)
	}
}

// loginADAL logs in as a client does that has to be told where to get its token.
func (c *plainClient) loginADAL() {
	c.t.Helper()
	feature := wire.FedAuth{Library: wire.FedAuthADAL, Workflow: 1}
	login := wire.Login7{Version: wire.Version74, OptionFlags3: 0x10, Features: []wire.Feature{{ID: wire.FeatureFedAuth, Data: feature.Encode(nil)}}}
	body, err := login.Encode(nil)
	require.NoError(c.t, err)
	c.send(wire.PacketLogin7, body)
	requireType[*wire.FedAuthInfo](c.t, c.tokens())
	c.send(wire.PacketFedAuthToken, (&wire.FedAuthToken{Token: "token"}).Encode(nil))
	requireType[*wire.LoginAck](c.t, c.tokens())
}

// pcap is a capture file of a TCP connection, made of what passed on the client's side.
func pcap(log []sent) []byte {
	var file bytes.Buffer
	le := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&file, binary.LittleEndian, v)
		}
	}
	le(uint32(0xA1B2C3D4), uint16(2), uint16(4), int32(0), uint32(0), uint32(1<<18), uint32(101)) // raw IP
	sequence := map[bool]uint32{true: 1, false: 1}                                                // by read
	for i, s := range log {
		for data := s.data; len(data) > 0; {
			part := data[:min(len(data), 1400)]
			data = data[len(part):]
			from, to := uint16(40000), uint16(1433)
			if s.read {
				from, to = to, from
			}
			le(uint32(i), uint32(0), uint32(40+len(part)), uint32(40+len(part)))
			ip := []byte{0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1}
			binary.BigEndian.PutUint16(ip[2:], uint16(40+len(part)))
			tcp := make([]byte, 20)
			binary.BigEndian.PutUint16(tcp, from)
			binary.BigEndian.PutUint16(tcp[2:], to)
			binary.BigEndian.PutUint32(tcp[4:], sequence[s.read])
			binary.BigEndian.PutUint32(tcp[8:], sequence[!s.read])
			tcp[12], tcp[13] = 5<<4, 0x18
			binary.BigEndian.PutUint16(tcp[14:], 65535)
			sequence[s.read] += uint32(len(part))
			file.Write(ip)
			file.Write(tcp)
			file.Write(part)
		}
	}
	return file.Bytes()
}
