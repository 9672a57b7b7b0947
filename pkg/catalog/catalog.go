// Package catalog holds what Tally counts, as data: definitions with their rules, metrics, dimensions and windows,
// each with the page of Microsoft's documentation and the revision that it follows.
//
// The entries are YAML, embedded, and validated when they are loaded. A new metric, definition, dimension or
// window of a shape that exists is a new entry and needs no Go. docs/definitions.md explains the numbers.
package catalog

// Catalog is the loaded and validated content, in the order of its files. It is not changed after Load and is safe
// for concurrent use. Its JSON form is what a front end builds its forms from; columns and tables are not in it.
type Catalog struct {
	Pages       []Page       `json:"pages"`
	Definitions []Definition `json:"definitions"`
	Metrics     []Metric     `json:"metrics"`
	Dimensions  []Dimension  `json:"dimensions"`
	Windows     []Window     `json:"windows"`
	OptionSets  []OptionSet  `json:"optionSets"`
	Rules       []Rule       `json:"rules"`
}

// Page is a published page that entries follow.
type Page struct {
	ID    string `yaml:"id" json:"id"`
	Title string `yaml:"title" json:"title"`
	URL   string `yaml:"url" json:"url,omitempty"`
}

// Provenance says which page, in which revision, an entry follows.
type Provenance struct {
	Page     string `yaml:"page" json:"page"`         // ID of a Page
	Revision string `yaml:"revision" json:"revision"` // date of the page's revision, YYYY-MM-DD
	Note     string `yaml:"note" json:"note,omitempty"`
}

// Counts are the three numbers that every statement returns for a cell, all of them distinct conversations.
type Counts struct {
	Total      int64 `json:"total"`
	Escalated  int64 `json:"escalated"`
	InProgress int64 `json:"inProgress"` // of the deflected ones
}

// Metric is a number that can be asked for, derived from Counts.
type Metric struct {
	ID          string     `yaml:"id" json:"id"`
	Title       string     `yaml:"title" json:"title"`
	Description string     `yaml:"description" json:"description"`
	Unit        string     `yaml:"unit" json:"unit"` // Grafana unit id: locale, percentunit
	Shape       Shape      `yaml:"shape" json:"shape"`
	Source      Provenance `yaml:"source" json:"source"`
}

// Shape is how a metric comes from the counts: exactly one of its fields is set.
type Shape struct {
	Count      CountColumn `yaml:"count" json:"count,omitempty"`           // one of the counts as it is
	Difference *Operands   `yaml:"difference" json:"difference,omitempty"` // of minus by
	Ratio      *Operands   `yaml:"ratio" json:"ratio,omitempty"`           // of divided by by; no value when by is 0
}

// Operands are two metrics of a Shape, by id.
type Operands struct {
	Of string `yaml:"of" json:"of"`
	By string `yaml:"by" json:"by"`
}

// CountColumn names one of the Counts.
type CountColumn string

// The counts of a statement.
const (
	CountTotal      CountColumn = "total"
	CountEscalated  CountColumn = "escalated"
	CountInProgress CountColumn = "in_progress"
)

// View is one of Microsoft's two dashboards, which count by rules of their own.
type View string

// The views.
const (
	Historical View = "historical"
	RealTime   View = "realtime"
)

// Definition is a revision of Microsoft's rules: for each view, what is counted.
type Definition struct {
	ID          string         `yaml:"id" json:"id"`
	Title       string         `yaml:"title" json:"title"`
	Description string         `yaml:"description" json:"description"`
	Default     bool           `yaml:"default" json:"default,omitempty"`
	Views       map[View]Rules `yaml:"views" json:"views"`
	Source      Provenance     `yaml:"source" json:"source"`
}

// Rules are the settings that make a definition. docs/definitions.md tells what each of them means.
type Rules struct {
	EntityRecords     EntityRecords `yaml:"entity_records" json:"entityRecords"`
	SMS               SMS           `yaml:"sms" json:"sms"`
	Events            Events        `yaml:"events" json:"events"`
	EventTable        EventTable    `yaml:"event_table" json:"eventTable,omitempty"` // "" only where Events is ignore
	TimeAxis          TimeAxis      `yaml:"time_axis" json:"timeAxis"`
	ExternalTransfers Switch        `yaml:"external_transfers" json:"externalTransfers"`
	SurveyBots        SurveyBots    `yaml:"survey_bots" json:"surveyBots"`
}

// EntityRecords says what decides that a session is record routing work and not a conversation with a customer.
type EntityRecords string

// SMS says which sessions the SMS filter drops.
type SMS string

// Events says what a session's in-transit and hold events do to it.
type Events string

// EventTable is the table whose events the events rule reads.
type EventTable string

// TimeAxis is the time that must lie in the window.
type TimeAxis string

// Switch is on or off.
type Switch string

// SurveyBots says whether bots that only survey the customer after the conversation are counted.
type SurveyBots string

