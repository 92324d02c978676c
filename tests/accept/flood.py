#!/usr/bin/env python3
"""Sends deliveries at a pace, whether answers come or not, or from so many connections as quickly
as answers come. In a process of its own, so that whoever measures beside it does not wait for it; told
what to send by one line of JSON, it answers with one.

One thread that waits for sockets: a delivery of a thousand events costs it half a millisecond.
"""

import json
import resource
import selectors
import socket
import subprocess
import sys
import time

CONNECTIONS_MAX = 1024
# What each delivery has instead, so that no two are of the same ids.
NUMBER = b"00000000"
LAST_ANSWER_WITHIN = 30


class Flood:
    """The side of whoever wants one."""

    def __init__(self, address, key, name, seconds, batch, rate=None, connections=CONNECTIONS_MAX):
        """`rate` deliveries a second; without one, as many as there are connections."""
        asked = {"address": address, "key": key, "name": name, "seconds": seconds, "batch": batch,
                 "rate": rate, "connections": connections}
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()

    def is_going(self):
        return self.process.poll() is None

    def result(self):
        said, _ = self.process.communicate()
        return json.loads(said)


class Sender:
    def __init__(self, address, key, name, seconds, batch, rate, connections):
        host, _, port = address.rpartition(":")
        self.address, self.seconds = (host, int(port)), seconds
        self.step, self.connections = 1 / rate if rate else 0, connections
        body = events(f"{name}-{NUMBER.decode()}", batch)
        head = (f"POST /api/v1/events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}"
                "\r\nContent-Type: application/x-ndjson\r\nContent-Length: ")
        self.request = head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body
        self.selector = selectors.DefaultSelector()
        self.idle, self.busy = [], 0
        self.sent, self.late, self.unsent = 0, 0.0, 0
        self.accepted, self.refused, self.other = [], [], 0
        self.retry_after = {}

    def run(self):
        began = time.monotonic()
        until = began + self.seconds
        number = 0
        while (now := time.monotonic()) < until or self.busy:
            due = began + number * self.step if self.step else now
            if now > until + LAST_ANSWER_WITHIN:
                break
            may_send = now < until and (self.step or self.busy < self.connections)
            if may_send and now >= due:
                self.late = max(self.late, now - due)
                self.send(number, now)
                number += 1
                wait = 0
            else:
                wait = due - now if may_send else 0.05
            for found, _ in self.selector.select(wait):
                found.data.go_on()

    def send(self, number, now):
        if self.busy >= self.connections:
            self.unsent += 1
            return
        peer = self.idle.pop() if self.idle else Peer(self)
        self.busy += 1
        self.sent += 1
        peer.begin(self.request.replace(NUMBER, f"{number:08}".encode()), now)

    def note(self, peer, head, took):
        self.busy -= 1
        status = int(head[9:12])
        after = field(head, b"retry-after")
        if status == 200:
            self.accepted.append(took)
        elif status in (429, 503):
            self.refused.append(took)
            said = f"{status} {after}"
            self.retry_after[said] = self.retry_after.get(said, 0) + 1
        else:
            self.other += 1
        if status == 200 and field(head, b"connection") != "close":
            self.idle.append(peer)
        else:
            peer.close()

    def lost(self, peer):
        self.busy -= 1
        self.other += 1
        peer.close()

    def figures(self):
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "sent": self.sent, "unsent": self.unsent, "late_max": self.late,
            "accepted": self.accepted, "refused": self.refused, "other": self.other + self.busy,
            "retry_after": self.retry_after, "cpu": used.ru_utime + used.ru_stime,
            "bytes": len(self.request),
        }


class Peer:
    """A connection, and the delivery that it is busy with."""

    def __init__(self, sender):
        self.sender, self.socket = sender, socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(sender.address)
        self.events = selectors.EVENT_READ | selectors.EVENT_WRITE
        sender.selector.register(self.socket, self.events, self)
        self.rest, self.inbox, self.began, self.is_busy = b"", b"", 0.0, False

    def begin(self, request, now):
        self.rest, self.inbox, self.began = memoryview(request), b"", now
        self.is_busy = True
        self.go_on()

    def go_on(self):
        try:
            self.write()
            self.read()
        except BlockingIOError:
            pass
        except OSError:
            self.end()

    def write(self):
        try:
            while self.rest:
                self.rest = self.rest[self.socket.send(self.rest):]
        except (BlockingIOError, BrokenPipeError, ConnectionResetError):
            # Refused meanwhile, perhaps: the answer says so.
            pass
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.rest else 0)
        if wanted != self.events:
            self.events = wanted
            self.sender.selector.modify(self.socket, wanted, self)

    def read(self):
        while True:
            data = self.socket.recv(1 << 18)
            if not data:
                return self.end()
            self.inbox += data
            head, found, body = self.inbox.partition(b"\r\n\r\n")
            if found and len(body) >= int(field(head, b"content-length") or 0):
                self.is_busy = False
                return self.sender.note(self, head, time.monotonic() - self.began)

    def end(self):
        if self.is_busy:
            self.is_busy = False
            self.sender.lost(self)
        else:
            if self in self.sender.idle:
                self.sender.idle.remove(self)
            self.close()

    def close(self):
        self.sender.selector.unregister(self.socket)
        self.socket.close()


def field(head, name):
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip().decode()
    return None


def events(name, count):
    return b"\n".join(json.dumps({
        "id": f"{name}-{it}", "action": "service.scale", "outcome": "success",
        "actor": {"type": "user", "id": "u_17", "label": "Ana Ruiz"},
    }).encode() for it in range(count))


if __name__ == "__main__":
    sender = Sender(**json.loads(sys.stdin.readline()))
    sender.run()
    print(json.dumps(sender.figures()))
