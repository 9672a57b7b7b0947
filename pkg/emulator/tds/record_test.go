package tds

import (
	"bytes"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/golang-sql/civil"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"github.com/dataverse-tally/tally/pkg/emulator/tds/wire"
)

var record = flag.Bool("record", false, "write what go-mssqldb sends to testdata/fuzz as seeds")

// tap keeps what passes a connection.
type tap struct {
	net.Conn
	mu  sync.Mutex
	log []sent
}

// sent is one piece of what passed. A tap does not know which side it is on: it says read or written.
type sent struct {
	read bool
	data []byte
}

func (c *tap) note(read bool, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.log = append(c.log, sent{read, bytes.Clone(data)})
}

func (c *tap) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.note(true, p[:n])
	return n, err
}

func (c *tap) Write(p []byte) (int, error) {
	c.note(false, p)
	return c.Conn.Write(p)
}

// received is everything that was read.
func (c *tap) received() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []byte
	for _, s := range c.log {
		if s.read {
			all = append(all, s.data...)
		}
	}
	return all
}

// traffic is what a real driver sends, before TLS and in TLS.
type traffic struct{ prelogin, session []byte }

// recordTraffic lets use talk to a server over one connection and gives what it sent.
func recordTraffic(t *testing.T, use func(t *testing.T, address string)) traffic {
	server := &Server{TLS: serverTLS(), Handler: echo, Logger: silentLog, STSURL: "https://sts/authorize", SPN: "https://org/"}
	server.init()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	outer, inner := &tap{}, &tap{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		outer.Conn, err = listener.Accept()
		if err != nil {
			return
		}
		c := server.newConn(outer)
		c.serve(func() error {
			err := c.handshake()
			inner.Conn = c.stream
			c.stream = inner
			return err
		})
	}()
	use(t, listener.Addr().String())
	<-done
	require.NoError(t, listener.Close())

	first, err := wire.NewMessageReader(bytes.NewReader(outer.received())).Next(func() int { return 1 << 20 })
	require.NoError(t, err)
	require.Equal(t, wire.PacketPrelogin, first.Type)
	return traffic{first.Body, anonymous(t, inner.received())}
}

// anonymous clears what LOGIN7 says about the machine: process number and network address.
func anonymous(t *testing.T, session []byte) []byte {
	require.Equal(t, wire.PacketLogin7, wire.PacketType(session[0]))
	clear(session[wire.HeaderSize+16 : wire.HeaderSize+20])
	clear(session[wire.HeaderSize+72 : wire.HeaderSize+78])
	return session
}

// scenarios are the uses of the driver that become seeds.
var scenarios = map[string]func(t *testing.T, address string){
	"batch": oneConnection(func(t *testing.T, db *sql.DB) {
		_, err := db.ExecContext(within(t), "select 1 as n")
		require.NoError(t, err)
	}),
	"pooled": oneConnection(func(t *testing.T, db *sql.DB) {
		for range 2 {
			require.NoError(t, db.PingContext(within(t)))
		}
	}),
	"error": oneConnection(func(t *testing.T, db *sql.DB) {
		_, err := db.ExecContext(within(t), "select error")
		require.Error(t, err)
	}),
	"transaction": oneConnection(func(t *testing.T, db *sql.DB) {
		_, err := db.BeginTx(within(t), nil)
		require.Error(t, err)
	}),
	"procedure": oneConnection(func(t *testing.T, db *sql.DB) {
		_, err := db.ExecContext(within(t), "sp_who", 1)
		require.Error(t, err)
	}),
	"parameters": oneConnection(func(t *testing.T, db *sql.DB) {
		_, err := db.ExecContext(within(t), "select all", int64(1), int32(2), uint8(3), true, 1.5, "text", mssql.VarChar("text"),
			mssql.NVarCharMax("long"), mssql.DateTime1(noon), noon, civil.DateOf(noon), civil.DateTimeOf(noon), wireID)
		require.NoError(t, err)
	}),
	"nulls": oneConnection(func(t *testing.T, db *sql.DB) {
		_, err := db.ExecContext(within(t), "select all", sql.NullInt64{}, sql.NullBool{}, sql.NullFloat64{}, sql.NullString{}, sql.NullTime{}, mssql.NullDate{})
		require.NoError(t, err)
	}),
	"long": oneConnection(func(t *testing.T, db *sql.DB) {
		_, err := db.ExecContext(within(t), "select "+strings.Repeat("x", 300))
		require.NoError(t, err)
	}, "packet size", "512"),
	"attention": oneConnection(func(t *testing.T, db *sql.DB) {
		rows, err := db.QueryContext(within(t), "select @p1", 1)
		require.NoError(t, err)
		require.NoError(t, rows.Close())
	}),
	"adal": func(t *testing.T, address string) {
		db := openADAL(t, address, func(context.Context, string, string) (string, error) { return "token", nil })
		require.NoError(t, db.PingContext(within(t)))
		require.NoError(t, db.Close())
	},
}

