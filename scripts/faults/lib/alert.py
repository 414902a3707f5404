"""Prints one alert payload: alert.py alertmanager|grafana NAME SEVERITY SUMMARY key=value… | homemade key=value…"""
import hashlib, json, os, sys, time

host, t_fault = os.environ["HOST"], int(os.environ["T_FAULT"])
iso = lambda t, frac="": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)) + frac + "Z"
kind, *rest = sys.argv[1:]


def split(pairs):
    out = {"label": {}, "annotation": {}, "": {}}
    for p in pairs:
        k, _, v = p.partition("=")
        head, _, tail = k.partition(".")
        if head in ("label", "annotation") and tail:
            out[head][tail] = v
        else:
            out[""][k] = v
    return out


if kind == "homemade":
    print(json.dumps({k: (int(v) if v.lstrip("-").isdigit() else v) for k, v in (p.split("=", 1) for p in rest)}, indent=2))
    sys.exit()

name, severity, summary, *pairs = rest
given = split(pairs)
start = int(given[""].get("start", t_fault))
start = min(start, int(time.time()) - 2)
status = given[""].get("status", "firing")
end = given[""].get("end")
labels = {"alertname": name, "instance": f"{host}:9100", "severity": severity, **given["label"]}
labels = dict(sorted((k, v) for k, v in labels.items() if v))
annotations = {"summary": summary, **given["annotation"]}
print_id = hashlib.sha256(json.dumps(labels).encode()).hexdigest()[:16]
ends = iso(int(end), ".512Z"[:-1]) if end else "0001-01-01T00:00:00Z"
alert = {"status": status, "labels": labels, "annotations": annotations, "startsAt": iso(start, ".512"), "endsAt": ends,
         "generatorURL": f"http://prometheus.northwind.internal:9090/graph?g0.tab=1&g0.expr={name}", "fingerprint": print_id}
group = {k: labels[k] for k in ("alertname",)}
if kind == "alertmanager":
    body = {"receiver": "sre", "status": status, "alerts": [alert], "groupLabels": group, "commonLabels": labels,
            "commonAnnotations": annotations, "externalURL": "http://alertmanager.northwind.internal:9093", "version": "4",
            "groupKey": "{}:{" + f'alertname="{name}"' + "}", "truncatedAlerts": 0}
else:
    labels.setdefault("grafana_folder", "Production")
    alert |= {"generatorURL": f"https://grafana.northwind.internal/alerting/grafana/{print_id[:9]}/view?orgId=1",
              "silenceURL": "https://grafana.northwind.internal/alerting/silence/new", "dashboardURL": "", "panelURL": "",
              "values": {"A": float(given[""].get("value", 1))}, "valueString": f"[ var='A' labels={{instance={host}}} value={given[''].get('value', 1)} ]"}
    body = {"receiver": "oncall", "status": status, "alerts": [alert], "groupLabels": {**group, "grafana_folder": labels["grafana_folder"]},
            "commonLabels": labels, "commonAnnotations": annotations, "externalURL": "https://grafana.northwind.internal/", "version": "1",
            "groupKey": "{}/{}:{" + f'alertname="{name}"' + "}", "truncatedAlerts": 0, "orgId": 1,
            "title": f"[{status.upper()}:1] {name} {host}", "state": "alerting" if status == "firing" else "ok",
            "message": f"**{status.capitalize()}**\n\nValue: A={given[''].get('value', 1)}\nLabels:\n" + "".join(f" - {k} = {v}\n" for k, v in labels.items()) + f"Annotations:\n - summary = {summary}\n"}
print(json.dumps(body, indent=2))
