package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func controlled(t *testing.T) *emulator.Emulator {
	t.Helper()
	return start(t, emulator.Options{ControlAddress: "127.0.0.1:0"})
}

// ask sends a request to the control page and returns status and body. Redirects are not followed.
func ask(t *testing.T, e *emulator.Emulator, method, path, body string, header map[string]string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(e.ControlURL(), "/")+path, strings.NewReader(body))
	require.NoError(t, err)
	for name, value := range header {
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(content)
}

var (
	asJSON = map[string]string{"Content-Type": "application/json"}
	asForm = map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
)

func TestFaultsAreInjectedListedAndClearedOverHTTP(t *testing.T) {
	e := controlled(t)
	db := open(t, e, static(e.Token(emulator.TokenOptions{})))
	status, body := ask(t, e, "POST", "/api/faults", `{"name":"slow","probability":0.5,"count":3,"duration":"10m","delay":"2s","containing":"nowhere"}`, asJSON)
	require.Equal(t, http.StatusCreated, status, body)
	var one map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &one))
	assert.NotEmpty(t, one["ends"])
	delete(one, "ends")
	assert.Equal(t, map[string]any{"id": 1.0, "name": "slow", "probability": 0.5, "count": 3.0, "duration": "10m0s", "delay": "2s",
		"containing": "nowhere", "left": 3.0, "met": 0.0}, one)
	status, body = ask(t, e, "POST", "/api/faults", `{"name":"timeout"}`, asJSON)
	require.Equal(t, http.StatusCreated, status, body)
	require.ErrorContains(t, queues(db), "timed out")

	var list struct {
		Active   []struct{ Name string }
		Known    []struct{ Name, Of, About string }
		Counters map[string]int
	}
	status, body = ask(t, e, "GET", "/api/faults", "", nil)
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, json.Unmarshal([]byte(body), &list))
	assert.Len(t, list.Active, 2)
	assert.Len(t, list.Known, len(emulator.FaultNames()))
	assert.Equal(t, 1, list.Counters["failed_statements"])

	status, _ = ask(t, e, "DELETE", "/api/faults/2", "", nil)
	assert.Equal(t, http.StatusNoContent, status)
	require.NoError(t, queues(db))
	status, body = ask(t, e, "DELETE", "/api/faults/2", "", nil)
	assert.Equal(t, http.StatusNotFound, status)
	assert.JSONEq(t, `{"error":"no fault 2 is in force"}`, body)
	status, _ = ask(t, e, "DELETE", "/api/faults", "", nil)
	assert.Equal(t, http.StatusNoContent, status)
	assert.Empty(t, e.Faults())
	_, body = ask(t, e, "GET", "/api/faults", "", nil)
	assert.Contains(t, body, `"active":[]`)
}

func TestTheControlPageWorksWithoutScripts(t *testing.T) {
	e := controlled(t)
	status, body := ask(t, e, "GET", "/", "", nil)
	require.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, "None: all goes well.")
	assert.NotContains(t, body, "<script")
	for _, name := range emulator.FaultNames() {
		assert.Contains(t, body, `<option value="`+name+`"`)
	}
	form := url.Values{"name": {"slow"}, "delay": {"2s"}, "containing": {`<b>"&`}, "probability": {"0.5"}, "count": {""}}
	status, _ = ask(t, e, "POST", "/inject", form.Encode(), asForm)
	require.Equal(t, http.StatusSeeOther, status)
	require.Len(t, e.Faults(), 1)
	assert.Equal(t, 2*time.Second, e.Faults()[0].Delay)
	_, body = ask(t, e, "GET", "/", "", nil)
	assert.Contains(t, body, "probability 0.5, delay 2s")
	assert.NotContains(t, body, "<b>", "what was typed is shown as text")

	status, body = ask(t, e, "POST", "/inject", url.Values{"name": {"slow"}, "count": {"many"}}.Encode(), asForm)
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, "count &#34;many&#34;: give a whole number")
	assert.Contains(t, body, `value="many"`, "what was typed is kept")
	assert.Contains(t, body, `<option value="slow" selected>`)

	status, _ = ask(t, e, "POST", "/remove", "id=1", asForm)
	assert.Equal(t, http.StatusSeeOther, status)
	assert.Empty(t, e.Faults())
	inject(t, e, emulator.Fault{Name: emulator.FaultCut})
	status, _ = ask(t, e, "POST", "/clear", "", asForm)
	assert.Equal(t, http.StatusSeeOther, status)
	assert.Empty(t, e.Faults())
	status, body = ask(t, e, "GET", "/style.css", "", nil)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, "font:")
}