// oneConnection opens a database for a scenario.
func oneConnection(use func(t *testing.T, db *sql.DB), options ...string) func(t *testing.T, address string) {
	return func(t *testing.T, address string) {
		db := openToken(t, address, "header.payload.signature", options...)
		db.SetMaxOpenConns(1)
		use(t, db)
		require.NoError(t, db.Close())
	}
}

// The seeds are real traffic: each scenario still runs, and with -record becomes seeds of the fuzz targets.
func TestRecordedTraffic(t *testing.T) {
	for name, use := range scenarios {
		t.Run(name, func(t *testing.T) {
			sent := recordTraffic(t, use)
			var prelogin wire.Prelogin
			require.NoError(t, prelogin.Decode(sent.prelogin))
			seed(t, "testdata/fuzz/FuzzConnection", name, nil, sent.session)
			library := "token" // two kinds of logins are enough
			if name == "adal" {
				library = name
			}
			seed(t, fuzzLogin, "prelogin-"+library, number(0), sent.prelogin)
			reader := wire.NewMessageReader(bytes.NewReader(sent.session))
			for i := 0; ; i++ {
				message, err := reader.Next(func() int { return 1 << 20 })
				if err != nil {
					break
				}
				target, known := fuzzTargets[message.Type]
				label := fmt.Sprintf("%s-%d", name, i)
				if message.Type == wire.PacketLogin7 {
					label = "login7-" + library
				}
				if known {
					seed(t, target.directory, label, number(target.kind), message.Body)
				}
			}
		})
	}
}

// The fuzz targets of package wire, and the kinds by which they number their messages.
const (
	fuzzLogin   = "wire/testdata/fuzz/FuzzLogin"
	fuzzRequest = "wire/testdata/fuzz/FuzzRequest"
)

var fuzzTargets = map[wire.PacketType]struct {
	directory string
	kind      byte
}{
	wire.PacketLogin7:             {fuzzLogin, 1},
	wire.PacketFedAuthToken:       {fuzzLogin, 3},
	wire.PacketSQLBatch:           {fuzzRequest, 0},
	wire.PacketRPC:                {fuzzRequest, 1},
	wire.PacketTransactionManager: {fuzzRequest, 2},
}

func number(kind byte) *byte { return &kind }

// seed writes a seed, in the form that go test reads: the kind, if the target has kinds, and the bytes.
func seed(t *testing.T, directory, name string, kind *byte, data []byte) {
	if !*record {
		return
	}
	require.NoError(t, os.MkdirAll(directory, 0o755))
	text := "go test fuzz v1\n"
	if kind != nil {
		text += fmt.Sprintf("byte(%q)\n", rune(*kind))
	}
	text += fmt.Sprintf("[]byte(%q)\n", data)
	require.NoError(t, os.WriteFile(filepath.Join(directory, "go-mssqldb-"+name), []byte(text), 0o644))
}
