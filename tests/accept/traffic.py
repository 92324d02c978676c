"""A load that remembers every answer, and the comparison of what was acknowledged with what is
there.
"""

import http.client
import json
import sqlite3
import threading
import time

import rig


class Load:
    """Clients that deliver until the server is gone, and remember what they were told."""

    def __init__(self, address, key, name, clients=4, batch=7):
        self.address, self.key, self.name, self.batch = address, key, name, batch
        self.sent, self.acked, self.refused = set(), {}, []
        self.last_ack = 0.0
        self.ending = False
        self.lock = threading.Lock()
        self.threads = [
            threading.Thread(target=self.run, args=(it,), daemon=True) for it in range(clients)
        ]
        for thread in self.threads:
            thread.start()

    def run(self, client):
        connection = http.client.HTTPConnection(self.address, timeout=20)
        try:
            for number in range(10**9):
                if self.ending:
                    return
                size = self.batch if number % 3 == 0 else 1
                ids = [f"{self.name}-{client}-{number}-{it}" for it in range(size)]
                with self.lock:
                    self.sent.update(ids)
                status, _, body = rig.send(
                    connection, "POST", rig.EVENTS, self.key, [rig.event(it) for it in ids]
                )
                self.note(ids, status, body)
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def note(self, ids, status, body):
        with self.lock:
            if status != 200:
                self.refused.append(status)
                return
            self.last_ack = time.time()
            for id, result in zip(ids, json.loads(body)["results"], strict=True):
                self.acked[id] = result["seq"]

    def wait_for_refusal(self, timeout):
        until = time.monotonic() + timeout
        while not self.refused and time.monotonic() < until:
            time.sleep(0.01)
        self.wait()

    def wait(self, ending=True, timeout=25):
        self.ending |= ending
        for thread in self.threads:
            thread.join(timeout)


def compare(data, load):
    """What is in a closed database against what was told; returns lost, late and stored."""
    rig.annals("verify", data=data)
    database = sqlite3.connect(f"file:{data}/annals.db?mode=ro", uri=True)
    rows = database.execute("select seq, payload from event order by seq").fetchall()
    rig.demand([it[0] for it in rows] == list(range(len(rows))), "seq has holes")
    gaps = database.execute(
        "select count(*) from (select count(*) n, max(pool_seq) + 1 m from event group by pool_no)"
        " where n <> m"
    ).fetchone()[0]
    database.close()
    rig.demand(gaps == 0, "a Pool's sequence has holes")
    stored = {}
    for seq, payload in rows:
        body = json.loads(payload)
        id = body.get("id")
        if id is None:
            continue
        rig.demand(id not in stored, f"{id} is stored twice")
        rig.demand(body["target"]["id"] == id, f"{id} has another content")
        stored[id] = seq
    mine = {it for it in stored if it.startswith(f"{load.name}-")}
    rig.demand(mine <= load.sent, "something is stored that nobody sent")
    lost = [it for it, seq in load.acked.items() if stored.get(it) != seq]
    return lost, len(mine) - (len(load.acked) - len(lost)), len(mine)