func TestRequestsFromPagesOfOthersAreRefused(t *testing.T) {
	e := controlled(t)
	inject(t, e, emulator.Fault{Name: emulator.FaultCut})
	with := func(base map[string]string, more ...string) map[string]string {
		header := map[string]string{}
		for name, value := range base {
			header[name] = value
		}
		for i := 0; i < len(more); i += 2 {
			header[more[i]] = more[i+1]
		}
		return header
	}
	fault := `{"name":"cut"}`
	tests := map[string]struct {
		method, path, body string
		header             map[string]string
		status             int
	}{
		"a form of another site":       {"POST", "/inject", "name=cut", with(asForm, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
		"a form of another port":       {"POST", "/clear", "", with(asForm, "Sec-Fetch-Site", "same-site"), http.StatusForbidden},
		"an old browser":               {"POST", "/clear", "", with(asForm, "Origin", "https://example.com"), http.StatusForbidden},
		"a sandboxed page":             {"POST", "/remove", "id=1", with(asForm, "Origin", "null"), http.StatusForbidden},
		"JSON of another site":         {"POST", "/api/faults", fault, with(asJSON, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
		"deletion by another site":     {"DELETE", "/api/faults", "", with(nil, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
		"JSON in a form's type":        {"POST", "/api/faults", fault, with(nil, "Content-Type", "text/plain"), http.StatusUnsupportedMediaType},
		"a name that leads here":       {"GET", "/api/faults", "", with(nil, "Host", "rebound.example.com"), http.StatusMisdirectedRequest},
		"the same with a port":         {"POST", "/api/faults", fault, with(asJSON, "Host", "rebound.example.com:80"), http.StatusMisdirectedRequest},
		"an address of the network":    {"GET", "/", "", with(nil, "Host", "192.0.2.1"), http.StatusMisdirectedRequest},
		"a change by GET":              {"GET", "/clear", "", nil, http.StatusMethodNotAllowed},
		"its own page":                 {"POST", "/remove", "id=99", with(asForm, "Sec-Fetch-Site", "same-origin"), http.StatusSeeOther},
		"its own page, an old browser": {"POST", "/remove", "id=99", with(asForm, "Origin", strings.TrimSuffix(e.ControlURL(), "/")), http.StatusSeeOther},
		"a program":                    {"DELETE", "/api/faults/99", "", nil, http.StatusNotFound},
		"its own page by other names":  {"GET", "/", "", with(nil, "Host", "localhost"), http.StatusOK},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			status, _ := ask(t, e, test.method, test.path, test.body, test.header)
			assert.Equal(t, test.status, status)
			assert.Len(t, e.Faults(), 1, "nothing has changed")
		})
	}
}

func TestFaultsThatMakeNoSenseAreRefusedOverHTTP(t *testing.T) {
	e := controlled(t)
	tests := map[string]string{
		`{"name":"earthquake"}`:                  `fault \"earthquake\" is unknown`,
		`{"name":"cut","magnitude":8}`:           `unknown field \"magnitude\"`,
		`{"name":"cut","probability":2}`:         "give a number from 0 to 1",
		`{"name":"slow","delay":"soon"}`:         `delay \"soon\": give one such as 1m30s`,
		`{"name":"redirect","target":"nowhere"}`: "give host and port",
		`{"name":"login_cut","containing":"x"}`:  "containing is for faults of statements",
		`{"name":"cut"}{"name":"cut"}`:           "there is more after the fault",
		`[]`:                                     "is no fault",
		``:                                       "is no fault",
		`{"name":"` + strings.Repeat("x", 70_000) + `"}`: "request body too large",
	}
	for body, message := range tests {
		t.Run(message, func(t *testing.T) {
			status, answer := ask(t, e, "POST", "/api/faults", body, asJSON)
			assert.Contains(t, []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge}, status)
			assert.Contains(t, answer, message)
			assert.Empty(t, e.Faults())
		})
	}
}

func TestTheControlPageIsOffUnlessAskedForAndNeverRemote(t *testing.T) {
	assert.Empty(t, start(t, emulator.Options{}).ControlURL())
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "nonsense"} {
		_, err := emulator.Start(emulator.Options{ControlAddress: address, AllowRemote: true})
		assert.ErrorContains(t, err, "control address", address)
	}
}