// The settings of the rules.
const (
	EntityRecordsSession    EntityRecords = "session"    // by the session's channel
	EntityRecordsWorkstream EntityRecords = "workstream" // by the stream source of the conversation's workstream

	SMSAll             SMS = "all"              // native SMS and channel instances are dropped
	SMSChannelInstance SMS = "channel_instance" // only channel instances are dropped
	SMSNone            SMS = "none"

	EventsRecords  Events = "records"  // such records are dropped, and a session that has no other record
	EventsIgnore   Events = "ignore"   // events never drop a session
	EventsSessions Events = "sessions" // a session with one such event is dropped

	ParticipantEvent EventTable = "participant_event" // msdyn_ocsessionparticipantevent
	SessionEvent     EventTable = "session_event"     // msdyn_sessionevent

	SessionCreated      TimeAxis = "session_created"      // msdyn_ocsession.msdyn_sessioncreatedon
	ConversationCreated TimeAxis = "conversation_created" // msdyn_ocliveworkitem.msdyn_createdon

	On  Switch = "on"
	Off Switch = "off"

	SurveyBotsInclude SurveyBots = "include"
	SurveyBotsExclude SurveyBots = "exclude"
)

// Rule describes one of the Rules and its settings to people.
type Rule struct {
	ID          string     `yaml:"id" json:"id"`
	Field       string     `yaml:"-" json:"field"` // its name in JSON, where a query overrides it
	Title       string     `yaml:"title" json:"title"`
	Description string     `yaml:"description" json:"description"`
	Settings    []Setting  `yaml:"settings" json:"settings"`
	Source      Provenance `yaml:"source" json:"source"`
}

// Setting is one of the settings of a Rule.
type Setting struct {
	ID          string `yaml:"id" json:"id"`
	Title       string `yaml:"title" json:"title"`
	Description string `yaml:"description" json:"description"`
}

// Dimension is something that counts can be grouped or filtered by.
type Dimension struct {
	ID          string        `yaml:"id" json:"id"`
	Title       string        `yaml:"title" json:"title"`
	Description string        `yaml:"description" json:"description"`
	Kind        DimensionKind `yaml:"kind" json:"kind"`
	Entity      Entity        `yaml:"entity" json:"-"`                  // KindChoice, KindLookup: the row that has the column
	Column      string        `yaml:"column" json:"-"`                  // KindChoice, KindLookup
	Options     string        `yaml:"options" json:"options,omitempty"` // ID of the OptionSet with the labels; KindChoice and fixed values
	Lookup      *Lookup       `yaml:"lookup" json:"-"`                  // where the labels of ids stand
	Source      Provenance    `yaml:"source" json:"source"`
}

// DimensionKind says how a dimension's value comes about.
type DimensionKind string

// The kinds. Values are ids where HasIDs says so, words where IsVerdict does, and else integers.
const (
	KindChoice          DimensionKind = "choice"           // an option column of Entity
	KindLookup          DimensionKind = "lookup"           // an id column of Entity
	KindBot             DimensionKind = "bot"              // each primary participant of the session that is a bot
	KindEscalationQueue DimensionKind = "escalation_queue" // queue of the earliest session that proves the escalation
	KindHourOfDay       DimensionKind = "hour_of_day"      // 0 to 23, local
	KindDayOfWeek       DimensionKind = "day_of_week"      // 1 Monday to 7 Sunday, local
	KindOutcome         DimensionKind = "outcome"          // deflected, escalated
	KindInProgress      DimensionKind = "in_progress"      // yes, no
)

// HasIDs reports whether values of the kind are ids.
func (k DimensionKind) HasIDs() bool {
	return k == KindLookup || k == KindBot || k == KindEscalationQueue
}

// IsVerdict reports whether a value of the kind is decided for a whole conversation, over the whole window and all other
// filters. Its values are the words of the dimension's option set.
func (k DimensionKind) IsVerdict() bool {
	return k == KindOutcome || k == KindInProgress
}

// Entity is the row that a dimension's column belongs to.
type Entity string

// The rows of a counted session.
const (
	EntitySession      Entity = "session"
	EntityConversation Entity = "conversation"
)

// Lookup is the table that names the ids of a dimension.
type Lookup struct {
	Table string `yaml:"table"`
	Key   string `yaml:"key"`
	Label string `yaml:"label"`
}

// OptionSet names the values of a choice. Labels here are the fallback where an environment's own are not known.
type OptionSet struct {
	ID      string     `yaml:"id" json:"id"`
	Options []Option   `yaml:"options" json:"options"`
	Source  Provenance `yaml:"source" json:"source"`
}

// Option is one value with its label. Value is the number in decimal, or the word.
type Option struct {
	Value string `yaml:"value" json:"value"`
	Label string `yaml:"label" json:"label"`
}

// Window is a span of time that ends now, or the range that the caller brings.
type Window struct {
	ID          string     `yaml:"id" json:"id"`
	Title       string     `yaml:"title" json:"title"`
	Description string     `yaml:"description" json:"description"`
	Kind        WindowKind `yaml:"kind" json:"kind"`
	Length      Duration   `yaml:"length" json:"length,omitempty"`          // WindowTrailing
	OpenWithin  Duration   `yaml:"open_within" json:"openWithin,omitempty"` // also conversations created this long ago that are in progress
	TimeAxis    TimeAxis   `yaml:"time_axis" json:"timeAxis,omitempty"`     // instead of the definition's
	Source      Provenance `yaml:"source" json:"source"`
}

// WindowKind says where a window begins.
type WindowKind string

// The kinds of windows.
const (
	WindowRange    WindowKind = "range"    // the range that the caller brings
	WindowTrailing WindowKind = "trailing" // Length before now
	WindowToday    WindowKind = "today"    // midnight in the query's time zone
)
