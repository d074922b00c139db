package received_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/received"
)

// A sample is a field that a program wrote, with other names in it, and what it
// tells. The fields are from the public archives of mailing lists, of the Linux
// kernel, Git, QEMU, Xen and OpenWrt for the most part, from SpamAssassin's
// tests (t/rcvd_parser.t, Received.pm), and from the field reports.
type sample struct {
	name, field           string
	software              received.Software
	word                  received.Word
	tls, auth             received.Answer
	version, cipher, seen string // seen is Verify
	notes                 string // joined by spaces
	kinds                 string // of the deviations, likewise, each once
}

const (
	yes, no, unclear = received.Yes, received.No, received.Unclear
	gcm256, gcm128   = "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"
	ecdhe256         = "ECDHE-RSA-AES256-GCM-SHA384"
	suite256         = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
	client           = "client-certificate"
)

var sendmails = []sample{
	{"8.14.4, field report", `from example.test (example.test [])
    by mx.example.test (8.14.4/8.14.4) with ESMTP id u6G25OXi006577
    (version=TLSv1/SSLv3 cipher=DHE-RSA-AES256-SHA bits=256 verify=FAIL)
    for <me@example.test>; Sat, 16 Jul 2016 03:05:24 +0100`,
		received.Sendmail, received.Habit, yes, no, "TLSv1/SSLv3", "DHE-RSA-AES256-SHA", "FAIL", "family-version " + client, ""},
	{"8.14.7, with AUTH", `from host.example.test (host.example.test [192.0.2.46])
        (authenticated bits=0)
        (User authenticated as user@EXAMPLE.TEST)
        by outgoing.example.test (8.14.7/8.12.4) with ESMTP id 30V6FlR3024373
        (version=TLSv1/SSLv3 cipher=DHE-RSA-AES256-GCM-SHA384 bits=256 verify=NOT);
        Tue, 31 Jan 2023 01:15:49 -0500`,
		received.Sendmail, received.Habit, yes, yes, "TLSv1/SSLv3", "DHE-RSA-AES256-GCM-SHA384", "NOT", "family-version " + client, ""},
	{"8.12.8", `from shell.example.test (fw.example.test [192.0.2.6])
	by smtp.example.test (8.12.8/8.12.8) with ESMTP id kBL7pM2J003204
	(version=TLSv1/SSLv3 cipher=EDH-RSA-DES-CBC3-SHA bits=168 verify=NO);
	Wed, 20 Dec 2006 23:51:22 -0800`,
		received.Sendmail, received.Habit, yes, no, "TLSv1/SSLv3", "EDH-RSA-DES-CBC3-SHA", "NO", "family-version weak-cipher " + client, ""},
	{"8.14.4 in clear", `from krava.example.test (vpn.example.test [192.0.2.102])
        by int-mx10.example.test (8.14.4/8.14.4) with SMTP id t389k8BP019512;
        Wed, 8 Apr 2015 05:46:09 -0400`,
		received.Sendmail, received.Consistent, no, no, "", "", "", "", ""},
	{"8.15.2", `from DLEE102.example.test (dlee102.example.test [192.0.2.32])
        by lelv0266.example.test (8.15.2/8.15.2) with ESMTPS id 27A9eB8a039120
        (version=TLSv1.2 cipher=AES256-GCM-SHA384 bits=256 verify=FAIL);
        Wed, 10 Aug 2022 04:40:11 -0500`,
		received.Sendmail, received.Consistent, yes, no, "TLSv1.2", "AES256-GCM-SHA384", "FAIL", client, ""},
	{"8.16.1, with AUTH", `from tazenda.example.test ([IPv6:2001:db8:8600:3c70:7285:c2ff:fefb:fd4])
        (authenticated bits=0)
        by mail.example.test (8.16.1/8.15.2) with ESMTPSA id 18AJPdHj511727
        (version=TLSv1.3 cipher=TLS_AES_128_GCM_SHA256 bits=128 verify=NO);
        Fri, 10 Sep 2021 12:25:39 -0700`,
		received.Sendmail, received.Consistent, yes, yes, "TLSv1.3", gcm128, "NO", client, ""},
	{"words behind the date", `from [192.0.2.9] (m.example.test [192.0.2.33])
 (authenticated bits=0)
 by www262.example.test (8.15.2/8.15.2) with ESMTPSA id 06F0O80A009529
 (version=TLSv1.2 cipher=DHE-RSA-AES256-SHA bits=256 verify=NO);
 Wed, 15 Jul 2020 09:24:09 +0900 (JST)
 (envelope-from user@example.test)`,
		received.Sendmail, received.Consistent, yes, yes, "TLSv1.2", "DHE-RSA-AES256-SHA", "NO", client, ""},
	{"without its name, TLS 1.0", `from exch03.example.test (exch03.example.test [192.0.2.118])
	by spam.example.test with ESMTPS id 64P1xUg5034251
	(version=TLSv1 cipher=ECDHE-RSA-AES256-SHA bits=256 verify=FAIL);
	Mon, 25 May 2026 09:59:30 +0800 (GMT-8)
	(envelope-from user@example.test)`,
		received.Sendmail, received.Consistent, yes, no, "TLSv1", "ECDHE-RSA-AES256-SHA", "FAIL", "weak-version " + client, ""},
	{"Proofpoint", `from aserp3020.example.test (aserp3020.example.test [192.0.2.70])
 by userp2130.example.test with ESMTP id 353dyqmp3e-1
 (version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256 verify=FAIL);
 Tue, 01 Dec 2020 20:23:24 +0000`,
		received.Proofpoint, received.Habit, yes, no, "TLSv1.2", ecdhe256, "FAIL", client, ""},
}

