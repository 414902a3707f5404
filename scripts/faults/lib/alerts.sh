# The alert payloads of the scenarios, in several dialects. Runs outside the scenario's host.
# A scenario's `alert` may use HOST, T_FAULT (when the fault began, epoch seconds) and T_PAST (when the host came up).
# shellcheck shell=bash

# alertmanager NAME SEVERITY SUMMARY [key=value …]
#   label.X=…, annotation.X=…, start=EPOCH, status=firing|resolved, end=EPOCH
alertmanager() { HOST=$HOST T_FAULT=$T_FAULT /usr/bin/python3 "$FAULTS_DIR/lib/alert.py" alertmanager "$@"; }
grafana() { HOST=$HOST T_FAULT=$T_FAULT /usr/bin/python3 "$FAULTS_DIR/lib/alert.py" grafana "$@"; }
# homemade key=value …: a JSON shape of some in-house monitor; start is written as a field of its own
homemade() { HOST=$HOST T_FAULT=$T_FAULT /usr/bin/python3 "$FAULTS_DIR/lib/alert.py" homemade "$@"; }
clock() { date -u -d "@$1" "+${2:-%Y-%m-%d %H:%M:%S UTC}"; }

# root_cause KIND ENTITY FAULT NOTE [also=OTHER_NAME…] [type=OTHER_FAULT…]: the other names and types are right answers too
root_cause() {
  /usr/bin/python3 -c '
import json, sys
kind, entity, fault, note, *more = sys.argv[1:]
label = {"verdict": "root_cause", "entityKind": kind, "entity": entity, "faultType": fault, "note": note}
for key, name in (("also", "entities"), ("type", "faultTypes")):
    if values := [m.split("=", 1)[1] for m in more if m.startswith(key + "=")]: label[name] = values
print(json.dumps(label))' "$@"
}
healthy() { /usr/bin/python3 -c 'import json,sys; print(json.dumps({"verdict":"healthy","entityKind":"host","entity":sys.argv[1],"faultType":"healthy","note":sys.argv[2]}))' "$HOST" "$1"; }

alert_file() { case $(scenario_meta "$1" DIALECT json) in text) echo alert.txt ;; *) echo alert.json ;; esac; }

write_alert() { # NAME FILE
  ( set -euo pipefail
    # shellcheck disable=SC1090
    source "$(scenario_file "$1")"
    alert > "$2" )
}

write_label() { # NAME
  ( set -euo pipefail
    # shellcheck disable=SC1090
    source "$(scenario_file "$1")"
    label )
}
