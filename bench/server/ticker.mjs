#!/usr/bin/env node
// A stand-in for codex app-server whose one turn says the time, RATE times a second for SECONDS: what many streams then receive.
import readline from 'node:readline';

const say = message => process.stdout.write(JSON.stringify(message) + '\n');
readline.createInterface({ input: process.stdin }).on('line', line => {
  const { id, method } = JSON.parse(line);
  if (id === undefined) return;
  if (method === 'initialize') return say({ id, result: { userAgent: 'ticker' } });
  if (method === 'thread/start') return say({ id, result: { thread: { id: 't' }, approvalPolicy: 'untrusted', sandbox: { type: 'readOnly' } } });
  if (method !== 'turn/start') return say({ id, result: {} });
  say({ id, result: { turn: { id: 'u' } } });
  const rate = Number(process.env.RATE), count = rate * Number(process.env.SECONDS), began = performance.now() + Number(process.env.WAIT);
  let sent = 0;
  const tick = setInterval(() => {
    while (sent < count && performance.now() >= began + sent * 1000 / rate) { sent++; say({ method: 'item/agentMessage/delta', params: { threadId: 't', turnId: 'u', itemId: 'i', delta: `<${performance.timeOrigin + performance.now()}>` } }); }
    if (sent < count) return;
    clearInterval(tick);
    say({ method: 'turn/completed', params: { threadId: 't', turn: { id: 'u', status: 'completed' } } });
  }, 1);
}).on('close', () => process.exit(0));
