package emulator_test

import (
	"context"
	"crypto/x509"
	"database/sql"
	"fmt"
	"log"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/dataverse-tally/tally/pkg/emulator/contactcenter"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// An emulator with ten days of generated conversations, and a driver that asks it for their number.
func Example() {
	data, err := contactcenter.Generate(contactcenter.GeneratorOptions{
		Seed: 1, To: time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC), Days: 10})
	if err != nil {
		log.Fatal(err)
	}
	e, err := emulator.Start(emulator.Options{Data: data})
	if err != nil {
		log.Fatal(err)
	}
	defer e.Close()

	config, err := msdsn.Parse("sqlserver://" + e.Address() + "?encrypt=true&hostNameInCertificate=" + e.Host())
	if err != nil {
		log.Fatal(err)
	}
	config.TLSConfig.RootCAs = x509.NewCertPool()
	config.TLSConfig.RootCAs.AppendCertsFromPEM(e.CACertificate())
	connector, err := mssql.NewSecurityTokenConnector(config, func(context.Context) (string, error) {
		return e.Token(emulator.TokenOptions{}), nil
	})
	if err != nil {
		log.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()

	var conversations int
	if err := db.QueryRow("SELECT COUNT(*) AS n FROM msdyn_ocliveworkitem").Scan(&conversations); err != nil {
		log.Fatal(err)
	}
	fmt.Println(conversations == len(data.Conversations))
	// Output: true
}

// A fault befalls the next statement, and the one after it goes well.
func ExampleEmulator_Inject() {
	e, err := emulator.Start(emulator.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer e.Close()
	remove, err := e.Inject(emulator.Fault{Name: emulator.FaultThrottleTime, Count: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer remove()
	for _, fault := range e.Faults() {
		fmt.Println(fault.Name, "is met", fault.Left, "more time")
	}
	// Output: throttle_time is met 1 more time
}
