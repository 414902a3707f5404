#!/usr/bin/node
// A small indexing service: HTTP on a port, reads its segments from disk, keeps a heartbeat in its log.
const fs = require('fs'), http = require('http'), path = require('path');
const name = path.basename(process.argv[1], ".js");
const conf = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const log = (level, msg, extra) => console.log(JSON.stringify({ time: new Date().toISOString(), level, name, msg, ...extra }));
let lastError = null, open = [], passes = 0;
const segments = () => fs.readdirSync(conf.segments).filter(f => f.endsWith('.seg'));
const readAll = () => {
  const seen = [];
  try {
    for (const f of segments()) seen.push(fs.openSync(path.join(conf.segments, f), 'r'));
    if (conf.writeMarker) fs.writeFileSync(path.join(conf.segments, 'checkpoint'), String(Date.now()));
    lastError = null;
    if (passes++ % 10 === 0) log('info', 'merge pass finished', { segments: seen.length });
  } catch (e) {
    lastError = e;
    log('error', 'merge pass failed: ' + e.message, { code: e.code, syscall: e.syscall });
  }
  for (const fd of seen) fs.closeSync(fd);
};
const server = http.createServer((req, res) => {
  res.writeHead(lastError ? 503 : 200, { 'content-type': 'application/json' });
  res.end(JSON.stringify(lastError ? { status: 'failing', error: lastError.message } : { status: 'ok', segments: segments().length }) + '\n');
});
server.listen(conf.port, conf.bind || '127.0.0.1', () => log('info', `listening on ${conf.port}`));
process.on('SIGTERM', () => { log('info', 'stopping'); process.exit(0); });
setInterval(readAll, conf.intervalMs || 1000);
