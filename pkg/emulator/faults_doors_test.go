package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each fault comes in through four doors, with every setting that it takes: Go, a command line, the API and the page.
func TestEveryFaultComesInThroughEveryDoor(t *testing.T) {
	e := start(t, emulator.Options{ControlAddress: "127.0.0.1:0", Clock: func() time.Time { return march }})
	for _, text := range emulator.FaultNames() {
		name := emulator.FaultName(text)
		want := emulator.Fault{Name: name, Probability: 0.25, Count: 3, Duration: 10 * time.Minute, Delay: 2 * time.Second}
		if name.Stage() == "statement" {
			want.Containing = "FROM queue"
		}
		if name == emulator.FaultRedirect {
			want.Target = "192.0.2.7:1433"
		}
		doors := map[string]func(t *testing.T){
			"Go": func(t *testing.T) { _, err := e.Inject(want); require.NoError(t, err) },
			"command line": func(t *testing.T) {
				line := fmt.Sprintf("%s,probability=0.25,count=3,duration=10m,delay=2s", name)
				if want.Containing != "" {
					line += ",containing=" + want.Containing
				}
				if want.Target != "" {
					line += ",target=" + want.Target
				}
				fault, err := emulator.ParseFault(line)
				require.NoError(t, err)
				_, err = e.Inject(fault)
				require.NoError(t, err)
			},
			"API": func(t *testing.T) {
				fields := map[string]any{"name": name, "probability": 0.25, "count": 3, "duration": "10m", "delay": "2s"}
				if want.Containing != "" {
					fields["containing"] = want.Containing
				}
				if want.Target != "" {
					fields["target"] = want.Target
				}
				body, err := json.Marshal(fields)
				require.NoError(t, err)
				status, answer := ask(t, e, "POST", "/api/faults", string(body), asJSON)
				require.Equal(t, http.StatusCreated, status, answer)
			},
			"page": func(t *testing.T) {
				form := url.Values{"name": {text}, "probability": {"0.25"}, "count": {"3"}, "duration": {"10m"}, "delay": {"2s"},
					"containing": {want.Containing}, "target": {want.Target}}
				status, answer := ask(t, e, "POST", "/inject", form.Encode(), asForm)
				require.Equal(t, http.StatusSeeOther, status, answer)
			},
		}
		for door, enter := range doors {
			t.Run(text+" through "+door, func(t *testing.T) {
				e.ClearFaults()
				enter(t)
				active := e.Faults()
				require.Len(t, active, 1)
				assert.Equal(t, emulator.ActiveFault{Fault: want, ID: active[0].ID, Ends: march.Add(10 * time.Minute), Left: 3}, active[0])
			})
		}
	}
}
