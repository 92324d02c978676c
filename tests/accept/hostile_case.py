"""What a hostile request is, and how one is put together."""

import dataclasses
import json
import random

EVENTS = "/api/v1/events"
# In every hostile place that can hold it: no log and no problem may repeat it.
MARK = "zq9hostile"
# What ids of hidden requests begin with.
HIDDEN = "smuggled-"
CLOSED = 0
HOST = "Host: localhost\r\n"
KIB = 1024


@dataclasses.dataclass
class Case:
    kind: str
    name: str
    data: bytes
    # The status of the first answer; CLOSED: none comes before the end.
    expected: int
    # How many answers there are; more would be to a request that nobody sent.
    answers: int = 1
    # Nothing but an end may follow: what comes next on this connection cannot be trusted.
    closes: bool = False
    # We say that nothing more follows. Without that the server waits, as it should.
    ends: bool = False
    # Sent after `data` until the server ends it.
    forever: bytes = b""
    # Has another request inside, which must not be executed.
    hides: bool = False


def event(**other):
    return {"action": "service.scale", "outcome": "success", **other}


def text(value):
    return json.dumps(value).encode()


def chunked(*pieces):
    return b"".join(b"%x\r\n%b\r\n" % (len(it), it) for it in pieces) + b"0\r\n\r\n"


class Maker:
    def __init__(self, key, read):
        self.auth = f"Authorization: Bearer {key}\r\n"
        self.read = f"Authorization: Bearer {read}\r\n"
        self.kind, self.count = "", 0

    def all(self):
        """Every case of every kind."""
        return [case for make in self.kinds() for case in make()]

    def case(self, name, data, expected, **more):
        data = data.encode() if isinstance(data, str) else data
        return Case(self.kind, name, data, expected, **more)

    def get(self, target="/healthz", *lines, host=HOST):
        head = "".join(f"{it}\r\n" for it in lines)
        return f"GET {target} HTTP/1.1\r\n{host}{head}\r\n".encode("latin-1")

    def ask(self, after):
        """Reads, with the key for it; `after` goes behind the address."""
        return self.get(EVENTS + after, self.read.strip())

    def post(self, body, *lines, kind="application/json", target=EVENTS, auth=None, length=True):
        said = [f"Content-Length: {len(body)}"] if length else []
        said += [f"Content-Type: {kind}"] if kind else []
        head = "".join(f"{it}\r\n" for it in (*said, *lines))
        auth = self.auth if auth is None else auth
        return f"POST {target} HTTP/1.1\r\n{HOST}{auth}{head}\r\n".encode("latin-1") + body

    def in_chunks(self, body, *lines, **more):
        return self.post(body, "Transfer-Encoding: chunked", *lines, length=False, **more)

    def form(self, body, target="/sign-in"):
        return self.post(body, kind="application/x-www-form-urlencoded", target=target, auth="")

    def hidden(self):
        """A whole delivery that would be taken if it were ever read as a request."""
        self.count += 1
        return self.post(text(event(id=f"{HIDDEN}{self.count}")))


def mutants(seeds, count, seed):
    """What chance makes of the cases: no answer is expected of them, but that none is a failure."""
    chance = random.Random(seed)
    short = [it.data for it in seeds if it.data and len(it.data) < 4096 and not it.hides]
    for _ in range(count):
        data = bytearray(chance.choice(short))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data) + 1)
            other = chance.choice(short)
            piece = other[chance.randrange(len(other)):][:chance.randint(1, 32)]
            data[at:at + chance.choice((0, 0, 1, 8))] = chance.choice(
                (b"", bytes([chance.randrange(256)]), piece, b"\r\n", b"%00", b'"'))
        yield bytes(data)
