// The page of the server. Everything shown is set as text, never as HTML: it comes from alerts, logs and people.
const $ = id => document.getElementById(id);
const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter(c => c !== null && c !== undefined && c !== false));
  return node;
};

let open = null;      // id of the investigation on the right
let stream = null;
let view = null;

const api = async (path, body) => {
  const reply = await fetch(path, body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  if (reply.status === 401) { $('token-form').hidden = false; $('status').textContent = 'a token is needed'; }
  const text = await reply.text();
  const json = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { detail: text };
  if (!reply.ok) throw new Error(json.detail ?? json.error ?? reply.statusText);
  return json;
};

const say = text => { $('status').textContent = text; };
const percent = p => p > 0.99 ? '>99 %' : p < 0.01 ? '<1 %' : Math.round(p * 100) + ' %';
const ago = at => {
  const s = Math.max(0, (Date.now() - new Date(at)) / 1000);
  return s < 60 ? 'just now' : s < 3600 ? Math.floor(s / 60) + ' min ago' : s < 86400 ? Math.floor(s / 3600) + ' h ago' : new Date(at).toLocaleDateString();
};

async function lists() {
  try {
    const [runs, incidents] = await Promise.all([api('/api/investigations?limit=40'), api('/api/incidents?limit=20')]);
    $('incidents').replaceChildren(...incidents.incidents.map(i => el('li', {}, el('button', {
      'data-incident': i.id, onclick: () => i.runId ? show(i.runId) : investigate(i.id) },
      i.title, i.storm && el('span', { class: 'storm', title: 'Many things complain of the same at once' }, 'storm'), el('br'), el('small', {}, `${i.state} · ${i.severity === 'Unknown' ? '' : i.severity.toLowerCase() + ' · '}${i.alerts} alert${i.alerts === 1 ? '' : 's'}${i.folded ? `, ${i.folded} repeats` : ''}${i.merged ? `, ${i.merged} incident${i.merged === 1 ? '' : 's'} merged into it` : ''}${i.runId ? '' : ' · not investigated'}`)))));
    if (!incidents.incidents.length) $('incidents').append(el('li', { class: 'quiet' }, 'None. Alerts come in at /webhooks.'));
    $('runs').replaceChildren(...runs.investigations.map(r => el('li', {}, el('button', {
      'data-run': r.id, 'aria-current': r.id === open, onclick: () => show(r.id) },
      r.title, el('br'), el('small', { class: r.verdict }, r.verdict ? `${r.verdict.replace('_', ' ')} ${percent(r.probability)}` : r.state.toLowerCase()), el('small', {}, ' · ' + ago(r.startedAt))))));
    if (!runs.investigations.length) $('runs').append(el('li', { class: 'quiet' }, 'None yet.'));
    const running = runs.investigations.filter(r => r.state === 'Running').length;
    say(running ? `${running} running` : 'ready');
  } catch (e) { say(e.message); }
}

async function investigate(incident) {
  try { show((await api(`/api/incidents/${incident}/investigate`, '')).id); } catch (e) { say(e.message); }
}

function show(id) {
  open = id;
  history.replaceState(null, '', '#' + id);
  stream?.close();
  view = { run: { id, title: id, state: 'Queued', verdict: '' }, hypotheses: [], evidence: [], steps: [], report: '', said: '', model: '', heard: [], approvals: [], alerts: [], diagnosis: null };
  stream = new EventSource(`/api/investigations/${id}/events`);
  for (const [name, take] of Object.entries(handlers)) stream.addEventListener(name, e => { take(JSON.parse(e.data)); draw(); });
  stream.onerror = () => { if (view.run.state === 'Done' || view.run.state === 'Cancelled' || view.run.state === 'Failed') stream.close(); else say('connection lost; trying again'); };
  draw();
  lists();
  $('run').focus({ preventScroll: true });
}

const handlers = {
  'snapshot': v => Object.assign(view, v, { said: v.report }),
  'investigation.started': e => { view.run.title = e.title; view.run.engine = e.engine; view.run.state = 'Running'; view.started = e.at; Object.assign(view, { evidence: [], steps: [], hypotheses: [] }); }, // After a restart it begins anew.
  'alert.extracted': e => { view.alerts = e.incident.alerts; view.understood = e.understanding; view.window = e.incident.window; },
  'tool.started': e => view.steps.push({ callId: e.callId, call: e.call.tool + Object.entries(e.call.arguments ?? {}).map(([k, v]) => ` ${k}=${v}`).join(''), status: 'running' }),
  'tool.finished': e => { const s = view.steps.find(s => s.callId === e.callId); if (s) Object.assign(s, { status: String(e.status).toLowerCase(), note: e.note, characters: e.characters, duration: e.duration }); },
  'evidence.found': e => { view.evidence = [...view.evidence.filter(x => x.id !== e.evidence.id), e.evidence]; },
  'hypothesis.changed': e => { view.hypotheses = e.leading; },
  'tool.output': e => { const s = view.steps.find(s => s.callId === e.callId); if (s) s.output = (s.output ?? '') + e.text; },
  'message.delta': e => { if (e.author) { view.model += e.text; view.author = e.author; } else view.said += e.text; },
  'model.notice': e => view.heard.push([e.model, e.sentence].filter(Boolean).join(': ')),
  'model.reviewed': e => { view.review = e.review; },
  'steering.received': e => view.heard.push(`${e.text} — ${e.effect}`),
  'approval.requested': e => view.approvals.push(e.request),
  'approval.resolved': e => { view.approvals = view.approvals.filter(a => a.id !== e.decision.requestId); view.heard.push(`${String(e.decision.outcome).toLowerCase()} by ${e.decision.by}`); },
  'diagnosis.made': e => { view.diagnosis = e.diagnosis; view.hypotheses = e.diagnosis.ranked; },
  'report.written': e => { view.report = e.markdown; },
  'investigation.cancelled': () => { view.run.state = 'Cancelled'; },
  'investigation.failed': e => { view.run.state = 'Failed'; view.said += '\n' + e.sentence; },
  'investigation.finished': () => { if (view.run.state === 'Running') view.run.state = 'Done'; stream.close(); lists(); },
};

let drawing = false;
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; paint(); });
}

