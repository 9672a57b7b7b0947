package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// The API of the control page:
//
//	GET    /api/faults       the faults in force, those there are, and the counters
//	POST   /api/faults       injects one; answers 201 with it
//	DELETE /api/faults       clears all; answers 204
//	DELETE /api/faults/{id}  removes one; answers 204, or 404 when it is over
//
// A refusal is {"error": "…"} with status 400, 404, 413 or 415.

// faultJSON is a fault to inject. Durations are Go's, for example 90s.
type faultJSON struct {
	Name        FaultName `json:"name"`
	Probability float64   `json:"probability,omitempty"`
	Count       int       `json:"count,omitempty"`
	Duration    string    `json:"duration,omitempty"`
	Containing  string    `json:"containing,omitempty"`
	Delay       string    `json:"delay,omitempty"`
	Target      string    `json:"target,omitempty"`
}

// activeJSON is a fault in force.
type activeJSON struct {
	ID int64 `json:"id"`
	faultJSON
	Ends *time.Time `json:"ends,omitempty"`
	Left *int       `json:"left,omitempty"`
	Met  int64      `json:"met"`
}

// kindJSON is a fault that there is.
type kindJSON struct {
	Name  FaultName `json:"name"`
	Of    string    `json:"of"`
	About string    `json:"about"`
}

func (f faultJSON) fault() (Fault, error) {
	fault := Fault{Name: f.Name, Probability: f.Probability, Count: f.Count, Containing: f.Containing, Target: f.Target}
	return fault, fault.setAll(map[string]string{"duration": f.Duration, "delay": f.Delay})
}

func toJSON(f ActiveFault) activeJSON {
	out := activeJSON{ID: f.ID, Met: f.Met, faultJSON: faultJSON{
		Name: f.Name, Probability: f.Probability, Count: f.Count, Containing: f.Containing, Target: f.Target}}
	if f.Duration > 0 {
		out.Duration, out.Ends = f.Duration.String(), &f.Ends
	}
	if f.Delay > 0 {
		out.Delay = f.Delay.String()
	}
	if f.Left >= 0 {
		out.Left = &f.Left
	}
	return out
}

func (c *control) list(w http.ResponseWriter, _ *http.Request) {
	active := []activeJSON{}
	for _, fault := range c.emulator.Faults() {
		active = append(active, toJSON(fault))
	}
	counters := c.emulator.Counters()
	respond(w, http.StatusOK, map[string]any{"active": active, "known": knownFaults(), "counters": map[string]int64{
		"logins": counters.Logins, "refused_logins": counters.RefusedLogins, "statements": counters.Statements,
		"failed_statements": counters.FailedStatements, "rows": counters.Rows}})
}

func knownFaults() []kindJSON {
	known := make([]kindJSON, 0, len(faultKinds))
	for _, text := range FaultNames() {
		name := FaultName(text)
		known = append(known, kindJSON{name, name.Stage(), name.About()})
	}
	return known
}

func (c *control) inject(w http.ResponseWriter, r *http.Request) {
	// A form of a foreign page cannot have this type, so it is one more thing that such a page cannot do.
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, errors.New("the body must be of type application/json"))
		return
	}
	var wanted faultJSON
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&wanted)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more after the fault")
		}
	}
	if err != nil {
		status := http.StatusBadRequest
		if large := new(http.MaxBytesError); errors.As(err, &large) {
			status = http.StatusRequestEntityTooLarge
		}
		refuse(w, status, fmt.Errorf("the body is no fault such as {\"name\": \"slow\", \"delay\": \"2s\"}: %w", err))
		return
	}
	fault, err := wanted.fault()
	if err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("fault %s: %w", wanted.Name, err))
		return
	}
	active, err := c.emulator.inject(fault)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	w.Header().Set("Location", "/api/faults/"+strconv.FormatInt(active.ID, 10))
	respond(w, http.StatusCreated, toJSON(active))
}

func (c *control) clear(w http.ResponseWriter, _ *http.Request) {
	c.emulator.ClearFaults()
	w.WriteHeader(http.StatusNoContent)
}

func (c *control) remove(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || !c.emulator.RemoveFault(id) {
		refuse(w, http.StatusNotFound, fmt.Errorf("no fault %s is in force", r.PathValue("id")))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func refuse(w http.ResponseWriter, status int, err error) {
	respond(w, status, map[string]string{"error": err.Error()})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}
