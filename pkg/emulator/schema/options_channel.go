package schema

// Values of the global choice msdyn_streamsource: the channel of a session and the stream source of a workstream.
// Source: reference pages of msdyn_ocliveworkitem and msdyn_ocsession.
const (
	ChannelTeams          int64 = 19241000 // eight digits, in the product as well
	ChannelWhatsApp       int64 = 192300000
	ChannelLine           int64 = 192310000
	ChannelWeChat         int64 = 192320000
	ChannelFacebook       int64 = 192330000
	ChannelSMS            int64 = 192340000
	ChannelEntityRecords  int64 = 192350000
	ChannelTwitter        int64 = 192350001
	ChannelCustom         int64 = 192350002
	ChannelLiveChat       int64 = 192360000
	ChannelVoice          int64 = 192370000
	ChannelVideo          int64 = 192380000
	ChannelCoBrowse       int64 = 192390000
	ChannelScreenSharing  int64 = 192400000
	ChannelVoiceCall      int64 = 192440000
	ChannelAppleMessages  int64 = 192450000
	ChannelGoogleMessages int64 = 192450001
)

func streamSource() *OptionSet {
	return &OptionSet{Name: "msdyn_streamsource", Options: []Option{
		{ChannelTeams, "Microsoft Teams"},
		{ChannelWhatsApp, "WhatsApp"},
		{ChannelLine, "LINE"},
		{ChannelWeChat, "WeChat"},
		{ChannelFacebook, "Facebook"},
		{ChannelSMS, "SMS"},
		{ChannelEntityRecords, "Entity Records"},
		{ChannelTwitter, "Twitter"},
		{ChannelCustom, "Custom"},
		{ChannelLiveChat, "Live chat"},
		{ChannelVoice, "Voice"},
		{ChannelVideo, "Video"},
		{ChannelCoBrowse, "Co-browse"},
		{ChannelScreenSharing, "Screen sharing"},
		{ChannelVoiceCall, "Voice call"},
		{ChannelAppleMessages, "Apple Messages for Business"},
		{ChannelGoogleMessages, "Google's Business Messages"},
	}}
}