function paint() {
  const v = view;
  const steering = document.activeElement?.id === 'steer-text' ? $('steer-text').value : $('steer-text')?.value ?? '';
  const focused = document.activeElement?.id === 'steer-text';
  const verdict = v.diagnosis ? { RootCause: 'root_cause', Healthy: 'healthy', Inconclusive: 'inconclusive' }[v.diagnosis.verdict] ?? String(v.diagnosis.verdict).replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase() : v.run.verdict;
  const running = v.run.state === 'Running' || v.run.state === 'Queued';
  $('run').replaceChildren(...[
    el('h3', {}, v.run.title),
    el('p', { class: 'quiet' }, [v.run.state.toLowerCase(), v.understood, v.run.id].filter(Boolean).join(' · ')),
    v.diagnosis && el('p', { class: 'verdict ' + verdict }, `${{ root_cause: 'Root cause', healthy: 'Healthy', inconclusive: 'Inconclusive' }[verdict]}: ${v.diagnosis.summary}`),
    ...v.approvals.map(approval),
    v.hypotheses.length > 0 && el('h2', {}, 'Hypotheses'),
    el('ul', { class: 'bars' }, ...v.hypotheses.filter(h => h.probability >= .01).map(h => {
      const row = el('li', {}, el('span', {}, `${percent(h.probability)}  ${h.statement}`, el('small', { class: 'quiet' }, `  ${(h.supporting ?? []).slice(0, 5).map(i => '+' + i).join(' ')} ${(h.contradicting ?? []).slice(0, 5).map(i => '−' + i).join(' ')}`)));
      row.style.setProperty('--share', h.probability * 100 + '%');
      return row;
    })),
    timeline(v),
    v.evidence.length > 0 && el('h2', {}, `Evidence (${v.evidence.length})`),
    el('ol', { class: 'evidence' }, ...v.evidence.map(e => el('li', { class: String(e.currency).toLowerCase() }, el('strong', {}, e.id + ' '), e.claim, String(e.currency).toLowerCase() === 'past' ? ' (past)' : '', ...quote(e.quote, v)))),
    v.steps.length > 0 && el('h2', {}, 'What was looked at'),
    el('ol', { class: 'steps' }, ...v.steps.map(s => el('li', {}, el('span', { class: s.status }, s.call), el('small', { class: 'quiet' }, s.status === 'ok' ? `${s.characters} characters` : s.note || s.status), s.output && el('pre', {}, s.output)))),
    v.heard.length > 0 && el('h2', {}, 'Said'),
    ...v.heard.map(h => el('p', { class: 'quiet' }, '↪ ' + h)),
    v.model && el('h2', {}, `${v.author} says (${v.review ? `${v.review.claims.filter(c => c.validated).length} of ${v.review.claims.length} sentences stand in the evidence` : 'not checked yet'})`),
    v.model && el('p', { class: 'model' }, v.model),
    v.said && el('h2', {}, 'Report'),
    v.said && report(v.said),
    running && el('form', { id: 'steer', onsubmit: steer }, el('label', { class: 'away', for: 'steer-text' }, 'Steer'), el('textarea', { id: 'steer-text', rows: 1, placeholder: 'Steer it: "look at the disk", "we just deployed"  ( s )' }), el('button', {}, 'Say'), el('button', { type: 'button', onclick: () => api(`/api/investigations/${open}/cancel`, '').catch(e => say(e.message)) }, 'Stop')),
  ].filter(Boolean));
  const box = $('steer-text');
  if (box) { box.value = steering; if (focused) box.focus(); }
}

