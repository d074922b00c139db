// Sends a message with nodemailer, as FAKEMX_* say.
//
// usage: node nodemailer_mailer.js [required|default|unverified]
//
// required demands STARTTLS and verifies; default is what nodemailer does when
// it is told nothing; unverified demands TLS with whomever.
const fs = require('fs');
const nodemailer = require('nodemailer');

const mode = process.argv[2] ?? 'required';
const env = (name) => process.env[`FAKEMX_${name}`];

nodemailer.createTransport({
  host: env('HOST'),
  port: Number(env('PORT')),
  secure: env('SCHEME') === 'smtps',
  requireTLS: mode !== 'default',
  tls: { ca: fs.readFileSync(env('CA')), rejectUnauthorized: mode !== 'unverified' },
}).sendMail({
  envelope: { from: env('FROM'), to: env('RECIPIENTS').split(',') },
  raw: fs.readFileSync(env('MESSAGE')),
}).catch((error) => {
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
});
