# A service spins after its configuration was changed. Decoy: a harmless package upgrade.
# shellcheck shell=bash disable=SC2034
HOST=cedar
NOISY=1
SETTLE=12
prepare() {
  script_service recommender <<'PY'
#!/usr/bin/python3
import configparser, hashlib, os, time
c = configparser.ConfigParser()
c.read("/etc/recommender/recommender.conf")
workers, rounds, pause = c.getint("model", "workers"), c.getint("model", "rounds"), c.getfloat("model", "pause")
print(f"INFO recommender 0.14 with {workers} workers, {rounds} rounds per score, pause {pause} s", flush=True)
for _ in range(workers - 1):
    if os.fork() == 0:
        break
end = time.time() + 1800
while time.time() < end:
    hashlib.pbkdf2_hmac("sha256", b"user", b"item", rounds)
    time.sleep(pause)
PY
  ini /etc/recommender/recommender.conf model.workers=6 model.rounds=2000 model.pause=1
  touch -d '30 days ago' /etc/recommender/recommender.conf
  app basket 8081 work.item=basket work.interval=1.5 work.hash_rounds=80000 work.slow_ms=120
  old_dpkg 700 openssl 3.0.15-1~deb12u1 3.0.17-1~deb12u2
}
up() { edit /etc/recommender/recommender.conf 's/rounds = .*/rounds = 900000/; s/pause = .*/pause = 0/'; restart recommender; }
verify() {
  check "processors are busy" bash -c 'awk "/^some/ { sub(/.*avg10=/, \"\"); exit !(\$1 + 0 > 20) }" /proc/pressure/cpu'
  check "the neighbour is slow" log_has basket 'took [0-9]+ ms'
}
alert() { homemade check=cpu host="$HOST" state=CRITICAL output="CPU CRITICAL - user 97.1% system 2.2% idle 0.7%" last_state_change="$T_FAULT"; }
label() { root_cause service recommender cpu.saturated "its six workers spin since rounds and pause were changed"; }
