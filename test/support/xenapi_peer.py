"""A client of the XenAPI as small as Python's own library makes it: prints what it read as one line of JSON."""

import json
import sys
import xmlrpc.client


def call(server, name, *args):
    answer = getattr(server, name)(*args)
    if answer["Status"] != "Success":
        raise SystemExit(json.dumps(answer["ErrorDescription"]))
    return answer["Value"]


url, user, password = sys.argv[1:4]
server = xmlrpc.client.ServerProxy(url)
session = call(server, "session.login_with_password", user, password, "2.21", "python-peer/1.0")
vms = call(server, "VM.get_all_records", session)
events = call(server, "event.from", session, ["VM", "task"], "", 1.0)
host = call(server, "host.get_all", session)[0]
time = call(server, "host.get_servertime", session, host)
call(server, "session.logout", session)
refused = server.VM.get_all(session)
print(
    json.dumps(
        {
            "vms": sorted(vm["name_label"] for vm in vms.values()),
            "memory": sorted(vm["memory_static_max"] for vm in vms.values()),
            "events": len(events["events"]),
            "counts": events["valid_ref_counts"],
            "token": events["token"],
            "time": str(time),
            "refused": refused["ErrorDescription"][0],
        }
    )
)
