// Delivers the message on standard input inside TLS, as nodemailer does it.
// usage: MODE HOST ADDR PORT CAFILE FROM TO
// MODE is starttls or implicit; without CAFILE nothing is verified.
const fs = require('fs');
const net = require('net');
const util = require('util');
const nodemailer = require('nodemailer');

const [mode, host, addr, port, caFile, from, to] = process.argv.slice(1);
const secure = mode === 'implicit';

const tls = { servername: net.isIP(host) ? undefined : host };
if (caFile) {
  tls.ca = fs.readFileSync(caFile);
} else {
  tls.rejectUnauthorized = false;
}

// The last greeting is inside TLS: the second, or the only one.
let greetings = secure ? 1 : 2;
const log = (entry, ...words) => {
  const text = util.format(...words);
  if (entry.tnx === 'client' && text.startsWith('EHLO')) greetings -= 1;
  if (entry.tnx === 'server' && text.startsWith('250') && greetings === 0) {
    greetings = -1;
    console.log('inside TLS');
  }
};
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

nodemailer.createTransport({
  host: addr, port: Number(port), name: 'client.test', secure, requireTLS: !secure, tls,
  logger: Object.fromEntries(levels.map((level) => [level, log])), debug: true,
  connectionTimeout: 30000, greetingTimeout: 30000, socketTimeout: 30000,
}).sendMail({
  envelope: { from, to }, raw: fs.readFileSync(0),
}).catch((error) => {
  console.log(`error: ${error.code}: ${error.message}`);
  process.exitCode = 1;
});
