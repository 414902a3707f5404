# Looks at the network from another machine with the programs it has: bash or nc, getent, curl, openssl. Sends nothing but one
# question; POSIX sh. Arguments: tcp HOST PORT | dns NAME | http URL | tls HOST PORT NAME. Prints the lines that the probes of
# this machine print. Exit code 3: a program is missing, which is said.
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin; export PATH
have() { command -v "$1" >/dev/null 2>&1; }
need() { have "$1" || { echo "there is no $1 there" >&2; exit 3; }; }
lim() { if [ -n "$limit" ]; then timeout "$@"; else shift; "$@"; fi; }
limit=; timeout 1 true 2>/dev/null && limit=1
ms() { t=$(date +%s%3N 2>/dev/null); case $t in '' | *[!0-9]*) echo "$(date +%s)000";; *) echo "$t";; esac; }
at() { case $1 in *:*) printf '[%s]:%s' "$1" "$2";; *) printf '%s:%s' "$1" "$2";; esac; }
is_name() { case $1 in *:*) return 1;; *[!0-9.]*) return 0;; *) return 1;; esac; }

# Why a connection failed, in the words of the probes.
why() {
  case $1 in
    *[Rr]efused*) echo 'refused (ECONNREFUSED)';;
    *'No route'*) echo 'no route to host (EHOSTUNREACH)';;
    *'etwork is unreachable'*) echo 'network is unreachable (ENETUNREACH)';;
    *'timed out'*) echo 'timed out (ETIMEDOUT)';;
    *'not known'* | *'bad address'* | *'nknown host'*) echo 'name is not known (EAI_NONAME)';;
    *'emporary failure'*) echo 'temporary failure in name resolution (EAI_AGAIN)';;
    *) printf '%s\n' "${1:-failed}" | tail -n 1 | cut -c1-160;;
  esac
}

# Whether an address takes connections: prints nothing, or why not.
try() {
  if have bash; then e=$(lim 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1); c=$?
  elif have nc; then e=$(lim 5 nc -z -v -w 3 "$1" "$2" 2>&1 </dev/null); c=$?
  else echo 'there is neither bash nor nc there' >&2; exit 3; fi
  case $c in 0) ;; 124 | 143) echo 'timed out (no answer)';; *) why "$e";; esac
}

addresses() { getent ahosts "$1" | awk '$2 == "STREAM" && !seen[$1]++ { print $1 }' | head -n 8; }

tcp() {
  list=$1
  if is_name "$1"; then
    need getent; b=$(ms); list=$(addresses "$1"); n=$(($(ms) - b))
    [ -n "$list" ] || { echo "tcp $(at "$1" "$2") no address after $n ms"; return; }
    echo "name $1 is $(echo $list | sed 's/ /, /g') after $n ms"
  fi
  all=0 open=0 bad=
  for a in $list; do
    all=$((all + 1)); b=$(ms); r=$(try "$a" "$2") || exit $?; n=$(($(ms) - b))
    if [ -z "$r" ]; then open=$((open + 1)); echo "tcp $(at "$a" "$2") open after $n ms"; else bad=$r; echo "tcp $(at "$a" "$2") $r after $n ms"; fi
  done
  is_name "$1" || return 0
  if [ $open -gt 0 ]; then echo "tcp $(at "$1" "$2") open at $open of $all addresses"; else echo "tcp $(at "$1" "$2") not open: $bad"; fi
}

dns() {
  need getent
  echo "dns $1"
  sed -n '/^[[:space:]]*[#;]/d; /[^[:space:]]/s/^/resolv.conf: /p' /etc/resolv.conf 2>/dev/null | head -n 10
  h=$(awk -v n="$1" '{ sub(/#.*/, "") } { for (i = 2; i <= NF; i++) if (tolower($i) == tolower(n)) { print "hosts: " $0; next } }' /etc/hosts 2>/dev/null)
  echo "${h:-hosts: no line for $1}"
  b=$(ms); list=$(addresses "$1"); n=$(($(ms) - b))
  if [ -n "$list" ]; then echo "getaddrinfo $1: $(echo $list | sed 's/ /, /g') after $n ms"; else echo "getaddrinfo $1: failed, no address after $n ms"; fi
}

http() {
  need curl
  b=$(ms)
  r=$(curl -sS -k -g -m 8 --noproxy '*' -o /dev/null -w '%{http_code} %{time_starttransfer} %{remote_ip} %{remote_port}' -- "$1" 2>&1); c=$?; n=$(($(ms) - b))
  set -- "$1" $r
  case $c in
    0)
      echo "connected to $(at "$4" "$5")"
      echo "http GET $1: $2, first byte after $(awk -v t="$3" 'BEGIN { printf "%.0f", t * 1000 }') ms"
      [ "$2" -lt 400 ] || curl -sS -k -g -m 8 --noproxy '*' -- "$1" 2>/dev/null | head -c 600 | tr -d '\000' | sed 's/^/| /';;
    28) echo "http GET $1: timed out (no reply) after $n ms";;
    35 | 51 | 60) echo "http GET $1: TLS handshake failed: $(printf %s "$r" | head -n 1 | cut -c1-160) after $n ms";;
    52) echo "http GET $1: the server closed the connection without a reply after $n ms";;
    6) echo "http GET $1: no address after $n ms";;
    7)
      u=${1#*://}; u=${u%%/*}; p=${u##*:}; h=${u%:*}; case $u in *:*) ;; *) h=$u; case $1 in https*) p=443;; *) p=80;; esac;; esac
      h=${h#[}; h=${h%]}
      w=$(try "$h" "$p") || exit $?
      echo "http GET $1: ${w:-could not connect} after $n ms";;
    *) echo "http GET $1: $(printf %s "$r" | head -n 1 | cut -c1-160) after $n ms";;
  esac
}

tls() {
  need openssl
  w=$(try "$1" "$2") || exit $?
  [ -z "$w" ] || { echo "tls $(at "$1" "$2") name $3: $w after 0 ms"; return; }
  b=$(ms); o=$(lim 8 openssl s_client -connect "$(at "$1" "$2")" -servername "$3" -verify_hostname "$3" </dev/null 2>&1); n=$(($(ms) - b))
  echo "tls $(at "$1" "$2") name $3: connected"
  case $o in
    *'BEGIN CERTIFICATE'*)
      echo "handshake ok after $n ms, $(printf '%s\n' "$o" | sed -n 's/^ *New, \([^,]*\), Cipher is \(.*\)/\1, \2/p' | head -n 1)"
      printf '%s\n' "$o" | sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' | sed '/END CERTIFICATE/q'
      printf '%s\n' "$o" | sed -n 's/^ *Verify return code: /verify /p' | head -n 1;;
    *) echo "handshake failed after $n ms: $(printf '%s\n' "$o" | grep -i 'error\|alert\|errno' | head -n 1 | cut -c1-160)";;
  esac
}

case $1 in
  tcp) tcp "$2" "$3";;
  dns) dns "$2";;
  http) http "$2";;
  tls) tls "$2" "$3" "$4";;
esac
