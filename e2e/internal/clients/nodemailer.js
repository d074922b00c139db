// Delivers the message on standard input inside TLS, as nodemailer does it.
// usage: HOST ADDR PORT CAFILE FROM TO; without CAFILE nothing is verified
const fs = require('fs');
const nodemailer = require('nodemailer');

const [host, addr, port, caFile, from, to] = process.argv.slice(1);
const isAddress = require('net').isIP(host) !== 0;

const tls = { servername: isAddress ? undefined : host };
if (caFile) {
  tls.ca = fs.readFileSync(caFile);
} else {
  tls.rejectUnauthorized = false;
}

const log = (entry, ...words) => {
  const text = require('util').format(...words);
  if (entry.tnx === 'client' && text.startsWith('EHLO')) greetings += 1;
  if (greetings === 2) {
    greetings = 3;
    console.log('inside TLS');
  }
};
let greetings = 0;
const logger = Object.fromEntries(
  ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, log]),
);

nodemailer.createTransport({
  host: addr, port: Number(port), name: 'client.test', secure: false, requireTLS: true,
  tls, logger, debug: true, connectionTimeout: 30000, greetingTimeout: 30000, socketTimeout: 30000,
}).sendMail({
  envelope: { from, to }, raw: fs.readFileSync(0),
}).catch((error) => {
  console.log(`error: ${error.code}: ${error.message}`);
  process.exitCode = 1;
});
