"""What the Python clients are run against: the emulator, a shop that listens, and a buyer with a browser's manners.

The program is named by OPENKASSA_BINARY. The first thing that is wrong ends the script with a line that says what.
"""

import html
import json
import os
import re
import select
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

PATIENCE_S = 30
passed = 0


def check(what, right, seen=None):
    """Says that one thing is right; the first wrong one ends the program."""
    global passed
    if not right:
        print(f"WRONG  {what}" + ("" if seen is None else f"; seen: {seen!r}"), flush=True)
        print(f"{passed} passed, 1 failed", flush=True)
        sys.exit(1)
    passed += 1
    print(f"ok     {what}", flush=True)


def until(what, probe):
    """The first answer of `probe` that is not false; to wait longer than PATIENCE_S is wrong."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        answer = probe()
        if answer:
            return answer
        time.sleep(0.05)
    check(f"{what}, within {PATIENCE_S} s", False, answer)


def moved(address, aggregator):
    """The same address on the aggregator's host."""
    here = urlsplit(aggregator)
    return urlunsplit(urlsplit(address)._replace(scheme=here.scheme, netloc=here.netloc))


class Call:
    """One request to the shop: a notice, a statement, or a buyer who returns."""

    def __init__(self, method, target, headers, body):
        address = urlsplit(target)
        self.method, self.path, self.body = method, address.path, body
        self.type = headers.get("content-type", "")
        text = address.query if method == "GET" else body
        self.fields = dict(parse_qsl(text, keep_blank_values=True))


class Shop:
    """Listens on a free port. `believes` says of the fields of a notice whether the library believes them."""

    def __init__(self, believes):
        self.believes, self.calls = believes, []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                call = Call(self.command, self.path, self.headers, body)
                text = shop.answer(call).encode()
                # Only now, so that a call that is seen has been judged.
                shop.calls.append(call)
                self.send_response(200)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, call):
        if call.path != "/result":
            return "welcome"
        call.answer = self.believes(call.fields)
        return call.answer

    def heard(self, path, order):
        """The calls of one path that are about this order."""
        return [call for call in list(self.calls) if call.path == path and call.fields.get("InvId") == str(order)]

    def hears(self, path, order, times=1):
        """Waits for so many calls about this order; the last one of them."""
        what = f"order {order}: {times} at {path}"
        return until(what, lambda: len(self.heard(path, order)) >= times and self.heard(path, order))[times - 1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Buyer:
    """A browser without scripts: follows redirects and keeps cookies."""

    def __init__(self):
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def opens(self, address, data=None):
        """The address where the browser ends, and the page there."""
        try:
            with self.browser.open(address, data, timeout=PATIENCE_S) as page:
                return page.url, page.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.url, refusal.read().decode()

    def returns(self, emulator, payment):
        """Presses the button that leads back to the shop, and sends the form where the shop wants one."""
        _, page = self.opens(f"{emulator.url}/pay/{payment}")
        check("the payment page leads back to the shop", f"/pay/{payment}/back" in page)
        _, page = self.opens(f"{emulator.url}/pay/{payment}/back")
        form = re.search(rf'<form[^>]*action="({re.escape(emulator.shop.url)}[^"]*)"[^>]*>(.*?)</form>', page, re.S)
        if form:
            hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2])
            fields = [(html.unescape(name), html.unescape(value)) for name, value in hidden]
            self.opens(html.unescape(form[1]), urlencode(fields).encode())


def error_number(page):
    """The number of an error page, as its title says it; None for any other page."""
    number = re.search(r"<title>[^<]* – (\d+) – ", page)
    return number and int(number[1])


class Emulator:
    """`openkassa emulate robokassa` as a process of its own, for as long as the `with` lasts."""

    def __init__(self, shop, accounts=()):
        self.folder = tempfile.TemporaryDirectory(prefix="openkassa-clients-")
        listed = os.path.join(self.folder.name, "accounts.json")
        with open(listed, "w", encoding="utf-8") as file:
            json.dump(list(accounts), file)
        program = os.environ.get("OPENKASSA_BINARY", "openkassa")
        command = [program, "emulate", "robokassa", "--json", "--listen", "127.0.0.1:0", "--accounts", listed]
        command += ["--result-url", f"{shop.url}/result", "--success-url", f"{shop.url}/success"]
        command += ["--fail-url", f"{shop.url}/fail"]
        self.shop = shop
        self.log = open(os.path.join(self.folder.name, "log"), "w+", encoding="utf-8")
        # The program's own settings may stand in the environment too; here it has none.
        plain = {name: value for name, value in os.environ.items() if not name.startswith("OPENKASSA_")}
        try:
            self.process = subprocess.Popen(command, env=plain, stdout=subprocess.PIPE, stderr=self.log, text=True)
        except OSError as fault:
            check("OPENKASSA_BINARY is the program", False, str(fault))

    def __enter__(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.log.seek(0)
            text = self.log.read()
            self.__exit__()
            check("the emulator starts", False, text)
        self.url = json.loads(line)["url"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.shop.close()
        self.folder.cleanup()

    def asks(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(f"{self.url}{path}", data, timeout=PATIENCE_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            check(f"the emulator answers {path}", False, refusal.read().decode())

    def payment(self, login, order):
        """The newest payment of this number; None before it is started."""
        found = self.asks(f"/emulator/payments?login={login}&inv_id={order}")
        return found[0] if found else None

    def chooses(self, login, order, outcome):
        """Brings the outcome about; the payment's identifier."""
        payment = self.payment(login, order)
        check(f"order {order}: the payment is there", payment is not None)
        self.asks(f"/emulator/payments/{payment['id']}/outcome", {"outcome": outcome})
        return payment["id"]

    def sees(self, login, order, **wanted):
        """Waits until the payment is as wanted: `state`, or `notice` for the state of its notice."""

        def so():
            payment = self.payment(login, order)
            seen = {"state": payment["state"], "notice": payment["notice"]["state"]}
            return payment if all(seen[name] == value for name, value in wanted.items()) else None

        told = ", ".join(f"{name} {value}" for name, value in wanted.items())
        payment = until(f"order {order}: {told}", so)
        check(f"order {order}: {told}", True)
        return payment

    def events(self):
        return self.asks("/emulator/events?after=0")


def live(lives):
    """Runs the parts of a life one after the other, and says how many checks there were."""
    for part in lives:
        try:
            part()
        except Exception:
            traceback.print_exc()
            check(f"{part.__name__}: no fault", False)
    print(f"{passed} passed, 0 failed")
