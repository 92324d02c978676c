"""Hostile requests whose head, length or end is the attack."""

from hostile_case import CLOSED, EVENTS, HOST, KIB, MARK, Maker, chunked, event, text


class Framing(Maker):
    def kinds(self):
        return [
            self.head_floods, self.large_bodies, self.both_lengths, self.bad_chunks,
            self.hosts, self.pipelines, self.methods, self.protocols, self.addresses,
        ]

    def head_floods(self):
        self.kind = "header floods"
        long, name = MARK * 2000, "X-" + MARK
        return [
            self.case("65 headers", self.get("/", *[f"{name}: 1"] * 65), 431, closes=True),
            self.case("1,000 headers", self.get("/", *["a:"] * 1000), 431, closes=True),
            self.case("17 KiB in one", self.get("/", f"{name}: {long}"), 431, closes=True),
            self.case("200 of 1 KiB", self.get("/", *[f"{name}: {long[:KIB]}"] * 200), 431,
                      closes=True),
            self.case("a name of 17 KiB", self.get("/", f"{long}: 1"), 431, closes=True),
            self.case("cookies of 17 KiB", self.get("/audit-logs", f"Cookie: annals={long}"), 431,
                      closes=True),
            self.case("headers without an end", f"GET / HTTP/1.1\r\n{HOST}", 431,
                      forever=f"{name}: 1\r\n".encode() * 100, closes=True),
            self.case("a line without an end", f"GET / HTTP/1.1\r\n{HOST}{name}: ", 431,
                      forever=b"a" * KIB, closes=True),
            self.case("empty lines without an end", b"", 431, forever=b"\r\n" * KIB,
                      closes=True),
            self.case("a target of 9 KiB", self.get("/" + long[:9000]), 414),
            self.case("a query of 9 KiB", self.get("/audit-logs?actor=" + long[:9000]), 414),
            self.case("a target of 20 KiB", self.get("/" + long), 431, closes=True),
            self.case("a method of 20 KiB", f"{long} / HTTP/1.1\r\n{HOST}\r\n", 431,
                      closes=True),
        ]

    def large_bodies(self):
        self.kind = "oversized and endless bodies"
        said = lambda length: self.post(b"[", f"Content-Length: {length}", length=False)
        piece = chunked(b" " * 8 * KIB)[:-5]
        lines = b"\n".join([text(event())] * 1001)
        return [
            self.case("says 1 MiB and 1", said(KIB * KIB + 1), 413, closes=True, ends=True),
            self.case("says 10^12", said(10**12), 413, closes=True, ends=True),
            self.case("says 2^63", said(2**63), 413, closes=True, ends=True),
            self.case("says 2^64", said(2**64), 400, closes=True),
            self.case("says 10^40", said(10**40), 400, closes=True),
            self.case("says -1", said(-1), 400, closes=True),
            self.case("says +1", said("+1"), 400, closes=True),
            self.case("says 0x10", said("0x10"), 400, closes=True),
            self.case("sends 1 MiB and 1", self.post(b" " * (KIB * KIB + 1)), 413),
            self.case("chunks without an end", self.in_chunks(b""), 413, forever=piece,
                      closes=True),
            self.case("one chunk of 1 GiB", self.in_chunks(b"40000000\r\n"), 413,
                      forever=b" " * 8 * KIB, closes=True),
            self.case("a form of 65 KiB", self.form(b"a" * 65 * KIB), 413),
            self.case("a form without an end", self.post(
                b"", "Transfer-Encoding: chunked", length=False, auth="", target="/sign-in",
                kind="application/x-www-form-urlencoded"), 413, forever=piece, closes=True),
            self.case("1,001 items", self.post(b"[" + b"0," * 1000 + b"0]"), 413),
            self.case("1,001 lines", self.post(lines, kind="application/x-ndjson"), 413),
            self.case("an item of 33 KiB", self.post(text(event(reason="a" * 33 * KIB))), 422),
            self.case("less than it says", self.post(b"[", "Content-Length: 9", length=False),
                      400, ends=True, closes=True),
            self.case("a body for a stranger", self.post(b" " * 64 * KIB, auth=""), 401),
        ]

    def both_lengths(self):
        self.kind = "both lengths"
        hidden, body = self.hidden(), chunked(text(event()))
        both = lambda *lines: self.post(b"0\r\n\r\n" + hidden, *lines, length=False)
        refused = dict(answers=1, closes=True, hides=True)
        known = [
            ("length, then chunks", ["Content-Length: 5", "Transfer-Encoding: chunked"], 400),
            ("chunks, then length", ["Transfer-Encoding: chunked", "Content-Length: 5"], 400),
            ("a length of all", [f"Content-Length: {len(hidden) + 5}",
                                 "Transfer-Encoding: chunked"], 400),
            ("chunks twice", ["Transfer-Encoding: chunked"] * 2, 400),
            ("two lengths", ["Content-Length: 5", f"Content-Length: {len(hidden) + 5}"], 400),
            ("a list of lengths", [f"Content-Length: 5, {len(hidden) + 5}"], 400),
            ("identity", ["Content-Length: 5", "Transfer-Encoding: identity"], 400),
            ("chunked, identity", ["Transfer-Encoding: chunked, identity"], 400),
            ("xchunked", ["Content-Length: 5", "Transfer-Encoding: xchunked"], 400),
            ("gzip, chunked", ["Transfer-Encoding: gzip, chunked"], 400),
            ("a space before the colon", ["Content-Length: 5", "Transfer-Encoding : chunked"], 400),
            ("a folded line", ["Content-Length: 5", "Transfer-Encoding:\r\n chunked"], 400),
            ("a vertical tab", ["Content-Length: 5", "Transfer-Encoding: \x0bchunked"], 400),
            ("a lone line feed", ["Content-Length: 5", "X: a\nTransfer-Encoding: chunked"], 400),
        ]
        made = [self.case(name, both(*lines), allowed, **refused) for name, lines, allowed in known]
        old = both("Transfer-Encoding: chunked").replace(b"HTTP/1.1", b"HTTP/1.0", 1)
        made.append(self.case("chunks in HTTP/1.0", old, 400, **refused))
        upper = self.post(body + hidden, "TRANSFER-ENCODING: CHUNKED", length=False)
        made.append(self.case("in capitals", upper, 200, **refused))
        return made

    def bad_chunks(self):
        self.kind = "bad chunks"
        hidden, good = self.hidden(), text(event())
        size, long = b"%x" % len(good), b"a" * 20480
        sizes = [b"zz", b"-1", b"+5", b"0x5", b"5 5", b"", b" 5", b"F" * 17, b"8" + b"0" * 15,
                 b"-" + size, b"1e3", b"\xff", size + b"\x00"]
        bad = [(f"a size of {it!r}"[:40], it + b"\r\n" + good + b"\r\n0\r\n\r\n") for it in sizes]
        bad += [
            ("no line end after the data", size + b"\r\n" + good + b"0\r\n\r\n"),
            ("a size too small", b"%x\r\n" % (len(good) - 3) + good + b"\r\n0\r\n\r\n"),
            ("a size too large", b"%x\r\n" % (len(good) + 3) + good + b"\r\n0\r\n\r\n"),
            ("line feeds alone", size + b"\n" + good + b"\n0\n\n"),
            ("a carriage return alone", size + b"\r" + good + b"\r\n0\r\n\r\n"),
            ("a line feed in an extension", size + b";a=\n\r\n" + good + b"\r\n0\r\n\r\n"),
            ("an extension of 20 KiB", size + b";" + long + b"\r\n" + good + b"\r\n0\r\n\r\n"),
            ("1,000 trailers", size + b"\r\n" + good + b"\r\n0\r\n" + b"a: b\r\n" * 1000 + b"\r\n"),
            ("a trailer of 20 KiB", size + b"\r\n" + good + b"\r\n0\r\na: " + long + b"\r\n\r\n"),
        ]
        refused = dict(closes=True, hides=True)
        made = [self.case(name, self.in_chunks(body + hidden), 400, **refused, ends=True)
                for name, body in bad]
        end = size + b"\r\n" + good + b"\r\n0\r\n"
        made += [
            self.case("extensions without an end", self.in_chunks(size + b";"), 400,
                      forever=b"a" * KIB, closes=True),
            self.case("no last chunk", self.in_chunks(end[:-3]), 400, ends=True, closes=True),
            self.case("300 zeros before a size", self.in_chunks(b"0" * 300 + end + b"\r\n"),
                      200, closes=True),
            self.case("a key as a trailer", self.in_chunks(
                end + self.auth.encode() + b"\r\n", auth=""), 401, closes=True),
            self.case("one byte a chunk", self.in_chunks(
                chunked(*[good[it:it + 1] for it in range(len(good))])), 200, closes=True),
        ]
        return made

    def hosts(self):
        self.kind = "hosts"
        evil = f"{MARK}.example"
        named = lambda host, status: self.case(
            host or "none", self.get(host=f"Host: {host}\r\n"), status)
        return [
            self.case("missing", self.get(host=""), 400),
            self.case("missing in HTTP/1.0", b"GET /healthz HTTP/1.0\r\n\r\n", 400, closes=True),
            self.case("twice", self.get(host=HOST * 2), 400),
            self.case("twice, another", self.get(host=f"{HOST}Host: {evil}\r\n"), 400),
            named(evil, 421), named(f"localhost.{evil}", 421), named(f"localhost@{evil}", 421),
            named("", 421), named("localhost, 127.0.0.1", 421), named("127.0.0.1.", 421),
            named("[::1", 421), named("localhost:80:80", 421), named("2130706433", 421),
            self.case("absolute, another", self.get(f"http://{evil}/healthz"), 400),
            self.case("absolute, with a user", self.get(f"http://localhost@{evil}/healthz"), 400),
            self.case("absolute, ours", self.get("http://localhost/healthz"), 200),
            self.case("absolute, ours for another", self.get(
                "http://localhost/healthz", host=f"Host: {evil}\r\n"), 400),
        ]

    def pipelines(self):
        self.kind = "pipelining"
        hidden, get = self.hidden(), self.get()
        refused = dict(closes=True, hides=True)
        inside = self.get("/healthz", f"Content-Length: {len(hidden)}") + hidden
        return [
            self.case("behind a bad line", b"nonsense\r\n\r\n" + hidden, 400, **refused),
            self.case("behind a bad header", b"GET / HTTP/1.1\r\nno colon\r\n\r\n" + hidden, 400,
                      **refused),
            self.case("behind a bad version", f"GET / HTTP/7.7\r\n{HOST}\r\n".encode() + hidden,
                      400, **refused),
            self.case("behind a bad length", self.post(b"", "Content-Length: x", length=False)
                      + hidden, 400, **refused),
            self.case("behind a flood", self.get("/", *["a: b"] * 80) + hidden, 431, **refused),
            self.case("behind a close", self.get("/healthz", "Connection: close") + hidden, 200,
                      **refused),
            self.case("behind an upgrade", self.get(
                "/healthz", "Connection: Upgrade", "Upgrade: websocket") + get, 200, answers=2),
            self.case("in the body of a GET", inside, 200, hides=True),
            self.case("in the body of a refused", self.post(hidden, auth=""), 401, hides=True),
            self.case("in a body of another type", self.post(hidden, kind="message/http"), 415,
                      hides=True),
            self.case("64 at once", get * 64, 200, answers=64),
            self.case("64 with a bad one", get * 32 + b"\0\r\n\r\n" + hidden * 31, 200, answers=33,
                      closes=True, hides=True),
        ]

    def methods(self):
        self.kind = "methods"
        ask = lambda method, target, *lines: (
            f"{method} {target} HTTP/1.1\r\n{HOST}" + "".join(f"{it}\r\n" for it in lines) + "\r\n")
        made = [self.case(f"{it} {path}", ask(it, path), 405)
                for it in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get")
                for path in (EVENTS, "/audit-logs", "/healthz")]
        made += [
            self.case("TRACE", ask("TRACE", "/", f"Cookie: annals={MARK}"), 405),
            self.case("CONNECT", f"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n", 405),
            self.case("CONNECT elsewhere", f"CONNECT {MARK}.example:1 HTTP/1.1\r\n{HOST}\r\n", 400),
            self.case("another by a header", ask("GET", EVENTS, "X-HTTP-Method-Override: DELETE"),
                      401),
        ]
        return made

    def protocols(self):
        self.kind = "other protocols"
        hello = bytes.fromhex("16030100c4010000c00303") + bytes(range(64)) * 3
        settings = b"\0\0\0\x04\0\0\0\0\0"
        bad = [
            ("HTTP/0.9", b"GET /healthz\r\n"), ("TLS", hello), ("SSH", b"SSH-2.0-OpenSSH_9\r\n"),
            ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings),
            ("SOCKS", b"\x05\x01\0\r\n"),
            ("RTSP", b"OPTIONS * RTSP/1.0\r\nHost: localhost\r\n\r\n"), ("zeros", bytes(4096)),
            ("a proxy's line", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"),
            ("SMTP", b"EHLO localhost\r\nMAIL FROM:<a@b>\r\n"), ("Redis", b"*1\r\n$4\r\nPING\r\n"),
            ("HTTP/1.2", b"GET / HTTP/1.2\r\nHost: localhost\r\n\r\n"),
        ]
        made = [self.case(name, data, CLOSED if name == "HTTP/2" else 400, closes=True, ends=True)
                for name, data in bad]
        upgrades = [("websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
                    ("h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"), ("TLS/1.0", "X-A: b")]
        made += [self.case(f"an upgrade to {name}", self.get(
            "/healthz", "Connection: Upgrade", f"Upgrade: {name}", line), 200)
            for name, line in upgrades]
        return made

    def addresses(self):
        self.kind = "addresses"
        paths = ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/x/..%2f..%2fannals.db",
                 "/assets/../annals.db", "//" + MARK, "/audit-logs/", "/AUDIT-LOGS", "/.git/config",
                 "/annals.db", "/keys/instance.key", "/" + "a/" * 2000, "/%", "/%zz", "/;a=b",
                 f"/{MARK}", "/healthz/..", "/audit-logs%2ecsv"]
        made = [self.case(it[:32], self.get(it), 404) for it in paths]
        made.append(self.case("1,900 parameters", self.ask("?" + "a=1&" * 1900), 200))
        made.append(self.case("an asterisk", f"GET * HTTP/1.1\r\n{HOST}\r\n", 404))
        made.append(self.case("a fragment", self.get("/healthz#a"), 200))
        return made
