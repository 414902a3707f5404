import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

const parts = process.argv.length > 2 ? process.argv.slice(2) : ['start', 'first-event', 'intake', 'storm', 'idle', 'fan-out', 'pages'];
const size = (name, usual) => Number(process.env[name] ?? usual);
const program = process.env.OPENSRE_PROGRAM ?? path.join(import.meta.dirname, '../../artifacts/opensre/current/opensre');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'opensre-bench-'));
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const sleep = ms => new Promise(r => setTimeout(r, ms));
const quantile = (values, q) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(q * values.length) - 1)];
const row = (name, figure, note = '') => console.log(`${name.padEnd(46)} ${String(figure).padStart(16)}   ${note}`);
let next = 18100 + Math.floor(Math.random() * 1000);

async function serve(home = fs.mkdtempSync(path.join(scratch, 'home-')), port = next++, options = [], variables = {}) {
  const began = performance.now();
  const child = spawn(program, ['serve', '--url', `http://127.0.0.1:${port}`, '--investigate', 'none', ...options], { env: { ...process.env, ...variables, OPENSRE_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', d => { said += d; });
  await new Promise((ready, fail) => { child.stdout.once('data', ready); child.once('exit', () => fail(new Error('it ended: ' + said))); });
  return { child, port, home, ms: performance.now() - began, stop: () => new Promise(r => { child.once('exit', r); child.kill('SIGTERM'); }) };
}
async function baseline(variables = {}) {
  const port = next++;
  const began = performance.now();
  const child = spawn('node', [path.join(import.meta.dirname, 'baseline.mjs'), String(port), path.join(scratch, `b${port}`)], { env: { ...process.env, ...variables }, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise(r => child.stdout.once('data', r));
  return { child, port, ms: performance.now() - began, stop: () => new Promise(r => { child.once('exit', r); child.kill(); }) };
}
const send = (port, method, url, body, headers = {}) => new Promise((done, fail) => {
  const request = http.request({ port, host: '127.0.0.1', method, path: url, agent, headers: { 'Content-Type': 'application/json', ...headers } }, reply => {
    const chunks = [];
    reply.on('data', c => chunks.push(c)).on('end', () => done({ status: reply.statusCode, text: Buffer.concat(chunks).toString() })).on('error', fail);
  });
  request.on('error', fail);
  request.end(body);
});
const alert = (n, kind = n) => JSON.stringify({ version: '4', groupKey: `g${kind}`, status: 'firing', receiver: 'r', alerts: [{ status: 'firing', labels: { alertname: `Alert${kind}`, instance: `host-${n}:9100`, severity: 'warning' }, annotations: { summary: `alert ${n}` }, startsAt: new Date().toISOString(), fingerprint: `f${n}` }] });
async function many(count, each, workers = 64) {
  let at = 0;
  await Promise.all(Array.from({ length: workers }, async () => { while (at < count) await each(at++); }));
}
// Processor time of a process, in milliseconds: the figure that other work on the machine changes least.
const used = pid => { const f = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' '); return (Number(f[11]) + Number(f[12])) * 10; };
const load = () => os.loadavg()[0].toFixed(1);
const memory = pid => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** A PostgreSQL of its own, on a Unix socket in the scratch folder. */
async function postgres() {
  const versions = '/usr/lib/postgresql', bin = path.join(versions, fs.readdirSync(versions).sort().at(-1), 'bin');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'opensre-pg-')), root = process.getuid() === 0;
  const as = (program, ...rest) => root ? ['runuser', ['-u', 'postgres', '--', path.join(bin, program), ...rest]] : [path.join(bin, program), rest];
  if (root) execFileSync('chown', ['postgres', folder]);
  execFileSync(...as('initdb', '-D', path.join(folder, 'data'), '-U', 'opensre', '--auth=trust', '-E', 'UTF8'), { stdio: 'ignore' });
  const child = spawn(...as('postgres', '-D', path.join(folder, 'data'), '-k', folder, '-c', 'listen_addresses=', '-c', 'max_connections=200'), { stdio: 'ignore' });
  for (let i = 0; i < 600; i++) {
    try { execFileSync(...as('createdb', '-h', folder, '-U', 'opensre', 'opensre'), { stdio: 'ignore' }); break; } catch { await sleep(200); }
  }
  return {
    connection: `Host=${folder};Username=opensre;Database=opensre;Maximum Pool Size=20`,
    stop() {
      execFileSync('kill', ['-QUIT', fs.readFileSync(path.join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]]);
      child.once('exit', () => {});
      setTimeout(() => fs.rmSync(folder, { recursive: true, force: true }), 1500);
    },
  };
}

const measures = {
  async start() {
    const ours = [], theirs = [];
    for (let i = 0; i < 7; i++) {
      const a = await serve(); ours.push(a.ms); await a.stop();
      const b = await baseline(); theirs.push(b.ms); await b.stop();
    }
    row('start to ready, median', `${quantile(ours, .5).toFixed(0)} ms`, `node ${quantile(theirs, .5).toFixed(0)} ms, ${(quantile(ours, .5) / quantile(theirs, .5)).toFixed(2)} x`);
  },
  async 'first-event'() {
    const s = await serve(), times = [];
    for (let i = 0; i < 25; i++) {
      const began = performance.now();
      const { id } = JSON.parse((await send(s.port, 'POST', '/api/investigations', '{"text":"is the clock right?"}')).text);
      await new Promise(done => http.get({ port: s.port, host: '127.0.0.1', path: `/api/investigations/${id}/events` }, reply => {
        let text = '';
        reply.on('data', d => { text += d; if (text.includes('event: ')) { times.push(performance.now() - began); reply.destroy(); done(); } }).on('error', () => {});
      }));
      await send(s.port, 'POST', `/api/investigations/${id}/cancel`, '');
      await sleep(50);
    }
    row('POST to first event, p50 / p99', `${quantile(times.slice(3), .5).toFixed(1)} / ${quantile(times.slice(3), .99).toFixed(1)} ms`, 'goal 20 ms');
    await s.stop();
  },
  async intake() {
    const count = size('ALERTS', 20000), rates = [], costs = [];
    for (const start of [serve, baseline]) {
      const s = await start();
      // Both programs compile what is used often while they run; it is the lasting rate that is measured.
      await many(size('WARM', 10000), n => send(s.port, 'POST', '/webhooks/alertmanager', alert(1e7 + n, n % 100)));
      const began = performance.now(), before = used(s.child.pid);
      let refused = 0;
      await many(count, async n => { if ((await send(s.port, 'POST', '/webhooks/alertmanager', alert(n, n % 100))).status !== 202) refused++; });
      rates.push(count / (performance.now() - began) * 1000);
      costs.push((used(s.child.pid) - before) / count * 1000);
      if (refused) row('refused', refused);
      await s.stop();
    }
    row('alerts a second, each synced to disk', rates[0].toFixed(0), `node ${rates[1].toFixed(0)}, ${(rates[0] / rates[1]).toFixed(2)} x; goal 5,000; processor ${costs.map(c => c.toFixed(0)).join(' and ')} us an alert; load ${load()}`);
  },
  async storm() {
    const s = await serve(), began = performance.now();
    await many(200, b => send(s.port, 'POST', '/api/v2/alerts', JSON.stringify(Array.from({ length: 50 }, (_, k) => ({ labels: { alertname: 'TargetDown', instance: `host-${b * 50 + k}:9100`, rack: 'r7', severity: 'critical' }, annotations: { summary: 'down' }, startsAt: new Date().toISOString() })))), 8);
    const seconds = (performance.now() - began) / 1000;
    const incidents = JSON.parse((await send(s.port, 'GET', '/api/incidents?limit=500')).text);
    row('10,000 alerts of one cause', `${incidents.total} incidents`, `after ${seconds.toFixed(1)} s; the largest holds ${Math.max(...incidents.incidents.map(i => i.alerts))}; goal 1 within 5 s`);
    await s.stop();
  },
  async idle() {
    const count = size('STREAMS', 10000), figures = [];
    for (const start of [serve, baseline]) {
      const s = await start(), before = memory(s.child.pid), open = [];
      await many(count, n => new Promise((done, fail) => {
        const request = http.get({ port: s.port, host: '127.0.0.1', localAddress: `127.0.0.${2 + n % 8}`, path: `/api/stream/investigate?connectionId=c${n}`, headers: { Accept: 'text/event-stream' }, agent: false }, reply => { reply.once('data', done); reply.on('data', () => {}).on('error', () => {}); });
        request.on('error', fail);
        open.push(request);
      }), 100);
      await sleep(3000);
      figures.push([memory(s.child.pid), before]);
      open.forEach(r => r.destroy());
      s.child.kill('SIGKILL');
      await sleep(500);
    }
    row(`${count} idle streams, memory`, `${figures[0][0].toFixed(0)} MB`, `before ${figures[0][1].toFixed(0)}; node ${figures[1][0].toFixed(0)} MB; goal 400 MB`);
  },
  async 'fan-out'() {
    const count = size('READERS', 1000), rate = size('RATE', 100), seconds = size('SECONDS', 10), wait = 6000 + count * 4;
    const setting = { RATE: String(rate), SECONDS: String(seconds), WAIT: String(wait) };
    for (const ours of [true, false]) {
      const home = fs.mkdtempSync(path.join(scratch, 'home-'));
      fs.writeFileSync(path.join(home, 'config.yaml'), `models:\n  ticker: { provider: codex, command: [${path.join(import.meta.dirname, 'ticker.mjs')}] }\nbudget: { seconds: 600 }\n`);
      const s = ours ? await serve(home, next++, ['--model', 'ticker'], setting) : await baseline(setting);
      const url = ours ? `/api/investigations/${JSON.parse((await send(s.port, 'POST', '/api/investigations', '{"text":"is the clock right?"}')).text).id}/events` : '/ticks';
      const late = new Float64Array(count * rate * seconds), got = new Int32Array(count);
      let n = 0;
      const ended = [];
      await many(count, k => new Promise((done, fail) => {
        const request = http.get({ port: s.port, host: '127.0.0.1', path: url, agent: false }, reply => {
          ended.push(new Promise(end => {
            let rest = '';
            reply.on('data', d => {
              const now = performance.timeOrigin + performance.now(), text = rest + d.toString('latin1'), last = text.lastIndexOf('\n\n');
              rest = last < 0 ? text : text.slice(last + 2);
              for (const m of (last < 0 ? '' : text.slice(0, last)).matchAll(/"text":"(?:<|\\u003[cC])(\d{13}\.?\d*)(?:>|\\u003[eE])"/g)) { late[n++] = now - Number(m[1]); if (++got[k] === rate * seconds) end(); }
            }).on('end', end).on('error', end);
          }));
          done();
        });
        request.on('error', fail);
      }), 50);
      await sleep(Math.max(0, wait - 3000));
      const before = used(s.child.pid);
      await Promise.race([Promise.all(ended), sleep(3000 + seconds * 1000 + 60000)]);
      const all = late.slice(0, n), lost = count * rate * seconds - n;
      row(`${ours ? 'opensre' : 'node'}: ${count} streams x ${rate}/s, p50 / p99`, `${quantile(all, .5).toFixed(0)} / ${quantile(all, .99).toFixed(0)} ms`, `${lost} of ${count * rate * seconds} lost${ours ? '; goal 100 ms, none' : ''}; memory ${memory(s.child.pid).toFixed(0)} MB; processor ${((used(s.child.pid) - before) / (n / 1000)).toFixed(1)} us an event; load ${load()}`);
      s.child.kill('SIGKILL');
      await sleep(500);
    }
  },
  async pages() {
    const count = size('STORED', 100000), s = await serve();
    const began = performance.now();
    await many(count / 500, b => send(s.port, 'POST', '/api/v2/alerts', JSON.stringify(Array.from({ length: 500 }, (_, k) => ({ labels: { alertname: `A${k}`, instance: `host-${b * 500 + k}:9100`, severity: 'warning' }, annotations: { summary: `alert ${b * 500 + k}` }, startsAt: new Date().toISOString() })))), 8);
    row(`${count} stored, 500 in a request`, `${(count / (performance.now() - began) * 1000).toFixed(0)} a second`, `load ${load()}`);
    const page = [], change = [];
    for (let i = 0; i < 200; i++) {
      const before = performance.now();
      await send(s.port, 'GET', `/api/alerts?limit=50&before=${1 + Math.floor(Math.random() * count)}`);
      page.push(performance.now() - before);
      const between = performance.now();
      const n = Math.floor(Math.random() * count);
      await send(s.port, 'POST', '/api/v2/alerts', JSON.stringify([{ labels: { alertname: `A${n % 500}`, instance: `host-${n}:9100`, severity: 'warning' }, annotations: {}, startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-01-02T00:00:00Z' }]));
      change.push(performance.now() - between);
    }
    row(`${count} stored: a page, p50 / p99`, `${quantile(page, .5).toFixed(1)} / ${quantile(page, .99).toFixed(1)} ms`, 'goal 100 ms with a million');
    row(`${count} stored: a change of status, p50 / p99`, `${quantile(change, .5).toFixed(1)} / ${quantile(change, .99).toFixed(1)} ms`, `memory ${memory(s.child.pid).toFixed(0)} MB; load ${load()}`);
    await s.stop();
    const again = await serve(s.home);
    row(`${count} stored: start to ready`, `${(again.ms / 1000).toFixed(1)} s`, `memory ${memory(again.child.pid).toFixed(0)} MB`);
    await again.stop();
  },
  async nodes() {
    const count = size('RUNS', 1000), database = await postgres();
    try {
      const nodes = await Promise.all([0, 1, 2].map(() => serve(undefined, undefined, ['--postgres', database.connection, '--runs', '4'])));
      const began = performance.now(), ids = new Set(), alive = () => nodes.filter(n => n.child.exitCode === null && n.child.signalCode === null);
      let refused = 0;
      const work = many(count, async n => {
        for (; ;) {
          const node = alive()[n % alive().length];
          try {
            const reply = await send(node.port, 'POST', '/api/investigations', JSON.stringify({ text: `is the clock of host-${n} right?` }));
            if (reply.status === 202) { ids.add(JSON.parse(reply.text).id); return; }
          } catch { /* It died under the request; the client asks another one. */ }
          refused++;
          await sleep(50);
        }
      }, 16);
      await sleep(size('KILL_AFTER', 4000));
      nodes[1].child.kill('SIGKILL');
      await work;
      const finished = async () => {
        let ended = 0, before = '';
        for (; ;) {
          const page = JSON.parse((await send(nodes[0].port, 'GET', `/api/investigations?limit=500${before}`)).text);
          ended += page.investigations.filter(r => r.state === 'Done' && ids.has(r.id)).length;
          if (!page.next) return ended;
          before = `&before=${page.next}`;
        }
      };
      let ended = 0;
      for (let i = 0; i < 1800 && ended < ids.size; i++) { await sleep(1000); ended = await finished(); process.stderr.write(`\r${ended} of ${ids.size} `); }
      process.stderr.write('\r                    \r');
      let once = 0, whole = 0;
      for (const id of ids) {
        const { text } = await send(nodes[2].port, 'GET', `/api/investigations/${id}/events`);
        const numbers = [...text.matchAll(/^id: (\d+)$/gm)].map(m => Number(m[1]));
        if (text.split('event: investigation.finished').length === 2) once++;
        if (numbers.every((number, i) => number === i + 1)) whole++;
      }
      row(`3 nodes, one killed: investigations finished`, `${ended} of ${ids.size}`, `once: ${once}; numbers without a hole: ${whole}; ${refused} requests asked again; ${((performance.now() - began) / 1000).toFixed(0)} s; load ${load()}`);
      await Promise.all([nodes[0].stop(), nodes[2].stop()]);
    } finally {
      database.stop();
    }
  },
  async crash() {
    const kills = size('KILLS', 100), home = fs.mkdtempSync(path.join(scratch, 'crash-')), acknowledged = new Set(), seen = new Map();
    let n = 0;
    for (let i = 0; i < kills; i++) {
      const s = await serve(home);
      let alive = true;
      const work = Promise.allSettled([
        ...Array.from({ length: 8 }, async () => { while (alive) { const k = n++; const reply = await send(s.port, 'POST', '/webhooks/alertmanager', alert(k, k % 50)); if (reply.status === 202) acknowledged.add(`host-${k}:9100`); } }),
        (async () => {
          const { id } = JSON.parse((await send(s.port, 'POST', '/api/investigations', '{"text":"is the clock right?"}')).text);
          await new Promise(done => http.get({ port: s.port, host: '127.0.0.1', path: `/api/investigations/${id}/events` }, reply => {
            let text = '';
            reply.on('data', d => { text += d; for (const m of text.matchAll(/^id: (\d+)\nevent: (\S+)\ndata: (.*)\n\n/gm)) seen.set(`${id} ${m[1]}`, m[3]); }).on('end', done).on('error', done);
          }).on('error', done));
        })(),
      ]);
      await sleep(20 + Math.random() * size('KILL_WITHIN', 2500));
      const dead = new Promise(r => s.child.once('exit', r));
      s.child.kill('SIGKILL');
      alive = false;
      await dead;
      await work;
      process.stderr.write(`\r${i + 1} of ${kills} kills `);
    }
    process.stderr.write('\r                    \r');
    const s = await serve(home);
    await sleep(1500);
    const known = new Set();
    for (let before = ''; ;) {
      const page = JSON.parse((await send(s.port, 'GET', `/api/alerts?limit=500${before}`)).text);
      page.alerts.forEach(a => known.add(a.summary));
      if (!page.next) break;
      before = `&before=${page.next}`;
    }
    const lost = [...acknowledged].filter(h => !known.has(`alert ${/host-(\d+)/.exec(h)[1]}`));
    let changed = 0;
    for (const id of new Set([...seen.keys()].map(k => k.split(' ')[0]))) {
      const events = new Map();
      await new Promise(done => http.get({ port: s.port, host: '127.0.0.1', path: `/api/investigations/${id}/events` }, reply => {
        let text = '';
        reply.on('data', d => { text += d; }).on('end', () => { for (const m of text.matchAll(/^id: (\d+)\nevent: (\S+)\ndata: (.*)\n\n/gm)) events.set(m[1], m[3]); done(); }).on('error', done);
      }));
      for (const [key, data] of seen) if (key.startsWith(id + ' ') && events.get(key.split(' ')[1]) !== data) changed++;
    }
    row(`${kills} kills: acknowledged alerts lost`, `${lost.length} of ${acknowledged.size}`, 'goal 0');
    row(`${kills} kills: events that were seen and are gone`, `${changed} of ${seen.size}`, 'goal 0');
    await s.stop();
  },
};

console.log(`${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}`);
try {
  for (const part of parts) await measures[part]();
} finally {
  await sleep(2000);
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
