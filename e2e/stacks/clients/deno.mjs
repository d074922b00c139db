// A client of rustls by Deno's own functions, whose words node:tls replaces: the
// protocol of client_test.go. Deno has no other way not to verify than its
// option --unsafely-ignore-certificate-errors, so that a process has one mode.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import readline from 'node:readline';

const seconds = Number(process.argv[2] ?? 10);

async function attempt(address, port, name, ca) {
  let conn;
  const timer = setTimeout(() => conn?.close(), seconds * 1000);
  try {
    conn = await Deno.connect({ hostname: address, port: Number(port) });
    const tls = await Deno.startTls(conn, { hostname: name, caCerts: [readFileSync(ca, 'utf8')] });
    conn = tls;
    const greeting = new Uint8Array(512);
    const length = await tls.read(greeting);
    if (length === null) return 'refused end of file';
    return new TextDecoder().decode(greeting.subarray(0, length)).startsWith('220 ') ? 'ok' : 'refused no greeting';
  } catch (error) {
    return `refused ${error.name}: ${error.message}`.replace(/\s+/g, ' ');
  } finally {
    clearTimeout(timer);
    try { conn?.close(); } catch { /* it is closed */ }
  }
}

console.log(`rustls in Deno ${Deno.version.deno}`);
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [address, port, name, ca] = line.split(' ');
  let late;
  const limit = new Promise((resolve) => { late = setTimeout(() => resolve('refused timeout'), seconds * 1000); });
  console.log(await Promise.race([attempt(address, port, name, ca), limit]));
  clearTimeout(late);
}
process.exit(0);
