package logs

import "testing"

func TestTheOrderOfALog(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stamps []string
		want   bool
	}{
		"none":                 {nil, false},
		"oldest first":         {[]string{"Nov 22 04:45:00", "Nov 22 04:45:01", "Nov 22 05:45:00"}, false},
		"newest first":         {[]string{"Nov 22 05:45:01", "Nov 22 05:45:00", "Nov 22 04:45:01", "Nov 22 04:45:00"}, true},
		"over days":            {[]string{"Nov  9 04:45:00", "Nov 10 04:45:01", "Dec  1 05:45:00", "Jan  1 05:45:00"}, false},
		"of several daemons":   {[]string{"2024-01-01T00:00:02Z", "2024-01-01T00:00:01Z", "2024-01-01T00:00:03Z", "2024-01-01T00:00:02Z"}, false},
		"with years":           {[]string{"2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z", "", "2023-12-31T00:00:00Z"}, true},
		"one step back":        {[]string{"2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z"}, false},
		"of different lengths": {[]string{"2024-01-02T00:00:00.5Z", "2024-01-01T00:00:00Z", "2023-01-01T00:00:00.5Z"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var o order
			for _, stamp := range test.stamps {
				o.note(stamp)
			}
			if o.backwards() != test.want {
				t.Errorf("got %t with %+v", o.backwards(), o)
			}
		})
	}
}

func TestTimesAreReadable(t *testing.T) {
	t.Parallel()
	for stamp, want := range map[string]string{
		"1757003628": "2025-09-04T16:33:48Z", "1757003628123": "2025-09-04T16:33:48Z", "1757003628123456": "2025-09-04T16:33:48Z",
		"1757003628123456789": "2025-09-04T16:33:48Z", "Nov 22 04:45:00": "Nov 22 04:45:00", "": "", "123": "123",
	} {
		if got := readableTime(stamp); got != want {
			t.Errorf("%s is %s, want %s", stamp, got, want)
		}
	}
}