var postfixes = []sample{
	{"TLS 1.3, no certificate asked for", `from lists.example.test (lists.example.test [192.0.2.71])
 (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
 key-exchange X25519 server-signature RSA-PSS (2048 bits))
 (No client certificate requested)
 by mx.example.test (Postfix) with UTF8SMTPS id 4DW09V0PkhzDwt7
 for <list@example.test>; Wed,  3 Feb 2021 22:40:29 +1100 (AEDT)`,
		received.Postfix, received.Consistent, yes, no, "TLSv1.3", gcm256, "NOT", client, ""},
	{"certificate verified", `from h08.example.test (h08.example.test [192.0.2.28])
        (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
         key-exchange X25519 server-signature RSA-PSS (4096 bits) server-digest SHA256
         client-signature RSA-PSS (4096 bits) client-digest SHA256)
        (Client CN "*.example.test", Issuer "RapidSSL Global TLS RSA4096 SHA256 2022 CA1" (verified OK))
        by bmailout1.example.test (Postfix) with ESMTPS id 040DE30004510;
        Wed, 28 Jun 2023 15:29:45 +0200 (CEST)`,
		received.Postfix, received.Consistent, yes, no, "TLSv1.3", gcm256, "OK", "", ""},
	{"with AUTH", `from localhost (unknown [IPv6:2001:db8:9f80:35cd::3d8])
        (using TLSv1 with cipher AES256-SHA (256/256 bits))
        (Client did not present a certificate)
        (Authenticated sender: user)
        by shards.example.test (Postfix) with ESMTPSA id 4E2A61476BA3F;
        Sun, 26 May 2019 21:33:56 -0700 (PDT)`,
		received.Postfix, received.Consistent, yes, yes, "TLSv1", "AES256-SHA", "NO", "weak-version " + client, ""},
	{"before 2.5, SSL 3 and RC4", `from troglodyte.example.test (c-24.example.test [192.0.2.200])
	(using SSLv3 with cipher RC4-MD5 (128/128 bits))
	(No client certificate requested)
	by orb.example.test (Postfix) with ESMTP id 43D548A
	for <list@example.test>; Fri, 28 Jan 2005 12:02:06 -0500 (EST)`,
		received.Postfix, received.Habit, yes, no, "SSLv3", "RC4-MD5", "NOT", "weak-version weak-cipher " + client, ""},
	{"before 2.5, certificate that fails", `from EXMBX165.example.test (unknown [192.0.2.54])
        (using TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 bits))
        (Client CN "EXMBX165", Issuer "EXMBX165" (not verified))
        by ex01.example.test (Postfix) with ESMTP id 4CCD524DBC2;
        Mon,  8 May 2023 10:44:33 +0800 (CST)`,
		received.Postfix, received.Habit, yes, no, "TLSv1", "DHE-RSA-AES256-SHA", "FAIL", "weak-version " + client, ""},
	{"in clear", `from asterix.example.test (lns.example.test [192.0.2.244]) by mx.example.test (Postfix) with ESMTP id 7BACDC372 for <list@example.test>; Fri, 14 Nov 2003 09:05:49 +0100 (CET)`,
		received.Postfix, received.Consistent, no, no, "", "", "", "", ""},
	{"local", `by jupiter.example.test (Postfix, from userid 1000)
	id 984C6480065; Tue, 28 Apr 2026 18:14:01 +0200 (CEST)`,
		received.Postfix, received.NotSMTP, unclear, unclear, "", "", "", "", "missing"},
	{"to itself", `by kanga.example.test (Postfix)
	id BF61D6B000D; Tue, 27 Aug 2019 00:27:56 -0400 (EDT)`,
		received.Postfix, received.NoProtocol, unclear, unclear, "", "", "", "", "missing"},
	{"with AUTH in clear", `by mail.example.test (Postfix) with ESMTPA; Mon,
 14 Nov 2022 12:44:52 -0500 (EST)`,
		received.Postfix, received.Consistent, no, yes, "", "", "", "", "missing"},
}

