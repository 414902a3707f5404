# A node service misses a module after a deployment and dies at start.
# shellcheck shell=bash disable=SC2034
HOST=maple
EARLY=1
prepare() {
  mkdir -p /opt/scoring/lib
  echo 'module.exports = x => x * 2;' > /opt/scoring/lib/weights.js
  cat > /opt/scoring/scoring.js <<'JS'
const weights = require('./lib/weights');
require('http').createServer((q, r) => r.end(String(weights(2)) + '\n')).listen(8066, '127.0.0.1', () => console.log('INFO scoring 3.2.0 listening on 8066'));
JS
  supervised scoring 'exec chpst -u app /usr/bin/node /opt/scoring/scoring.js'
  app basket 8081 work.item=basket
}
up() { mv /opt/scoring/lib/weights.js /opt/scoring/lib/weights-v2.js; sed -i 's/3.2.0/3.3.0/' /opt/scoring/scoring.js; restart scoring; }
SETTLE=5
verify() {
  check "the module is missing" log_has scoring "Cannot find module './lib/weights'"
  check "it starts again and again" at_least 2 restarts scoring 'Cannot find module'
}
alert() { alertmanager ServiceRestarting critical "scoring on $HOST restarts in a loop" label.service=scoring; }
label() { root_cause service scoring service.crash "lib/weights.js was renamed by the deployment of 3.3.0" type=service.crash_loop; }
