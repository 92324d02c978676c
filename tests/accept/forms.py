"""Forms of pages, as a browser without scripts fills them in. Standard library only."""

import html.parser
import http.client
import urllib.parse

import rig


def save(address, cookies, path, values):
    """Sends the form that the page at `path` sends to itself, with some values of ours."""
    status, page = rig.page(address, path, cookies)
    rig.demand(status == 200, f"{path} answers {status}")
    form = Form(path)
    form.feed(page.decode())
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("POST", path, urllib.parse.urlencode(form.fields | values), {
        "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{address}",
        "Cookie": cookies})
    status = connection.getresponse().status
    connection.close()
    rig.demand(status == 303, f"{path} is not saved: {status}")


class Form(html.parser.HTMLParser):
    """The fields of one form, as they are sent untouched."""

    def __init__(self, action):
        super().__init__()
        self.action, self.fields, self.is_inside, self.area = action, {}, False, None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.is_inside = given.get("action") == self.action
        name = given.get("name")
        if not self.is_inside or name is None:
            return
        if tag == "textarea":
            self.area, self.fields[name] = name, ""
        elif tag == "input" and (given.get("type") not in ("radio", "checkbox")
                                 or "checked" in given):
            self.fields[name] = given.get("value") or ""

    def handle_endtag(self, tag):
        self.is_inside &= tag != "form"
        self.area = None if tag == "textarea" else self.area

    def handle_data(self, data):
        if self.area:
            self.fields[self.area] += data