var exims = []sample{
	{"4.98.2", `from shell.example.test
 ([2001:db8:feb6:1:5054:ff:fe00:4ec]:40256)
 by pandora.example.test with esmtpsa (TLS1.3) tls
 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 (Exim 4.98.2)
 (envelope-from <user@example.test>) id 1vO2jf-000000003Ju-1d1K;
 Tue, 25 Nov 2025 23:46:15 +0000`,
		received.Exim, received.Habit, yes, yes, "TLSv1.3", suite256, "", "", ""},
	{"4.96, in clear", `from loth.example.test ([192.0.2.2])
	by formenos.example.test with smtp (Exim 4.96 #2 (Debian))
	id 1tqpcv-004ogK-22;
	Sat, 08 Mar 2025 16:33:46 +0800`,
		received.Exim, received.Habit, no, no, "", "", "", "", ""},
	{"4.92, GnuTLS", `from [192.0.2.94] (helo=securemail.example.test)
	by relay.example.test with esmtps (TLS1.3:ECDHE_RSA_AES_256_GCM_SHA384:256)
	(Exim 4.92)
	(envelope-from <fe@example.test>)
	id 1w7rvL-005aF8-PG; Wed, 01 Apr 2026 11:31:43 +0200`,
		received.Exim, received.Habit, yes, no, "TLSv1.3", "ECDHE_RSA_AES_256_GCM_SHA384", "", "", "value"},
	{"4.50, GnuTLS, TLS 1.0", `from bauges.example.test ([192.0.2.5])
	by mail-veri.example.test with esmtps (TLS-1.0:RSA_AES_256_CBC_SHA:32)
	(Exim 4.50)
	id 1Hq2pN-0007vE-Fm; Mon, 21 May 2007 10:01:13 +0200`,
		received.Exim, received.Habit, yes, no, "TLSv1", "RSA_AES_256_CBC_SHA", "", "weak-version", ""},
	{"without its name", `from mbx.example.test ([192.0.2.201])
 by relay1.example.test with esmtps (TLSv1.2:ECDHE-RSA-AES256-SHA384:256)
 id 1hXnzq-0003wA-Ns from George_Davis@example.test ;
 Mon, 03 Jun 2019 07:31:34 -0700`,
		received.Exim, received.Habit, yes, no, "TLSv1.2", "ECDHE-RSA-AES256-SHA384", "", "", "misplaced value"},
	{"3.35", `from localhost ([127.0.0.1])
	by tequila.example.test with esmtp 
	(Cipher TLSv1:DES-CBC3-SHA:168) (Exim 3.35 #1 (Debian))
	id 19DISq-0000l5-00; Wed, 07 May 2003 09:31:41 +0300`,
		received.Exim, received.Habit, yes, no, "TLSv1", "DES-CBC3-SHA", "", "weak-version weak-cipher", ""},
	{"with a user", `from w3prod.example.test ([192.0.2.40] helo=webmail.example.test)
	by mail-mx5.example.test with esmtpsa (TLSv1:AES256-SHA:256)
	user hbf (Exim 4.76)
	(envelope-from <user@example.test>)
	id 1SQFD2-0003js-Jv; Fri, 04 May 2012 11:53:56 +0200`,
		received.Exim, received.Habit, yes, yes, "TLSv1", "AES256-SHA", "", "weak-version", "unknown"},
	{"version without a comment", `by mail.example.test with esmtpsa TLS1.3 id 1mZzxZ-0001KV-Hb
        (envelope-from <user@example.test>) ; Mon, 11 Oct 2021 18:23:37 +0000`,
		received.Exim, received.Habit, yes, yes, "TLSv1.3", "", "", "", "missing unknown"},
	{"local", `from linux by shell.example.test with local (Exim 4.98.2)
 (envelope-from <linux@shell.example.test>)
 id 1vO2jc-000000001BP-2gpy; Tue, 25 Nov 2025 23:46:12 +0000`,
		received.Exim, received.NotSMTP, unclear, unclear, "", "", "", "", ""},
	{"words instead of a clause", `from [192.0.2.57] (port=5301 helo=smtpclient.apple) authenticated as user@example.test by mx1.example.test with esmtpsa TLS_Cipher=TLS1.2:ECDHE-RSA-AES256-GCM-SHA384:256 (Exim 4.95-NetSys #2) id 1vvtld-005eL6-9x; Fri, 27 Feb 2026 10:04:13 +0100`,
		received.Exim, received.Habit, yes, yes, "TLSv1.2", ecdhe256, "", "", "value unknown"},
}

