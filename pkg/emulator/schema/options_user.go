package schema

// Values of systemuser.msdyn_usertype.
const (
	UserTypeCRM int64 = 192350000
	UserTypeBot int64 = 192350001
)

func userType() *OptionSet {
	return &OptionSet{Name: "systemuser_msdyn_usertype", Options: []Option{
		{UserTypeCRM, "CRM user"},
		{UserTypeBot, "BOT user"},
	}}
}

func agentType() *OptionSet {
	return &OptionSet{Name: "systemuser_msdyn_agenttype", Options: []Option{
		{192350000, "Application user"},
		{192350001, "Bot application user"},
	}}
}

func botProvider() *OptionSet {
	return &OptionSet{Name: "systemuser_msdyn_botprovider", Options: []Option{
		{192350000, "Virtual Agent"},
		{192350001, "Other"},
		{192350002, "None"},
	}}
}
