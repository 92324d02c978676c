"""Hostile requests that are good HTTP; what they carry is the attack."""

import gzip

from hostile_case import EVENTS, HOST, KIB, MARK, Maker, event, text


class Contents(Maker):
    def kinds(self):
        return [
            self.invalid_utf8, self.deep_nesting, self.repeated_keys, self.huge_numbers,
            self.control_characters, self.compressed, self.content_types,
        ]

    def invalid_utf8(self):
        self.kind = "invalid UTF-8"
        raw = lambda target: f"GET {target} HTTP/1.1\r\n{HOST}".encode("latin-1")
        bad = b'{"action":"' + MARK.encode() + b'\xff\xfe","outcome":"success"}'
        return [
            self.case("in a path", raw("/\xff\xfe") + b"\r\n", 400),
            self.case("escaped in a path", self.get("/%FF%C0%AF"), 404),
            self.case("escaped in an event's", self.ask("/%FF"), 404),
            self.case("in a query", raw(f"{EVENTS}?actor=\xff") + self.read.encode() + b"\r\n",
                      400),
            self.case("escaped in a query", self.ask("?actor=%FF%ED%A0%80"), 200),
            self.case("escaped in a name", self.ask("?%FF=1"), 200),
            self.case("in a header", raw("/healthz") + b"User-Agent: \xff\xfe\r\n\r\n", 200),
            self.case("in a header's name", raw("/healthz") + b"X-\xff: 1\r\n\r\n", 400,
                      closes=True),
            self.case("in a cookie", raw("/audit-logs") + b"Cookie: annals=\xff\r\n\r\n", 303),
            self.case("in a key", raw(EVENTS) + b"Authorization: Bearer \xff\r\n\r\n", 401),
            self.case("in a host", b"GET /healthz HTTP/1.1\r\nHost: \xff\r\n\r\n", 421),
            self.case("in JSON", self.post(bad), 400),
            self.case("in a line", self.post(bad, kind="application/x-ndjson"), 422),
            self.case("UTF-16", self.post("{}".encode("utf-16")), 400),
            self.case("a half pair", self.post(text(event(reason="\ud800"))), 422),
            self.case("in a form", self.form(b"email=\xff\xfe&password=%FF"), 403),
        ]

    def deep_nesting(self):
        self.kind = "deep nesting"
        nested = lambda depth: text(event()).replace(
            b'"outcome"', b'"details":' + b'{"a":' * depth + b"1" + b"}" * depth + b',"outcome"')
        most, half = KIB * KIB - 4, KIB * KIB // 2
        return [
            self.case("lists to the limit, open", self.post(b"[" * most), 400),
            self.case("lists to the limit", self.post(b"[" * half + b"]" * half), 422),
            self.case("maps to the limit, open", self.post(b'{"a":' * (most // 5)), 400),
            self.case("lists and maps", self.post(b'[{"a":' * 9000 + b"1" + b"}]" * 9000), 422),
            self.case("wrongly closed", self.post(b"[{" * 9000 + b"]}" * 9000), 400),
            self.case("nine levels", self.post(nested(8)), 422),
            self.case("in a line", self.post(b"[" * 9000, kind="application/x-ndjson"), 422),
            self.case("closed in a line", self.post(b"[" * 9000 + b"]" * 9000,
                                                    kind="application/x-ndjson"), 422),
            self.case("a million empty lists", self.post(b"[" + b"[]," * 9000 + b"[]]"), 413),
            self.case("in a form", self.form(b"email" + b"[a]" * 9000 + b"=1"), 403),
        ]

    def repeated_keys(self):
        self.kind = "duplicate keys"
        good = text(event())[:-1].decode()
        twice = '{"a":1,"a":2}'
        deep = lambda depth: '{"a":' * depth + twice + "}" * depth
        inside = [("at the top", f'{good},"action":"{MARK}.x"}}'),
                  ("escaped", f'{good},"\\u0061ction":"{MARK}.x"}}'),
                  ("the same value", f'{good},"outcome":"success"}}'),
                  ("in an actor", f'{good},"actor":{{"type":"user","id":"a","id":"b"}}}}'),
                  ("in a list", f'{good},"details":{{"roles":[{twice}]}}}}'),
                  ("30 others between", good + ',"details":{"x":1,' + ",".join(
                      f'"k{it}":1' for it in range(30)) + ',"x":2}}')]
        inside += [(f"{it + 2} levels down", f'{good},"details":{deep(it)}}}') for it in range(6)]
        made = [self.case(name, self.post(body.encode()), 422) for name, body in inside]
        made += [self.case(f"{name}, in a line", self.post(
            body.encode(), kind="application/x-ndjson"), 422) for name, body in inside]
        made.append(self.case("in a query", self.ask("?outcome=success&outcome=failure"), 200))
        made.append(self.case("in a form", self.form(b"email=a&email=b&password=c&password=d"),
                              403))
        return made

    def huge_numbers(self):
        self.kind = "huge numbers"
        good = text(event())[:-1]
        at = lambda field, number: self.post(good + f',"details":{{"{field}":{number}}}}}'.encode())
        taken = ["1e400", "-1e400", "1e-400", "1E+400", "-0", "-0.0", "9007199254740993",
                 str(2**63), str(2**64), "1e999999999", "0." + "1" * 9000, "9" * 9000]
        broken = ["NaN", "Infinity", "-Infinity", "0x10", "01", ".5", "1.", "1e", "+1", "--1",
                  "1_000", "1e+", "٣", f"{MARK}"]
        made = [self.case(it[:16], at("model_count", it), 200) for it in taken]
        made += [self.case(f"not one: {it}", at("model_count", it), 400) for it in broken]
        made.append(self.case("10^5 digits", at("model_count", "9" * 10**5), 422))
        made.append(self.case("10^6 digits", at("model_count", "9" * 10**6), 422))
        made.append(self.case("as a time", self.post(good + b',"occurred_at":1e400}'), 422))
        for name in ("limit", "after_seq", "before", "window", "event"):
            for number in ("9" * 7000, "-1", "1e9", str(2**64), "0" * 7000, "NaN"):
                made.append(self.case(f"{name}={number[:8]}", self.ask(f"?{name}={number}"), 200))
        made += [self.case(f"an event's: {it[:8]}", self.ask(f"/{it}"), 404)
                 for it in ("9" * 7000, str(2**63), "-1", "1e1", "NaN", "+1", "01")]
        return made

    def control_characters(self):
        self.kind = "control characters"
        raw = lambda line: f"GET /healthz HTTP/1.1\r\n{HOST}".encode() + line + b"\r\n\r\n"
        good = text(event())[:-1]
        body = lambda inside: self.post(good + b',"reason":"' + inside + b'"}')
        line = "%0d%0aSet-Cookie:%20annals=" + MARK
        made = [self.case(f"{it!r} in a body", body(it), 400)
                for it in (b"\0", b"\x01", b"\x1b[31m", b"\n", b"\x1f")]
        made += [self.case(f"{it!r} in a header", raw(b"X-A: " + it), 400, closes=True)
                 for it in (b"a\0b", b"a\x01b", b"a\x1b[31mb", b"a\x7fb", b"a\rb")]
        made += [self.case(f"{it!r} in a name", raw(it + b": 1"), 400, closes=True)
                 for it in (b"X\0", b"X\x1b", b"X ", b"", b" X", b"X\x7f")]
        to = lambda it: b"GET /" + it + b" HTTP/1.1\r\n" + HOST.encode() + b"\r\n"
        made += [self.case(f"{it!r} in a target", to(it), 400)
                 for it in (b"\0", b"\x1b", b"\x7f", b"\r", b"a b")]
        made += [
            self.case("escaped in a body", body(b"\\u0000\\u001b[31m\\r\\n"), 200),
            self.case("escaped in a path", self.get("/%00%1b%0d%0a"), 404),
            self.case("escaped in a query", self.ask("?actor=%00%1b"), 200),
            self.case("a forged header", self.get(f"/sign-in?next=/{line}"), 200),
            self.case("a forged header, on the way", self.get(f"/audit-logs?actor={line}"), 303),
            self.case("a request id of theirs", raw(f"X-Request-Id: {MARK}".encode()), 200),
        ]
        return made

    def compressed(self):
        self.kind = "compressed bodies"
        bomb = gzip.compress(bytes(64 * KIB * KIB), 9)
        twice = gzip.compress(gzip.compress(bytes(256 * KIB * KIB), 9))
        coded = lambda coding, body: self.post(body, f"Content-Encoding: {coding}")
        form = "application/x-www-form-urlencoded"
        return [
            self.case("64 MiB in 64 KiB", coded("gzip", bomb), 415),
            self.case("256 MiB, twice", coded("gzip, gzip", twice), 415),
            *[self.case(it, coded(it, text(event())), 415)
              for it in ("gzip", "deflate", "br", "zstd", "identity", "x-gzip", MARK)],
            self.case("not said", self.post(bomb), 400),
            self.case("as a form", self.post(bomb[:60000], "Content-Encoding: gzip", auth="",
                                             kind=form, target="/sign-in"), 403),
        ]

    def content_types(self):
        self.kind = "content types"
        body = text(event())
        kinds = [None, "text/plain", "text/json", "application/xml", "multipart/form-data",
                 "application/x-www-form-urlencoded", "application/jsonx", "json", "*/*", MARK,
                 "application/json, text/plain", "application/vnd.api+json"]
        made = [self.case(it or "none", self.post(body, kind=it), 415) for it in kinds]
        made += [self.case(f"a form as {it}", self.post(b"email=a", kind=it, target="/sign-in",
                                                        auth=""), 415)
                 for it in (None, "text/plain", "application/json", "multipart/form-data")]
        return made
