"""What the acceptance programs share: the real binary, its server, and the line that each prints.
Standard library only; `traffic` is the load that most of them send.

Every program prints one line of JSON and ends with 0 (passed), 1 (failed) or 77 (this machine
cannot do it, which is never a pass). ANNALS_BIN names the binary (ANNALS_TEST_BIN does too);
without it, the one of `cargo build` is used.

The line has `check` (the program), `command` (how to have it again), `verdict`, the figures, and
`row`: what the README's table says of it. `rig.row` makes it, and `tests/accept/table` prints the
table of a file of such lines, which is what `tests/run --long` ends with.

    what          the fault or attack in words, with what came of it
    tries         how often
    acknowledged  events that were answered 2xx, if any were sent
    lost          of these, how many were not there afterwards
    let_in        attempts that did what they must not, where somebody attacks
    control       what the run that breaks the promise on purpose did, to see that the rig notices
"""

import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EVENTS = "/api/v1/events"
PASSWORD = "correct horse battery"
READY_WITHIN = 30
IMAGE_BYTES = 96 * 1024 * 1024


class Cannot(Exception):
    """This machine cannot do it."""


class Failed(Exception):
    """A promise is broken."""


def main(check, work):
    """Runs `work`, prints its figures as one line, and returns the exit code."""
    try:
        figures = work()
        code, verdict = 0, "passed"
    except Cannot as reason:
        figures, code, verdict = {"reason": str(reason)}, 77, "SKIPPED"
    except Failed as reason:
        figures, code, verdict = {"reason": str(reason)}, 1, "FAILED"
    command = " ".join([check, *sys.argv[1:]])
    line = {"check": check, "command": command, "verdict": verdict, **figures}
    print(json.dumps(line), flush=True)
    return code


def row(what, tries, *, acknowledged=None, lost=None, let_in=None, control=None):
    """What the README's table says of a run, as a figure beside the others."""
    told = {"what": what, "tries": tries, "acknowledged": acknowledged, "lost": lost,
            "let_in": let_in, "control": control}
    return {"row": {name: it for name, it in told.items() if it is not None}}


def demand(holds, reason):
    if not holds:
        raise Failed(reason)


def binary():
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    default = pathlib.Path(target) / "debug" / "annals"
    named = os.environ.get("ANNALS_BIN") or os.environ.get("ANNALS_TEST_BIN")
    found = pathlib.Path(named or default).resolve()
    demand(found.exists(), f"there is no binary at {found}")
    return str(found)


