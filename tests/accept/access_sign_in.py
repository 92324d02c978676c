"""Attacks on the way in: guesses, timing, second factors, cookies. Each returns its figures:
`tries`, how many of them were `let_in`, and what else is worth telling."""

import math
import random
import re
import secrets
import statistics
import string
import threading
import time
import zlib

import rig
from people import PASSWORD, Person, enroll, shown

WRONG = "wrong wrong wrong"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def passwords(world):
    """A thousand guesses at one account from a hundred addresses, the right password among them.
    Every address also claims to stand for others, which changes nothing."""
    server, own = world.server, Person(world.server.address, "eve@example.org", "192.0.2.1")
    own.signed_in()
    before, let_in, own_in = hashes(server), 0, 0
    for number in range(1000):
        claimed = f"{random.randrange(1, 224)}.{number % 250}.1.1"
        guesser = Person(server.address, forwarded=f"{claimed}, 198.51.100.{number % 100}")
        password = PASSWORD if number > 100 and number % 10 == 0 else f"{WRONG} {number}"
        let_in += guesser.try_password("eve@example.org", password).is_in()
        if number == 500:
            before_own = hashes(server)
            again = Person(server.address, forwarded="203.0.113.1", cookies={
                k: v for k, v in own.cookies.items() if "device" in k})
            own_in = int(again.try_password("eve@example.org", PASSWORD).is_in())
            before += hashes(server) - before_own
    compared = hashes(server) - before
    rig.demand(own_in == 1, "the known browser is shut out")
    # Otherwise the guesses were refused for another reason.
    other = Person(server.address, forwarded="198.51.100.1")
    control = other.try_password("kim0@example.org", PASSWORD)
    rig.demand(control.is_in(), "the right password of another account is refused too")
    rig.demand(compared <= 40, f"{compared} of 1,000 guesses were compared in an hour")
    return {"tries": 1000, "let_in": let_in, "compared": compared, "known_browser_in": own_in,
            "hours_for_1000": round(1000 / 30)}


def forwarded_by_nobody(world):
    """The same without a trusted proxy: whatever is claimed, it is one address."""
    with world.another("untrusted") as server:
        before = hashes(server)
        let_in = sum(
            Person(server.address, forwarded=f"198.51.{it // 250}.{it % 250}")
            .try_password("eve@example.org", PASSWORD if it > 10 else WRONG).is_in()
            for it in range(300))
        compared = hashes(server) - before
    rig.demand(compared <= 6, f"{compared} of 300 guesses were compared")
    return {"tries": 300, "let_in": let_in, "compared": compared}


def timing(world, each=200):
    """Accounts that are there and such that are not, alternating: can the time tell them apart?
    Every answer is the same, also for one that was deactivated or is paused. The control compares
    with paused ones, for which nothing is computed."""
    for attempt in range(3):
        times, texts = measure(world, each, attempt)
        known, unknown = (it * 1000 for it in map(statistics.median, times[:2]))
        p = rank_test(times[0], times[1])
        if p > 0.01 and abs(known - unknown) < 5:
            break
    control = rank_test(times[0], times[2])
    rig.demand(control < 0.01, f"the rank test tells nothing apart: {control}")
    rig.demand(len(texts) == 1, "the answers differ")
    figures = {"tries": each * 2, "let_in": int(p <= 0.01 or abs(known - unknown) >= 5),
               "known_ms": round(known, 2), "unknown_ms": round(unknown, 2), "p": round(p, 3),
               "control_p": float(f"{control:.1g}")}
    return figures


def measure(world, each, attempt):
    times, texts = ([], [], [], []), set()

    def one(kind, email, address):
        person = Person(world.server.address, forwarded=address)
        person.get("/healthz")
        began = time.perf_counter()
        answer = person.try_password(email, WRONG)
        times[kind].append(time.perf_counter() - began)
        rig.demand(answer.status == 403, f"{answer.status}")
        texts.add(re.sub(r"'content-length', '\d+'", "", answer.plain().replace(email, "typed")))

    for number in range(each):
        account, address = number % 8 + attempt * 8, f"10.{attempt}.{number // 8}.1{number % 8}"
        pair = [(0, f"kim{account}@example.org"), (1, f"not{account}@example.org")]
        for kind, email in pair if number % 2 else reversed(pair):
            one(kind, email, f"{address}{kind}")
    for _ in range(40):
        one(2, "eve@example.org", "198.51.100.5")
    one(3, "gone@example.org", f"10.{attempt}.255.1")
    return times, texts


