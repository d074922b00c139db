package cli_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/miekg/dns"
)

// dnsask is a small client for the scripts: dnsask ADDRESS NAME TYPE [tcp]
// prints the records of the answer, without class and TTL, or fails with the
// response code.
func dnsask() {
	args := append(os.Args[1:], "udp")
	client := dns.Client{Net: args[3], Timeout: patience}
	reply, _, err := client.Exchange(new(dns.Msg).SetQuestion(dns.Fqdn(args[1]), dns.StringToType[args[2]]), args[0])
	if err == nil && reply.Rcode != dns.RcodeSuccess {
		err = fmt.Errorf("%s", dns.RcodeToString[reply.Rcode])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dnsask:", err)
		os.Exit(1)
	}
	for _, record := range reply.Answer {
		words := strings.Fields(record.String())
		fmt.Println(words[0], strings.Join(words[3:], " "))
	}
}
