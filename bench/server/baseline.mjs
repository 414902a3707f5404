// The least a server can do: takes alerts as JSON, appends and syncs them together, keeps idle event streams open.
import http from 'node:http';
import fs from 'node:fs';

const file = fs.openSync(process.argv[3], 'a');
let waiting = [];
let busy = false;
const flush = () => {
  if (busy || waiting.length === 0) return;
  busy = true;
  const batch = waiting;
  waiting = [];
  fs.write(file, batch.map(w => w.line).join(''), () => fs.fsync(file, () => {
    busy = false;
    batch.forEach(w => w.reply.writeHead(202).end('{}'));
    flush();
  }));
};
const readers = [];
if (process.env.RATE) {
  // The same events to every reader, as many a second, after the same wait.
  const rate = Number(process.env.RATE), count = rate * Number(process.env.SECONDS), began = performance.now() + Number(process.env.WAIT);
  let sent = 0;
  const tick = setInterval(() => {
    let text = '';
    while (sent < count && performance.now() >= began + sent * 1000 / rate) text += `id: ${++sent}\nevent: message.delta\ndata: {"type":"message.delta","text":"<${performance.timeOrigin + performance.now()}>"}\n\n`;
    if (text) for (const reader of readers) reader.write(text);
    if (sent === count) clearInterval(tick);
  }, 1);
}
http.createServer((request, reply) => {
  if (request.url === '/ticks') {
    reply.writeHead(200, { 'Content-Type': 'text/event-stream' });
    reply.flushHeaders();
    readers.push(reply);
    return;
  }
  if (request.method === 'GET') {
    reply.writeHead(200, { 'Content-Type': 'text/event-stream' });
    reply.write('event: connection_ack\ndata: {}\n\n');
    setInterval(() => reply.write(':ping\n\n'), 15000).unref();
    return;
  }
  const parts = [];
  request.on('data', p => parts.push(p)).on('end', () => {
    waiting.push({ line: JSON.stringify(JSON.parse(Buffer.concat(parts))) + '\n', reply });
    flush();
  });
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