def rank_test(one, other):
    """Mann–Whitney: how likely such ranks are where nothing differs, two-sided."""
    ranked = sorted([(it, 0) for it in one] + [(it, 1) for it in other])
    ranks = sum(rank for rank, (_, kind) in enumerate(ranked, 1) if kind == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def codes(world):
    """Codes of the app: two steps off, the one that set it up, twenty racers with one, the same
    again, and wrong ones until the step closes."""
    tom = Person(world.server.address, "tom@example.org", "192.0.2.2").signed_in()
    app, _ = enroll(tom)
    pending = world.pending("tom@example.org")
    early = [try_code(pending, app.code(it)) for it in (-2, 2, -1)]
    racers = [world.pending("tom@example.org", copy=it) for it in range(20)]
    code, start, won = app.code(), threading.Barrier(20), []

    def race(person):
        start.wait()
        won.append(try_code(person, code))

    threads = [threading.Thread(target=race, args=(it,)) for it in racers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rig.demand(len(won) == 20 and sum(won) == 1, f"{sum(won)} of {len(won)} racers came in")
    again = [try_code(world.pending("tom@example.org"), code) for _ in range(3)]
    later = world.pending("tom@example.org")
    rig.demand(try_code(later, app.code(1)), "no code is taken any more")
    guesses = 0
    for _ in range(6):
        person = world.pending("tom@example.org")
        guesses += sum(try_code(person, f"{random.randrange(10**6):06}") for _ in range(5))
    # The step is closed now, and the right code opens nothing.
    closed = try_code(world.pending("tom@example.org"), app.code(1))
    let_in = sum(early) + sum(won) - 1 + sum(again) + guesses + closed
    return {"tries": 3 + 20 + 3 + 30 + 1, "let_in": let_in, "racers": 20, "racers_in": sum(won)}


def recovery(world):
    """A recovery code again, in other spellings, and all of a set that was replaced."""
    rita = Person(world.server.address, "rita@example.org", "192.0.2.3").signed_in()
    _, old = enroll(rita)
    in_again = world.pending("rita@example.org")
    rig.demand(try_code(in_again, old[0], "recovery"), "a recovery code is not taken")
    spellings = [old[0], old[0].lower(), old[0].replace("-", ""), f" {old[0]} ", old[0][:-1]]
    used = [try_code(world.pending("rita@example.org"), it, "recovery") for it in spellings]
    receipt = in_again.submit("/account/recovery-codes")
    new = shown(receipt, "codes").split()
    void = [try_code(world.pending("rita@example.org"), it, "recovery") for it in old[1:]]
    rig.demand(try_code(world.pending("rita@example.org"), new[0], "recovery"), "none is taken")
    return {"tries": len(used) + len(void), "let_in": sum(used) + sum(void)}


def try_code(person, code, step="code"):
    answer = person.post(f"/sign-in/{step}", {"code": code, "next": "/account"})
    return answer.status == 303 and answer.location == "/account"


def pending_alone(world):
    """Whoever proved a password, and has a code to prove, opens nothing else."""
    pending, let_in, tries = world.pending("dora@example.org"), 0, 0
    for method, path, who in world.routes:
        if who.startswith("anyone") or who == "pending sign-in":
            continue
        answer = pending.copy().send(method, path, b"" if method == "POST" else None)
        let_in, tries = let_in + answer.is_in(), tries + 1
    return {"tries": tries, "let_in": let_in}


def stolen_cookies(world):
    """A copy of the cookies, after whatever ends a session, at every page."""
    pages = [path for method, path, who in world.routes
             if method == "GET" and "{" not in path and who in ("person", "whoever signed in")]
    figures = {"tries": 0, "let_in": 0}

    def stolen(reason, end):
        person = Person(world.server.address, f"vera{reason}@example.org", "192.0.2.4").signed_in()
        thief = person.copy()
        rig.demand(thief.get("/account").status == 200, "a stolen cookie opens nothing anyway")
        end(person)
        for page in pages:
            figures["tries"] += 1
            figures["let_in"] += thief.copy().get(page).is_in()

    def elsewhere(person):
        return Person(person.address, person.email, "192.0.2.5").signed_in()

    def ask(person, verb):
        answer = world.owner.submit(f"/operators/{world.operator_id(person.email)}/{verb}")
        rig.demand(answer.status in (200, 303), f"{verb}: {answer.status}")

    stolen(0, lambda it: it.post("/sign-out", {"csrf": it.token()}))
    stolen(1, lambda it: change_password(elsewhere(it)))
    stolen(2, lambda it: ask(it, "deactivate"))
    stolen(3, lambda it: ask(it, "sessions/revoke"))
    stolen(4, lambda it: enroll(elsewhere(it)))
    stolen(5, lambda it: ask(it, "reset-password"))
    stolen(6, lambda it: elsewhere(it).submit("/account/sessions/revoke"))
    return figures | {"ways": 7}


def change_password(person):
    fields = {**person.form("/password"), "password": "another battery of horses"}
    # It is asked for where it was not proved a moment ago.
    answer = person.post("/password", {**fields, "current": PASSWORD})
    rig.demand(answer.status == 303, f"the password is not changed: {answer.status}")


def fixation(world):
    """A cookie that was there before somebody signs in never becomes their session."""
    let_in, planted = 0, [secrets.token_hex(32), "", "0" * 64, "a", *world.admin_b.cookies.values()]
    for value in planted:
        victim = Person(world.server.address, "vic@example.org", "192.0.2.6", {"annals": value})
        victim.signed_in()
        thief = Person(world.server.address, cookies={"annals": value})
        let_in += "vic@example.org" in thief.get("/account").text
        let_in += victim.cookies["annals"] == value
        victim.post("/sign-out", {"csrf": victim.token()})
    return {"tries": len(planted), "let_in": let_in}


def made_up(world):
    """Session cookies, device cookies, API keys, invite links and set-up codes that nobody made,
    and real ones with a sign changed."""
    server, let_in, tries = world.server, 0, 0

    def one(is_in):
        nonlocal let_in, tries
        let_in, tries = let_in + bool(is_in), tries + 1

    real = world.admin_a.cookies["annals"]
    for number in range(1000):
        value = secrets.token_hex(32) if number % 2 else changed(real, "0123456789abcdef")
        world.stranger.cookies = {"annals": value}
        one(world.stranger.get("/account").is_in())
    world.stranger.cookies = {}
    for number in range(1000):
        key = made_key() if number % 2 else changed(world.keys["read A"], BASE62)
        one(server_ask(world, key).is_in())
    for number in range(200):
        one(world.stranger.get(f"/invites/{secrets.token_hex(32)}").is_in())
    for place, number in (("empty", 100), ("control", 0)):
        with world.another(place, furnished=False) as fresh:
            person, code = Person(fresh.address), (world.folder / place / "setup-code").read_text()
            form = {"name": "Eve", "email": "eve@example.org", "password": PASSWORD, "zone": "UTC"}
            for _ in range(number):
                wrong = changed(code.strip(), "".join(set(code.strip()) - {"-"}))
                one(person.post("/setup", {**form, "setup_code": wrong}).status < 400)
            if not number:
                answer = person.post("/setup", {**form, "setup_code": code.strip()})
                rig.demand(answer.status == 303, f"the real code opens nothing: {answer.status}")
    return {"tries": tries, "let_in": let_in}


def server_ask(world, key):
    person = world.stranger
    person.bearer = key
    try:
        return person.get("/api/v1/events")
    finally:
        person.bearer = None


def changed(text, alphabet):
    at = random.randrange(len(text))
    other = random.choice([it for it in alphabet if it != text[at]])
    return text[:at] + other + text[at + 1:]


def made_key():
    """Of the right form, with the right checksum."""
    def base62(number, width):
        digits = ""
        while number:
            number, digit = divmod(number, 62)
            digits = BASE62[digit] + digits
        return digits.rjust(width, "0")

    word = "".join(random.choices(BASE62, k=8))
    text = f"anp_{word}_{base62(secrets.randbits(256), 43)}"
    return text + base62(zlib.crc32(text.encode()), 6)


def hashes(server):
    text = server.ask("GET", "/metrics")[2].decode()
    found = re.search(r"^annals_password_hashes_total (\d+)", text, re.M)
    rig.demand(found, "no count of hashes")
    return int(found[1])
