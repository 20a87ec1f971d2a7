# SPDX-License-Identifier: GPL-2.0-only
"""Who plays, by name."""

from actors import (adapter, bind, look, module, move, namespace, numvfs, objects, policy, queues,
                    remove, reset, uplink, xdp)
from steering import client, fault, offer, vmq
from streams import gso, tcp, traffic

ACTORS = {
    "numvfs": numvfs, "bind": bind, "remove": remove, "reset": reset, "look": look,
    "adapter": adapter, "module": module, "objects": objects, "objects2": objects, "move": move,
    "offer": offer, "fault": fault, "vmq": vmq, "client": client,
    "policy": policy, "queues": queues, "xdp": xdp, "namespace": namespace,
    "namespace2": namespace, "uplink": uplink, "traffic": traffic, "traffic2": traffic,
    "gso": gso, "tcp": tcp,
}
# Those who are done in no time.
SMALL = {reset, move, policy, queues, xdp, traffic, offer, fault, gso}
