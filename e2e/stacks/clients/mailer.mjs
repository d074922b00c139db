// Delivers a message by SMTP to a server that it verifies, with nothing but
// node:net and node:tls, so that Node, Bun and Deno can be audited alike. What
// it is told stands in the environment, as fakemx audit sets it.
import fs from 'node:fs';
import net from 'node:net';
import process from 'node:process';
import tls from 'node:tls';

const env = (name) => process.env[`FAKEMX_${name}`];
const host = env('HOST');
const implicit = env('SCHEME') === 'smtps';

// A Dialogue reads replies from a socket, and takes no more than was asked for.
class Dialogue {
  #text = '';
  #wake = () => {};
  #over;

  constructor(socket) {
    this.socket = socket;
    this.hear = (data) => { this.#text += data.toString('latin1'); this.#wake(); };
    this.end = (error) => { this.#over ??= error instanceof Error ? error : new Error('the server ended the connection'); this.#wake(); };
    socket.on('data', this.hear).on('error', this.end).on('close', this.end);
  }

  // reply resolves with the reply, or throws unless its code begins with one of these digits.
  async reply(...digits) {
    for (;;) {
      const reply = /^(?:\d{3}-.*\r?\n)*\d{3}(?: .*)?\r?\n/.exec(this.#text);
      if (reply) {
        this.#text = this.#text.slice(reply[0].length);
        if (!digits.includes(reply[0].split(/\r?\n/).at(-2)[0])) throw new Error(reply[0].trim());
        return reply[0];
      }
      if (this.#over) throw this.#over;
      await new Promise((resolve) => { this.#wake = resolve; });
    }
  }

  say(line, ...digits) {
    this.socket.write(`${line}\r\n`);
    return this.reply(...digits);
  }

  // release gives the socket up, which nothing may have been sent on since.
  release() {
    this.socket.removeListener('data', this.hear).removeListener('error', this.end).removeListener('close', this.end);
    if (this.#text !== '') throw new Error('there is more behind the reply to STARTTLS');
    return this.socket;
  }
}

const connected = (socket, event) => new Promise((resolve, reject) => {
  const ended = () => reject(new Error('the connection ended before it began'));
  socket.once('error', reject).once('close', ended).once(event, () => {
    socket.removeListener('error', reject).removeListener('close', ended);
    resolve(socket);
  });
});

// secure begins TLS, with the library's own checks of the chain and the name.
const secure = (options) => connected(tls.connect({
  host,
  servername: net.isIP(host) ? undefined : host,
  ca: fs.readFileSync(env('CA')),
  ...options,
}), 'secureConnect');

async function open() {
  const port = Number(env('PORT'));
  if (implicit) {
    const dialogue = new Dialogue(await secure({ port }));
    await dialogue.reply('2');
    return dialogue;
  }
  const dialogue = new Dialogue(await connected(net.connect({ host, port }), 'connect'));
  await dialogue.reply('2');
  const offer = await dialogue.say('EHLO client.fakemx.test', '2');
  if (!/^250[ -]STARTTLS\r?$/im.test(offer)) throw new Error('STARTTLS is not offered');
  await dialogue.say('STARTTLS', '2');
  return new Dialogue(await secure({ socket: dialogue.release() }));
}

async function deliver() {
  const dialogue = await open();
  await dialogue.say('EHLO client.fakemx.test', '2');
  await dialogue.say(`MAIL FROM:<${env('FROM')}>`, '2');
  await dialogue.say(`RCPT TO:<${env('TO')}>`, '2');
  await dialogue.say('DATA', '3');
  const message = fs.readFileSync(env('MESSAGE'), 'latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  await dialogue.say(`${message}\r\n.`, '2');
  dialogue.socket.write('QUIT\r\n');
  dialogue.socket.end();
}

deliver().then(() => process.exit(0), (error) => {
  console.error(error.code ?? '', error.message);
  process.exit(1);
});