var others = []sample{
	{"qmail, field report", `from unknown (HELO example.test) (info@example.test@
  by 0 with ESMTPA; 15 Aug 2016 07:10:15 -0000`,
		received.Qmail, received.Untold, unclear, yes, "", "", "", "", "not-closed"},
	{"qmail, with AUTH", `from unknown (HELO ?192.168.0.103?) (user@example.test@192.0.2.255)
  by 0 with ESMTPA; 7 Feb 2014 03:31:21 -0000`,
		received.Qmail, received.Untold, unclear, yes, "", "", "", "", ""},
	{"qmail, patched for TLS", `from unknown (HELO coredump.example.test) (192.0.2.2)
  by example.test with (DHE-RSA-AES128-SHA encrypted) SMTP; 29 Jul 2007 12:19:51 -0000`,
		received.Qmail, received.Habit, yes, no, "", "DHE-RSA-AES128-SHA", "", "", "value"},
	{"qmail, local", `(qmail 12945 invoked by uid 107); 16 Feb 2009 03:50:48 -0000`,
		received.Qmail, received.NotSMTP, unclear, unclear, "", "", "", "", "missing"},
	{"qpsmtpd", `from coredump.example.test (HELO sigill.example.test) (192.0.2.2)
 by example.test (qpsmtpd/0.94) with (TLS_AES_256_GCM_SHA384 encrypted) ESMTPS; Mon, 07 Sep 2020 04:25:13 -0400`,
		received.Unrecognised, received.Consistent, yes, no, "", gcm256, "", "", "value"},
	{"IronPort, which looks like qmail", `from unknown (HELO tlssmtp) ([192.0.2.52])
  by smtp1.example.test with ESMTP; 16 Jul 2009 12:12:15 -0700`,
		received.Unrecognised, received.Consistent, no, no, "", "", "", "", ""},
	{"Gmail", `from [192.0.2.245] ([192.0.2.252])
        by smtp.example.test with ESMTPSA id d75a77b69052e-4b48f7838edsm34678821cf.39.2025.09.04.15.16.15
        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);
        Thu, 04 Sep 2025 15:16:19 -0700 (PDT)`,
		received.Gmail, received.Consistent, yes, yes, "TLSv1.3", gcm128, "", "", "value"},
	{"Gmail, RC4", `from example.test ([2001:db8:1000:5b00:b6b5:2fff:fec3:b50d])
        by mx.example.test with ESMTPSA id ot4sm60608904pac.17.2013.07.14.15.07.48
        for <multiple recipients>
        (version=TLSv1.2 cipher=RC4-SHA bits=128/128);
        Sun, 14 Jul 2013 15:07:48 -0700 (PDT)`,
		received.Gmail, received.Consistent, yes, yes, "TLSv1.2", "RC4-SHA", "", "weak-cipher", "value unknown"},
	{"Gmail, inside", `by 2002:a0c:c44a:0:0:0:0:0 with SMTP id t10csp190775qvi;
        Fri, 31 Jan 2020 19:11:49 -0800 (PST)`,
		received.Gmail, received.Consistent, no, no, "", "", "", "", "missing value"},
	{"Exchange Online", `from CH2PEPF00000147.example.test
 (2001:db8:610:118:cafe::3) by CH0PR03CA0310.example.test
 (2001:db8:610:118::33) with Microsoft SMTP Server (version=TLS1_3,
 cipher=TLS_AES_256_GCM_SHA384) id 15.20.8922.22 via Frontend Transport; Thu,
 10 Jul 2025 06:00:43 +0000`,
		received.Microsoft, received.Habit, yes, unclear, "TLSv1.3", gcm256, "", "", "unknown value misplaced"},
	{"Exchange 2013", `from EXMBX062.example.test (192.0.2.62) by EXMBX165.example.test
 (192.0.2.75) with Microsoft SMTP Server (TLS) id 15.0.1497.42; Mon, 8 May
 2023 10:44:33 +0800`,
		received.Microsoft, received.Habit, yes, unclear, "", "", "", "", "unknown value"},
	{"Exchange in clear", `from localhost.localdomain (192.0.2.15) by
 chn-vm-ex02.example.test (192.0.2.144) with Microsoft SMTP Server id
 15.1.2375.17 via Frontend Transport; Thu, 9 Jun 2022 01:30:37 -0700`,
		received.Microsoft, received.Habit, unclear, unclear, "", "", "", "", "unknown value misplaced"},
	{"Exchange, mapi", `from SA1PR15MB5109.example.test
 ([fe80::662b:d7bd:ab1b:2610]) by SA1PR15MB5109.example.test
 ([fe80::662b:d7bd:ab1b:2610%7]) with mapi id 15.20.8922.028; Mon, 14 Jul 2025
 15:10:57 +0000`,
		received.Microsoft, received.NotSMTP, unclear, unclear, "", "", "", "", "value"},
	{"IIS", `from tthompson ([192.0.2.172] unverified) by mail.example.test with Microsoft SMTPSVC(5.0.2195.5329); Tue, 11 Mar 2003 13:23:01 +0000`,
		received.Microsoft, received.Habit, unclear, unclear, "", "", "", "", "unknown"},
	{"OpenSMTPD", `from largo.example.test (largo.example.test [192.0.2.43])
	by lechuck.example.test (OpenSMTPD) with ESMTPS id 96f08978 (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO);
	Fri, 26 Jan 2024 20:51:12 +1100 (AEDT)`,
		received.OpenSMTPD, received.Consistent, yes, no, "TLSv1.3", gcm256, "NO", client, ""},
	{"OpenSMTPD, certificate that fails", `from mail-ed1.example.test (mail-ed1.example.test [192.0.2.43])
	by example.test (OpenSMTPD) with ESMTPS id ecf00d9e (TLSv1.2:ECDHE-RSA-CHACHA20-POLY1305:256:FAIL)
	for <example@example.test>;
	Tue, 10 Sep 2019 02:47:32 +0000 (UTC)`,
		received.OpenSMTPD, received.Consistent, yes, no, "TLSv1.2", "ECDHE-RSA-CHACHA20-POLY1305", "FAIL", client, ""},
	{"OpenSMTPD, local", `from localhost (largo.example.test [local])
	by largo.example.test (OpenSMTPD) with ESMTPA id ffb24e39;
	Fri, 26 Jan 2024 20:51:11 +1100 (AEDT)`,
		received.OpenSMTPD, received.Consistent, no, yes, "", "", "", "", ""},
	{"Haraka", `from localhost (Unknown [127.0.0.1])
	by mail.example.test (Haraka) with ESMTPSA id D2231BD6-852A-4318-8CB0-EECC642467E2.1
	envelope-from <kernel@example.test>
	tls TLS_AES_256_GCM_SHA384 (authenticated bits=0);
	Tue, 14 Jan 2025 22:09:25 +0000`,
		received.Haraka, received.Consistent, yes, yes, "", gcm256, "", "", "value unknown"},
	{"Haraka, older", `from localhost (Unknown [127.0.0.1])
        by exa.example.test (Haraka) with ESMTPSA id B3E375ED-B79F-46BB-BD98-D96F37E02556.1
        envelope-from <emilio@example.test> (authenticated bits=0)
        (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384);
        Sat, 24 Oct 2020 17:04:52 +0000`,
		received.Haraka, received.Consistent, yes, yes, "TLSv1.3", gcm256, "", "", "value unknown"},
	{"mox", `from mail-ed1.example.test ([192.0.2.45]) by
	mail.example.test ([192.0.2.119]) via tcp with ESMTPS id
	BoOKs2ZberuJVAqcReGyiw (TLS1.3 TLS_AES_128_GCM_SHA256) for
	<Test@mail.example.test>; 25 May 2025 20:17:36 +0000`,
		received.Mox, received.Consistent, yes, no, "TLSv1.3", gcm128, "", "", ""},
	{"mox, several recipients", `from example.test by example.test ([192.0.2.48]) via tcp with ESMTPSA id
	J-reXtgMrnked_35Tq1nOg (TLS1.3 TLS_CHACHA20_POLY1305_SHA256)
	23 Feb 2026 00:01:15 +0100`,
		received.Mox, received.Consistent, yes, yes, "TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256", "", "", "missing"},
	{"chasquid", `from framework.example.test
	by mail.example.test (chasquid) with ESMTPSA
	tls TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
	(over submission+TLS, TLS-1.2, envelope from "user@example.test")
	; Mon, 05 Feb 2024 16:58:51 +0100`,
		received.Chasquid, received.Consistent, yes, yes, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "", "", ""},
	{"Courier", `from localhost (localhost [::1])
  (AUTH: PLAIN user@example.test, TLS: TLSv1.3,256bits,TLS_AES_256_GCM_SHA384)
  by zucker.example.test with ESMTPSA
  id 0000000000000151.000000005FFB6417.00007E49; Sun, 10 Jan 2021 21:31:19 +0100`,
		received.Courier, received.Consistent, yes, yes, "TLSv1.3", gcm256, "", "", "value"},
	{"Courier, older, with the id behind the date", `from wrl-59.example.test (wrl-59.example.test [192.0.2.179])
  (AUTH: PLAIN cs-relay, TLS: TLSv1/SSLv3,256bits,AES256-SHA)
  by mail.example.test with esmtp; Sun, 20 Apr 2008 21:38:28 +0300
  id 00068138.480B8DA4.00005025`,
		received.Courier, received.Habit, yes, yes, "TLSv1/SSLv3", "AES256-SHA", "", "family-version", "misplaced value"},
	{"MDaemon", `from localhost.localdomain by example.test (Cipher TLSv1:RC4-MD5:128) (MDaemon PRO v10.1.1)
	with ESMTP id md50001457148.msg
	for <list@example.test>; Thu, 21 Oct 2010 07:28:43 -0500`,
		received.Unrecognised, received.Downgraded, yes, no, "TLSv1", "RC4-MD5", "", "weak-version weak-cipher", "value"},
	{"Mailgun", `from smtp.example.test (ec2-35.example.test [192.0.2.171]) by
 smtp-out-n05.example.test with SMTP id
 618bcb410f34c3436a2b85f2 (version=TLS1.2,
 cipher=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256); Wed, 10 Nov 2021 13:38:09
 GMT`,
		received.Unrecognised, received.AlwaysSMTP, yes, no, "TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "", "", "date"},
	{"Cellopoint", `from mtkcas10.example.test [(192.0.2.39)] by mailgw01.example.test
        (envelope-from <user@example.test>)
        (Cellopoint E-mail Firewall v4.1.14 Build 0819 with TLSv1.2 ECDHE-RSA-AES256-SHA384 256/256)
        with ESMTP id 2029360377; Thu, 29 Oct 2020 19:57:53 +0800`,
		received.Unrecognised, received.Downgraded, yes, no, "TLSv1.2", "ECDHE-RSA-AES256-SHA384", "", "", "unknown"},
	{"Trustwave", `from hqmail.example.test (Not Verified[192.0.2.13]) by hqnvemgate24.example.test (using TLS: TLSv1.2, AES256-SHA)
        id <B5f77d0bb0000>; Fri, 02 Oct 2020 18:15:39 -0700`,
		received.Unrecognised, received.NoProtocol, yes, unclear, "TLSv1.2", "AES256-SHA", "", "", "value"},
	{"Zmailer", `from pandora.example.test ([192.0.2.96]:40256 "EHLO
        pandora.example.test" rhost-flags-OK-OK-OK-FAIL) by vger.example.test
        with ESMTP id S2389135AbgJIP6v (ORCPT
        <rfc822;list@vger.example.test>);
        Fri, 9 Oct 2020 11:58:51 -0400`,
		received.Unrecognised, received.Consistent, no, no, "", "", "", "", ""},
	{"Halon", `from ale.example.test (unknown [192.0.2.188])
 by us1-eas2.example.test (Halon) with ESMTPS
 id 73139cb7-ebde-11eb-9468-12813bfff9fa;
 Fri, 23 Jul 2021 17:50:21 +0000 (UTC)`,
		received.Unrecognised, received.Consistent, yes, no, "", "", "", "", ""},
	{"LMTP", `from elaine.example.test ([127.0.0.1])
 by localhost (elaine.example.test [127.0.0.1]) (amavisd-new, port 10024)
 with LMTP id YENfxiy2KoPi; Mon,  7 Oct 2019 11:16:33 -0700 (PDT)`,
		received.Unrecognised, received.Consistent, no, no, "", "", "", "", ""},
	{"HTTP", `from h-98.example.test ([192.0.2.123])
 by webmail.example.test
 with HTTP (HTTP/2.0 POST); Mon, 24 Nov 2025 10:46:43 +0100`,
		received.Unrecognised, received.NotSMTP, unclear, unclear, "", "", "", "", ""},
	{"SquirrelMail", `from 192.0.2.4
        (SquirrelMail authenticated user nim)
        by arekh.example.test with HTTP;
        Mon, 20 Feb 2012 20:51:11 +0100`,
		received.Unrecognised, received.NotSMTP, unclear, yes, "", "", "", "", ""},
	{"CommuniGate Pro", `from [192.0.2.223] (account user@example.test HELO [10.10.10.10]) by silver.example.test (CommuniGate Pro SMTP 4.3.7) with ESMTPSA id 88402416 for user@example.test; Mon, 04 Dec 2006 13:15:07 -0800`,
		received.Unrecognised, received.Consistent, yes, yes, "", "", "", "", "value"},
	{"without a semicolon", `from LOCALHOST by LOCALHOST with ESMTP id EF01F5A6A515A04D89C9B0461D36E7A4 Mon, 11 Sep 2006 11:41:10 -0500`,
		received.Unrecognised, received.Consistent, no, no, "", "", "", "", "missing"},
	{"nothing but prose", `from hotmail.example.test (something.example.test [192.0.2.95]) at just after 10pm by Daffy.example.test on a Friday (CrazyMTA) (envelope-from <foo@example.test>) with TFTP`,
		received.Unrecognised, received.Unregistered, unclear, unclear, "", "", "", "", "unknown missing"},
}

func TestReadAndJudgeRealFields(t *testing.T) {
	for _, group := range [][]sample{sendmails, postfixes, exims, others} {
		for _, tt := range group {
			t.Run(string(tt.software)+" "+tt.name, func(t *testing.T) {
				f := received.Read("Received: " + strings.ReplaceAll(tt.field, "\n", "\r\n") + "\r\n")
				if f.Software != tt.software {
					t.Errorf("software is %s, want %s", f.Software, tt.software)
				}
				if got := kinds(f); got != tt.kinds {
					t.Errorf("deviations are %q, want %q: %q", got, tt.kinds, f.Deviations)
				}
				tt.check(t, received.Judge(f))
			})
		}
	}
}

func (tt sample) check(t *testing.T, got received.Finding) {
	t.Helper()
	var notes []string
	for _, note := range got.Notes {
		notes = append(notes, string(note))
	}
	for _, c := range []struct{ what, got, want string }{
		{"word", string(got.Word), string(tt.word)},
		{"TLS", string(got.TLS), string(tt.tls)},
		{"AUTH", string(got.Auth), string(tt.auth)},
		{"version", got.Version, tt.version},
		{"cipher", got.Cipher, tt.cipher},
		{"verify", got.Verify, tt.seen},
		{"notes", strings.Join(notes, " "), tt.notes},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", c.what, c.got, c.want)
		}
	}
	for _, sentence := range got.Sentences() {
		if sentence == "" {
			t.Errorf("a finding says nothing: %+v", got)
		}
	}
}

// kinds are those of a field's deviations, each once.
func kinds(f received.Field) string {
	var found []string
	for _, d := range f.Deviations {
		if !strings.Contains(strings.Join(found, " "), string(d.Kind)) {
			found = append(found, string(d.Kind))
		}
	}
	return strings.Join(found, " ")
}