def disk():
    """A folder on a disk, which a folder for temporary files need not be."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    target.mkdir(parents=True, exist_ok=True)
    return target


def has_failpoints():
    """Release builds have no places at which a test can make them fail or lie."""
    return b"failpoint" in pathlib.Path(binary()).read_bytes()


def environment():
    """The settings of whoever runs the tests must not reach the tested process."""
    return {k: v for k, v in os.environ.items() if not k.startswith("ANNALS_")}


@contextlib.contextmanager
def folder(prefix, place=None):
    path = pathlib.Path(tempfile.mkdtemp(prefix=f"annals-{prefix}-", dir=place))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def annals(*words, data=None, given=None, expect=0):
    command = [binary(), *words] + (["--data", str(data)] if data else [])
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, env=environment(), timeout=600
    )
    if expect is not None and done.returncode != expect:
        said = (done.stdout + done.stderr).strip()[-400:]
        raise Failed(f"annals {' '.join(words[:2])} ended with {done.returncode}: {said}")
    return done


def provision(data):
    """A data directory with an owner, a Pool and its keys; returns the write and the read key."""
    annals("operator", "create", "--email", "olga@example.org", "--name", "Olga", "--role", "owner",
           "--password-stdin", data=data, given=f"{PASSWORD}\n")
    annals("pool", "create", "--slug", "edge", "--name", "Edge", data=data)
    return tuple(
        annals("key", "create", "--pool", "edge", "--name", it, "--permission", it, data=data)
        .stdout.strip()
        for it in ("write", "read")
    )


def can_mount():
    if os.geteuid() != 0:
        raise Cannot("only root can mount a file system")
    for tool in ("mkfs.ext4", "mount", "umount"):
        if not shutil.which(tool):
            raise Cannot(f"there is no {tool}")


def make_file_system(file):
    with open(file, "wb") as image:
        image.truncate(IMAGE_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", file], check=True)


@contextlib.contextmanager
def mounted(image, place, *options):
    place.mkdir(exist_ok=True)
    command = ["mount", "-o", ",".join(["loop", *options]), image, place]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Cannot(f"no file system can be mounted from a file: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


class Server:
    """`annals serve` on a free port; `before` goes in front of the command, `more` to its
    environment."""

    def __init__(self, data, log, before=(), more=None):
        command = [*before, binary(), "serve", "--data", str(data), "--listen", "127.0.0.1:0"]
        self.log = log
        with open(log, "ab") as to:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=to, text=True,
                env=environment() | (more or {}),
            )
        line = self.process.stdout.readline()
        self.address = line.strip().removeprefix("listening on http://") if line else None

    def started(self):
        if self.address is None:
            code = self.process.wait(READY_WITHIN)
            raise Failed(f"it did not start, but ended with {code}: {self.said()[-400:]}")
        return self

    def said(self):
        return pathlib.Path(self.log).read_text(errors="replace")

    def ask(self, method, path, key=None, body=None, timeout=30):
        """Status, headers and body of one answer, on a connection of its own."""
        connection = http.client.HTTPConnection(self.address, timeout=timeout)
        try:
            return send(connection, method, path, key, body)
        finally:
            connection.close()

    def stop(self, within=12):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    def kill(self):
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def serving(data, log, before=(), more=None):
    server = Server(data, log, before, more)
    try:
        yield server.started()
    finally:
        server.kill()


def sign_in(address, email="olga@example.org"):
    """The session's cookie, as a header's value; status and reason where there is none."""
    form = {"email": email, "password": PASSWORD, "next": "/"}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{address}",
    }
    connection = http.client.HTTPConnection(address, timeout=30)
    try:
        connection.request("POST", "/sign-in", urllib.parse.urlencode(form), headers)
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    cookies = [it.split(";")[0] for it in answer.headers.get_all("Set-Cookie", [])]
    plain = re.sub(rb"<head>.*?</head>|<[^>]*>", b" ", said, flags=re.DOTALL)
    plain = b" ".join(plain.split())[:300]
    demand(answer.status == 303 and cookies, f"nobody is signed in: {answer.status} {plain}")
    return "; ".join(cookies)


def page(address, path, cookies):
    """Status and body of what a signed-in browser asks for."""
    connection = http.client.HTTPConnection(address, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": cookies})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def endpoint(address):
    host, _, port = address.rpartition(":")
    return host, int(port)


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def terminate(process):
    os.kill(process, signal.SIGTERM)


def children(process):
    listed = pathlib.Path(f"/proc/{process}/task/{process}/children")
    return [int(it) for it in listed.read_text().split()] if listed.exists() else []


def end(server):
    """Ends a server at once, also one that is the child of strace and stays when that is killed."""
    for child in children(server.process.pid):
        kill(child)
        wait_until_gone(child)
    server.kill()


def wait_until_gone(process):
    """A process that is killed holds its locks until its last thread has ended, and strace saw."""
    place, until = pathlib.Path(f"/proc/{process}"), time.monotonic() + READY_WITHIN
    while place.exists():
        demand(time.monotonic() < until, "a killed process stays")
        time.sleep(0.005)


def allow_descriptors(count):
    """For this process and the server that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count:
        raise Cannot(f"this takes {count} descriptors, and {hard} are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


def resident_kib(process):
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise Failed("the server is gone")


def has_strace():
    return shutil.which("strace") is not None


def slowed(server, calls, microseconds):
    """strace, holding these system calls of a server back."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}",
         "-e", f"inject={calls}:delay_enter={microseconds}", "-p", str(server.process.pid)],
        stderr=subprocess.DEVNULL,
    )
    status = pathlib.Path(f"/proc/{server.process.pid}/status")
    while "TracerPid:\t0\n" in status.read_text():
        if tracer.poll() is not None:
            raise Cannot("strace cannot watch another process here")
        time.sleep(0.001)
    return tracer


def send(connection, method, path, key=None, body=None):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    data = json.dumps(body).encode() if body is not None else None
    connection.request(method, path, body=data, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def event(id):
    return {
        "id": id, "action": "service.scale", "outcome": "success",
        "actor": {"type": "user", "id": "u_17", "label": "Ana Ruiz"},
        "target": {"kind": "service", "id": id, "label": "checkout"},
    }


@contextlib.contextmanager
def database(data):
    """Of a data directory, to be read with another tool than the product."""
    opened = sqlite3.connect(f"file:{data}/annals.db?mode=ro", uri=True)
    try:
        yield opened
    finally:
        opened.close()
