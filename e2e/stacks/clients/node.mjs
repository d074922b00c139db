// A client of node:tls, for Node and Bun: the protocol of client_test.go.
import fs from 'node:fs';
import net from 'node:net';
import process from 'node:process';
import readline from 'node:readline';
import tls from 'node:tls';

const seconds = Number(process.argv[2] ?? 10);

function version() {
  if (process.versions.bun) return `BoringSSL in Bun ${process.versions.bun}`;
  return `OpenSSL ${process.versions.openssl} in Node ${process.versions.node}`;
}

// words are the code of an error or, where there is none, its message.
function words(error) {
  return (error.code && error.code !== 'UNSPECIFIED' ? error.code : error.message).replace(/\s+/g, ' ');
}

function attempt(address, port, name, ca, mode) {
  return new Promise((resolve) => {
    let socket;
    const end = (line) => {
      clearTimeout(timer);
      socket?.destroy();
      resolve(line);
    };
    const timer = setTimeout(() => end('refused timeout'), seconds * 1000);
    try {
      socket = tls.connect({
        host: address,
        port: Number(port),
        servername: net.isIP(name) ? undefined : name,
        ca: fs.readFileSync(ca),
        rejectUnauthorized: mode === 'verify',
      });
    } catch (error) {
      end(`refused ${words(error)}`);
      return;
    }
    let greeting = '';
    socket.on('error', (error) => end(`refused ${words(error)}`));
    socket.on('close', () => end('refused end of file'));
    socket.on('data', (data) => {
      greeting += data;
      if (greeting.includes('\n')) end(greeting.startsWith('220 ') ? 'ok' : 'refused no greeting');
    });
  });
}

console.log(version());
for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(await attempt(...line.split(' ')));
}
process.exit(0);
