package emulator

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed control.html
var controlHTML string

//go:embed control.css
var controlCSS []byte

var controlTemplate = template.Must(template.New("control").Option("missingkey=zero").Parse(controlHTML))

// pageFault is a fault in force, as a line of the page.
type pageFault struct {
	ID                                int64
	Name, Settings, Left, Until, Past string
}

// pageData is what the page shows.
type pageData struct {
	Host, Address string
	Now           string
	Faults        []pageFault
	Known         []kindJSON
	Counters      Counters
	Error         string
	Form          map[string]string // what was typed, when it was refused
}

func (c *control) page(w http.ResponseWriter, _ *http.Request) {
	c.show(w, http.StatusOK, "", nil)
}

func (c *control) show(w http.ResponseWriter, status int, problem string, form map[string]string) {
	e := c.emulator
	data := pageData{Host: e.Host(), Address: e.Address(), Now: e.options.Clock().UTC().Format(time.DateTime),
		Known: knownFaults(), Counters: e.Counters(), Error: problem, Form: form}
	for _, f := range e.Faults() {
		data.Faults = append(data.Faults, line(f))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := controlTemplate.Execute(w, data); err != nil { // the client is gone
		e.options.Logger.Debug("The control page was not sent", "error", err)
	}
}

func line(f ActiveFault) pageFault {
	l := pageFault{ID: f.ID, Name: string(f.Name), Left: "no limit", Until: "it is removed", Past: strconv.FormatInt(f.Met, 10)}
	var settings []string
	if f.Probability < 1 {
		settings = append(settings, fmt.Sprintf("probability %g", f.Probability))
	}
	if f.Delay > 0 {
		settings = append(settings, "delay "+f.Delay.String())
	}
	if f.Containing != "" {
		settings = append(settings, "containing "+strconv.Quote(f.Containing))
	}
	if f.Target != "" {
		settings = append(settings, "to "+f.Target)
	}
	l.Settings = strings.Join(settings, ", ")
	if f.Left >= 0 {
		l.Left = strconv.Itoa(f.Left)
	}
	if !f.Ends.IsZero() {
		l.Until = f.Ends.UTC().Format(time.DateTime)
	}
	return l
}

func (c *control) pageInject(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		c.show(w, http.StatusBadRequest, "the form cannot be read: "+err.Error(), nil)
		return
	}
	form := map[string]string{"name": r.PostForm.Get("name")}
	for _, setting := range faultSettings {
		form[setting] = strings.TrimSpace(r.PostForm.Get(setting))
	}
	form["containing"] = r.PostForm.Get("containing") // blanks are part of it
	fault := Fault{Name: FaultName(form["name"])}
	err := fault.setAll(form)
	if err == nil {
		_, err = c.emulator.inject(fault)
	}
	if err != nil {
		c.show(w, http.StatusBadRequest, err.Error(), form)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (c *control) pageRemove(w http.ResponseWriter, r *http.Request) {
	if id, err := strconv.ParseInt(r.PostFormValue("id"), 10, 64); err == nil {
		c.emulator.RemoveFault(id) // one that is over is gone as well
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (c *control) pageClear(w http.ResponseWriter, r *http.Request) {
	c.emulator.ClearFaults()
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (c *control) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(controlCSS) // a client that is gone needs no answer
}
