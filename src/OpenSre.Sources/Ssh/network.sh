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

# Whether one of some addresses lies inside a machine or a private network; whether it answers with a cloud's credentials.
inside() {
  for a in $1; do
    case ${a#::ffff:} in
      0.* | 10.* | 127.* | 169.254.* | 192.168.* | 172.1[6-9].* | 172.2[0-9].* | 172.3[01].* | 100.6[4-9].* | 100.[7-9][0-9].* | 100.1[01][0-9].* | 100.12[0-7].*) return 0;;
      :: | ::1 | [Ff][CcDd]??:* | [Ff][Ee][89AaBb]?:*) return 0;;
    esac
  done
  return 1
}
metadata() {
  for a in $1; do
    case ${a#::ffff:} in
      169.254.169.254 | 169.254.170.2 | 169.254.170.23 | 100.100.100.200 | 192.0.0.192 | 168.63.129.16) return 0;;
      [Ff][Dd]00:[Ee][Cc]2::254 | [Ff][Dd]00:[Ee][Cc]2::23 | [Ff][Dd]20:[Cc][Ee]::254) return 0;;
    esac
  done
  return 1
}

# One GET, and what a redirect leads to: at most three, never from https to http, never from a public address to a private one.
http() {
  need curl
  set -f; public=; hops=0
  while :; do
    u=${1#*://}; u=${u%%[/?#]*}; p=${u##*:}; h=${u%:*}
    case $u in *\]) h=$u p=;; *:*) ;; *) h=$u p=;; esac
    [ -n "$p" ] || case $1 in https*) p=443;; *) p=80;; esac
    h=${h#[}; h=${h%]}; list=$h pin=
    if is_name "$h"; then
      list=; ! have getent || list=$(addresses "$h")
      pin=$(printf '%s\n' $list | sed 's/^\(.*:.*\)$/[\1]/' | tr '\n' ','); pin=${pin%,}
    fi
    why_not=
    if metadata "$list"; then why_not='this is a metadata service of a cloud, which answers with credentials'
    elif [ $hops -gt 0 ]; then
      case $h in *:*) ;; *[!0-9.]*) [ -n "$list" ] || why_not='where the redirect leads cannot be seen';; *) case .$h. in *.0[0-9]* | *..*) why_not='the redirect leads to no plain address';; .*.*.*.*.) ;; *) why_not='the redirect leads to no plain address';; esac;; esac
      if [ -z "$why_not" ] && [ $public = yes ] && inside "$list"; then why_not='the redirect leads from a public address to a private one'; fi
    fi
    [ -z "$why_not" ] || { echo "http GET $1: not asked: $why_not; after 0 ms"; return; }
    b=$(ms)
    r=$(curl -sS -k -g -m 8 --noproxy '*' ${pin:+--resolve "$h:$p:$pin"} -o /dev/null -w '%{http_code} %{time_starttransfer} %{remote_ip} %{remote_port} %{redirect_url}' -- "$1" 2>&1); c=$?; n=$(($(ms) - b))
    case $c in
      0) ;;
      28) echo "http GET $1: timed out (no reply) after $n ms"; return;;
      35 | 51 | 60) echo "http GET $1: TLS handshake failed: $(printf %s "$r" | head -n 1 | cut -c1-160) after $n ms"; return;;
      52) echo "http GET $1: the server closed the connection without a reply after $n ms"; return;;
      6) echo "http GET $1: no address after $n ms"; return;;
      7) w=$(try "$h" "$p") || exit $?; echo "http GET $1: ${w:-could not connect} after $n ms"; return;;
      *) echo "http GET $1: $(printf %s "$r" | head -n 1 | cut -c1-160) after $n ms"; return;;
    esac
    set -- "$1" $r
    echo "connected to $(at "$4" "$5")"
    echo "http GET $1: $2, first byte after $(awk -v t="$3" 'BEGIN { printf "%.0f", t * 1000 }') ms"
    [ -n "$public" ] || { public=yes; ! inside "$4" || public=no; }
    asked=$1 code=$2; shift 5; next=$*
    case $next in
      http://* | https://*) ;;
      *)
        if [ "$code" -ge 400 ]; then curl -sS -k -g -m 8 --noproxy '*' ${pin:+--resolve "$h:$p:$pin"} -- "$asked" 2>/dev/null | head -c 600 | tr -d '\000' | sed 's/^/| /'; fi
        return;;
    esac
    u=${next#*://}; u=${u%%[/?#]*}
    case $next in *[!]A-Za-z0-9._~:/?#@!\$\&*+,\;=%\(\)[-]*) echo 'redirect not followed: its address is no plain one'; return;; esac
    case $u in *@*) echo 'redirect not followed: its address carries a user name'; return;; esac
    [ $hops -lt 3 ] || { echo "redirect to $next not followed: 3 redirects are enough"; return; }
    case $asked,$next in https:*,http:*) echo "redirect to $next not followed: it leads from https to http"; return;; esac
    hops=$((hops + 1)); echo "redirect $hops to $next"
    set -- "$next"
  done
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
