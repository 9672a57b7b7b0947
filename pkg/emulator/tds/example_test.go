package tds_test

import (
	"context"
	"crypto/tls"
	"log"
	"net"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/dataverse-tally/tally/pkg/emulator/tds"
)

// greeter answers every statement with one row.
type greeter struct{ name string }

func (g greeter) Execute(_ context.Context, _ tds.Request, w tds.Writer) error {
	columns := []sqltype.Column{{Name: "greeting", Type: sqltype.Type{Kind: sqltype.NVarChar, Length: 100}}}
	if err := w.Columns(columns); err != nil {
		return err
	}
	return w.Row([]any{"hello, " + g.name})
}

func (greeter) Close() {}

// A server that knows one token.
func Example() {
	certificate, err := tls.LoadX509KeyPair("server.crt", "server.key")
	if err != nil {
		log.Fatal(err)
	}
	server := &tds.Server{
		TLS: &tls.Config{Certificates: []tls.Certificate{certificate}},
		Handler: tds.HandlerFunc(func(_ context.Context, login tds.Login) (tds.Session, error) {
			if login.Token != "open sesame" {
				return nil, &tds.Error{Number: 18456, Class: 14, Message: "Login failed."}
			}
			return greeter{login.AppName}, nil
		}),
	}
	listener, err := net.Listen("tcp", "localhost:1433")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(server.Serve(listener))
}
