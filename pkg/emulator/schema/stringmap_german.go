package schema

// german is the label of an option in German. That labels which are names of the program's own, such as those of closure
// reasons, are not translated is assumed.
func (o Option) german() string {
	if label, ok := germanLabels[o.Label]; ok {
		return label
	}
	return o.Label
}

// germanLabels are the labels in German by those in English. A label means the same wherever it stands.
var germanLabels = map[string]string{
	// Channels.
	"Entity Records":              "Entitätsdatensätze",
	"Custom":                      "Benutzerdefiniert",
	"Live chat":                   "Livechat",
	"Voice":                       "Sprache",
	"Co-browse":                   "Gemeinsames Browsen",
	"Screen sharing":              "Bildschirmfreigabe",
	"Voice call":                  "Sprachanruf",
	"Apple Messages for Business": "Apple Messages for Business",
	"Google's Business Messages":  "Google Business Messages",

	// States of conversations and sessions.
	"Open":                 "Offen",
	"Active":               "Aktiv",
	"Waiting":              "Wartend",
	"Closed":               "Geschlossen",
	"Wrap-up":              "Nachbearbeitung",
	"Wrap-up (Deprecated)": "Nachbearbeitung (veraltet)",
	"Resolved":             "Gelöst",
	"Scheduled":            "Geplant",
	"New":                  "Neu",
	"Default":              "Standard",

	// Sentiment.
	"N/A":               "Nicht zutreffend",
	"Very negative":     "Sehr negativ",
	"Negative":          "Negativ",
	"Slightly negative": "Leicht negativ",
	"Neutral":           "Neutral",
	"Slightly positive": "Leicht positiv",
	"Positive":          "Positiv",
	"Very positive":     "Sehr positiv",

	// Participants and users.
	"Primary":              "Primär",
	"CRM user":             "CRM-Benutzer",
	"BOT user":             "Bot-Benutzer",
	"Application user":     "Anwendungsbenutzer",
	"Bot application user": "Bot-Anwendungsbenutzer",
	"Virtual Agent":        "Virtueller Agent",
	"Other":                "Andere",
	"None":                 "Keine",

	// Events.
	"Hold":                        "Halten",
	"Session Transfer In Transit": "Sitzungsübergabe unterwegs",
}