function approval(a) {
  const answer = yes => api(`/api/approvals/${a.id}`, { approve: yes, by: 'web page', hash: a.actionHash }).catch(e => say(e.message));
  return el('section', { class: 'approval', 'aria-label': 'Approval' }, el('strong', {}, a.reason || a.action), el('pre', {}, a.command), el('p', {}, a.blastRadius), el('button', { class: 'yes', onclick: () => answer(true) }, 'Approve'), ' ', el('button', { onclick: () => answer(false) }, 'Decline'));
}

function timeline(v) {
  const points = [
    ...v.alerts.filter(a => a.startsAt).map(a => ({ at: Date.parse(a.startsAt), text: a.name, kind: 'alert' })),
    ...v.evidence.map(e => ({ at: Date.parse(e.interval?.start ?? e.at), text: `${e.id} ${e.claim}`, kind: String(e.currency).toLowerCase() === 'past' ? 'old' : 'now' })),
  ].filter(p => !Number.isNaN(p.at));
  if (points.length < 2) return null;
  const from = Math.min(...points.map(p => p.at)), to = Math.max(...points.map(p => p.at)), width = Math.max(280, $('run').clientWidth - 44);
  if (to - from < 1000) return null;
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} 96`); svg.setAttribute('class', 'timeline'); svg.setAttribute('role', 'img'); svg.setAttribute('aria-label', 'Timeline of alerts and evidence');
  const add = (tag, attributes, text) => { const n = document.createElementNS(ns, tag); for (const [k, val] of Object.entries(attributes)) n.setAttribute(k, val); if (text) n.textContent = text; svg.append(n); return n; };
  add('line', { x1: 10, x2: width - 10, y1: 60, y2: 60, class: 'axis' });
  points.forEach((p, i) => {
    const x = 10 + (width - 20) * (p.at - from) / (to - from);
    const dot = add('circle', { cx: x, cy: p.kind === 'alert' ? 30 : 60 - (i % 3) * 9, r: 5, class: p.kind });
    const title = document.createElementNS(ns, 'title'); title.textContent = `${new Date(p.at).toLocaleTimeString()}  ${p.text}`; dot.append(title);
  });
  add('text', { x: 10, y: 88 }, new Date(from).toLocaleTimeString());
  add('text', { x: width - 10, y: 88, 'text-anchor': 'end' }, new Date(to).toLocaleTimeString());
  return svg;
}

// A quoted metric is drawn; its numbers are a click away. Any other quote is shown as it is.
function quote(text, v) {
  const m = text.match(/^series metric=(\S+) from=(\S+) (?:step_s=(\S+)|times=(\S+)) values=(\S+) text=(.*)$/);
  const values = m ? m[5].split(',').map(x => x === '' ? NaN : Number(x)) : [], known = values.filter(Number.isFinite);
  if (known.length < 3) return [el('code', {}, text)];
  const offsets = m[4] ? m[4].split(',').map(Number) : values.map((_, i) => i * Number(m[3]));
  const from = Date.parse(m[2]), span = offsets.at(-1) || 1, low = Math.min(...known), high = Math.max(...known), width = 320, height = 44;
  const x = seconds => 2 + (width - 4) * seconds / span, y = value => high === low ? height / 2 : 3 + (height - 6) * (high - value) / (high - low);
  const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg'), short = n => Number(n.toPrecision(3)).toLocaleString('en');
  const words = `${m[1]} of ${m[6]}: lowest ${short(low)}, highest ${short(high)}, last ${short(known.at(-1))}`;
  const add = (tag, attributes) => { const n = document.createElementNS(ns, tag); for (const [k, val] of Object.entries(attributes)) n.setAttribute(k, val); svg.append(n); return n; };
  for (const [k, val] of Object.entries({ viewBox: `0 0 ${width} ${height}`, class: 'spark', role: 'img', 'aria-label': words })) svg.setAttribute(k, val);
  const began = v.alerts.map(a => (Date.parse(a.startsAt) - from) / 1000).find(s => s >= 0 && s <= span);
  if (began !== undefined) add('line', { x1: x(began), x2: x(began), y1: 0, y2: height, class: 'alert' });
  let line = '', pen = 'M';
  values.forEach((value, i) => { if (Number.isFinite(value)) { line += `${pen}${x(offsets[i]).toFixed(1)} ${y(value).toFixed(1)}`; pen = 'L'; } else pen = 'M'; });
  add('path', { d: line });
  return [svg, el('small', { class: 'quiet' }, words), el('details', {}, el('summary', {}, 'quote'), el('code', {}, text))];
}

// The little Markdown that reports use: headings, lists, bold, code, fences.
function report(text) {
  const box = el('div', { class: 'report' });
  let list = null, fence = null;
  for (const line of text.split('\n')) {
    if (fence) { if (line.startsWith('```')) { box.append(fence); fence = null; } else fence.textContent += line + '\n'; continue; }
    if (line.startsWith('```')) { fence = el('pre'); list = null; continue; }
    const item = line.match(/^(-|\d+\.) (.*)/);
    if (item) { if (!list) { list = el(item[1] === '-' ? 'ul' : 'ol'); box.append(list); } list.append(el('li', {}, ...spans(item[2]))); continue; }
    list = null;
    if (line.startsWith('## ')) box.append(el('h3', {}, line.slice(3)));
    else if (line.trim()) box.append(el('p', {}, ...spans(line)));
  }
  if (fence) box.append(fence);
  return box;
}
function spans(line) {
  return line.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map(part => part.startsWith('**') && part.endsWith('**') ? el('strong', {}, part.slice(2, -2)) : part.startsWith('`') && part.endsWith('`') && part.length > 1 ? el('code', {}, part.slice(1, -1)) : part.replace(/\\([\\`*_[\]<>#|~-])/g, '$1'));
}

async function steer(e) {
  e.preventDefault();
  const text = $('steer-text').value.trim();
  if (!text) return;
  try { await api(`/api/investigations/${open}/messages`, { text }); $('steer-text').value = ''; } catch (x) { say(x.message); }
}

$('ask').addEventListener('submit', async e => {
  e.preventDefault();
  const text = $('question').value.trim();
  if (!text) return;
  try { const run = await api('/api/investigations', text.startsWith('{') || text.startsWith('[') ? text : { text }); $('question').value = ''; show(run.id); } catch (x) { say(x.message); }
});
$('question').addEventListener('keydown', e => { if (e.key === 'Enter' && !e.shiftKey) { e.preventDefault(); $('ask').requestSubmit(); } });
$('token-form').addEventListener('submit', e => {
  e.preventDefault();
  document.cookie = `opensre_token=${encodeURIComponent($('token').value)}; path=/; SameSite=Strict`;
  location.reload();
});
document.addEventListener('keydown', e => {
  if (e.target.matches('textarea, input') || e.ctrlKey || e.metaKey || e.altKey) { if (e.key === 'Escape') e.target.blur(); return; }
  const buttons = [...document.querySelectorAll('nav button')];
  const at = buttons.indexOf(document.activeElement);
  if (e.key === '/') { e.preventDefault(); $('question').focus(); }
  else if (e.key === 's' && $('steer-text')) { e.preventDefault(); $('steer-text').focus(); }
  else if (e.key === 'j') buttons[Math.min(buttons.length - 1, at + 1)]?.focus();
  else if (e.key === 'k') buttons[Math.max(0, at - 1)]?.focus();
});

// Whatever happens to an incident shows at once; the clock is for what makes no event, and for a lost connection.
let soon = 0;
const happens = new EventSource('/api/incidents/events');
for (const name of ['snapshot', 'incident.opened', 'incident.worsened', 'incident.merged', 'incident.resolved', 'incident.investigated'])
  happens.addEventListener(name, () => { soon ||= setTimeout(() => { soon = 0; lists(); }, 150); });

lists();
setInterval(lists, 4000);
if (location.hash.length > 1) show(location.hash.slice(1));
