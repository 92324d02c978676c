"""A person without a browser: cookies, forms, and the app on their phone. Standard library only."""

import base64
import hashlib
import hmac
import html.parser
import http.client
import re
import struct
import time
import urllib.parse

import rig

PASSWORD = "correct horse battery"
FACTOR = "/account/second-factor"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Answer:
    def __init__(self, answer):
        self.status, self.headers = answer.status, answer.headers
        self.body = answer.read()
        self.text = self.body.decode("utf-8", "replace")
        self.location = answer.headers.get("Location", "")

    def is_in(self):
        """Whether it is anything but a refusal."""
        to_sign_in = self.status == 303 and self.location.startswith("/sign-in")
        return not (to_sign_in or self.status in (400, 401, 403, 404, 405, 415, 421, 429))

    def plain(self):
        """Everything that it says, but for what names the request and the time."""
        id = self.headers.get("X-Request-Id", "none")
        named = [(k, v) for k, v in self.headers.items() if k not in ("date", "x-request-id")]
        return f"{self.status} {named} {self.text}".replace(id, "req")


class Person:
    """Keeps cookies; `forwarded` is the address that a trusted proxy says they have."""

    def __init__(self, address, email=None, forwarded=None, cookies=None, bearer=None):
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.address, self.email, self.forwarded, self.bearer = address, email, forwarded, bearer
        self.cookies = dict(cookies or {})

    def copy(self):
        """A thief of the cookies as they are now."""
        return Person(self.address, self.email, self.forwarded, self.cookies, self.bearer)

    def send(self, method, path, body=None, headers=()):
        all = dict(headers)
        if self.cookies:
            all["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if self.forwarded:
            all["X-Forwarded-For"] = self.forwarded
        if self.bearer:
            all["Authorization"] = f"Bearer {self.bearer}"
        try:
            self.connection.request(method, path, body, all)
            answer = Answer(self.connection.getresponse())
        except (http.client.HTTPException, OSError):
            self.connection.close()
            self.connection.request(method, path, body, all)
            answer = Answer(self.connection.getresponse())
        for header in answer.headers.get_all("Set-Cookie", []):
            pair, _, rest = header.partition(";")
            name, _, value = pair.partition("=")
            self.cookies.pop(name, None)
            if value and "max-age=0" not in rest.lower():
                self.cookies[name] = value
        return answer

    def get(self, path, headers=()):
        return self.send("GET", path, headers=headers)

    def post(self, path, fields, headers=()):
        return self.send("POST", path, urllib.parse.urlencode(fields), {**FORM, **dict(headers)})

    def try_password(self, email, password):
        return self.post("/sign-in", {"email": email, "password": password, "next": "/account"})

    def signed_in(self, password=PASSWORD):
        answer = self.try_password(self.email, password)
        rig.demand(answer.status == 303, f"{self.email} cannot sign in: {answer.status}")
        return self

    def token(self, page="/account"):
        found = re.search(r'name="csrf" value="(\w+)"', self.get(page).text)
        rig.demand(found, f"no form on {page}")
        return found[1]

    def form(self, page, action=None):
        """The fields of the form on a page that goes to `action`, or to the page itself."""
        return form_on(self.get(page), action or page, page)

    def submit(self, page, **values):
        return self.post(page, {**self.form(page), **values})


def form_on(answer, action, page=""):
    reader = Forms()
    reader.feed(answer.text)
    found = [fields for to, fields in reader.forms if (to or page).split("?")[0] == action]
    rig.demand(found, f"{page} has no form that goes to {action}: {answer.status}")
    return found[0]


class Forms(html.parser.HTMLParser):
    """Forms that are sent by POST, and what would be sent of them as they are."""

    def __init__(self):
        super().__init__()
        self.forms, self.fields, self.select, self.area = [], None, None, None

    def handle_starttag(self, tag, attributes):
        it = dict(attributes)
        if tag == "form":
            self.fields = {}
            if it.get("method") == "post":
                self.forms.append((it.get("action", ""), self.fields))
        elif self.fields is None:
            return
        elif tag == "input" and "name" in it:
            is_choice = it.get("type") in ("checkbox", "radio")
            if not is_choice or "checked" in it:
                self.fields[it["name"]] = it.get("value", "on" if is_choice else "")
        elif tag == "select":
            self.select = it.get("name")
        elif tag == "option" and self.select:
            if self.select not in self.fields or "selected" in it:
                self.fields[self.select] = it.get("value", "")
        elif tag == "textarea":
            self.fields[it.get("name")] = ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.fields = None
        elif tag == "select":
            self.select = None


def shown(answer, id="secret"):
    """What a receipt shows once."""
    found = re.search(rf'id="?{id}"?[^>]*>(.*?)</(?:code|pre|ul|ol|div)>', answer.text, re.S)
    rig.demand(found, f"no {id} on the page: {answer.status} {answer.text[-1500:]}")
    return re.sub(r"<[^>]*>", " ", found[1]).strip()


class App:
    """The app on the phone."""

    def __init__(self, secret):
        plain = "".join(secret.split())
        self.key = base64.b32decode(plain + "=" * (-len(plain) % 8))

    def code(self, later=0):
        # Not so late in a step that it is over when the code arrives.
        while time.time() % 30 > 22:
            time.sleep(0.2)
        step = int(time.time()) // 30 + later
        mac = hmac.new(self.key, struct.pack(">q", step), hashlib.sha1).digest()
        at = mac[19] & 15
        return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def enroll(person):
    """An app, and recovery codes. The code is that of the step before: the present one is good."""
    page = person.get(FACTOR)
    app = App(shown(page))
    # Another look at the page would have another key.
    answer = person.post(FACTOR, {**form_on(page, FACTOR), "code": app.code(-1)})
    rig.demand(answer.status == 200, f"the app is not taken: {answer.status}")
    codes = shown(answer, "codes").split()
    return app, codes
