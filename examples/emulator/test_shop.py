"""A shop's own test against the emulator. Python 3.9 or newer and nothing else:

    OPENKASSA=target/release/openkassa python3 examples/emulator/test_shop.py

Put your own shop in the place of `Shop`: the emulator only needs the address of its ResultURL.
"""

import hashlib
import json
import os
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOGIN, PASSWORD1, PASSWORD2 = "my-shop", "password1", "password2"


def signature(*slots):
    return hashlib.md5(":".join(slots).encode()).hexdigest()


class Shop(BaseHTTPRequestHandler):
    """The shop under test: it believes a notice only if the signature is right."""

    paid = set()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        fields = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        number = fields["InvId"]
        genuine = signature(fields["OutSum"], number, PASSWORD2) == fields["SignatureValue"].lower()
        if genuine:
            Shop.paid.add(number)
        answer = (f"OK{number}" if genuine else "bad sign").encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class TestShop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
        threading.Thread(target=cls.shop.serve_forever, daemon=True).start()
        result = f"http://127.0.0.1:{cls.shop.server_port}/result"
        command = [os.environ.get("OPENKASSA", "openkassa"), "emulate", "robokassa", "--json"]
        command += ["--listen", "127.0.0.1:0", "--result-url", result]
        cls.log = tempfile.TemporaryFile()
        cls.emulator = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=cls.log)
        # The first line says where it listens, as soon as it does.
        cls.url = json.loads(cls.emulator.stdout.readline())["url"]

    @classmethod
    def tearDownClass(cls):
        cls.emulator.terminate()
        cls.emulator.wait()
        cls.emulator.stdout.close()
        cls.log.close()
        cls.shop.shutdown()
        cls.shop.server_close()

    def start(self, number, total="100.00"):
        """Sends a buyer to the payment page, as the shop's checkout does; the payment's id."""
        query = {"MerchantLogin": LOGIN, "OutSum": total, "InvId": number}
        query["SignatureValue"] = signature(LOGIN, total, number, PASSWORD1)
        urllib.request.urlopen(f"{self.url}/Merchant/Index.aspx?{urllib.parse.urlencode(query)}").read()
        return self.payment(number)["id"]

    def payment(self, number):
        with urllib.request.urlopen(f"{self.url}/emulator/payments?login={LOGIN}&inv_id={number}") as answer:
            return json.load(answer)[0]

    def choose(self, payment, outcome):
        body = json.dumps({"outcome": outcome}).encode()
        urllib.request.urlopen(f"{self.url}/emulator/payments/{payment}/outcome", body).read()

    def notice(self, number, state):
        """Waits until the shop's answer to the notice is known."""
        for _ in range(100):
            notice = self.payment(number)["notice"]
            if notice["state"] == state:
                return notice
            time.sleep(0.1)
        self.fail(f"the notice is {notice}, not {state}")

    def test_a_paid_order_is_marked_as_paid(self):
        self.choose(self.start("1"), "paid")
        self.assertEqual(self.notice("1", "accepted")["last_answer"], {"status": 200, "body": "OK1"})
        self.assertIn("1", Shop.paid)

    def test_a_refused_order_is_not(self):
        self.choose(self.start("2"), "refused")
        self.assertEqual(self.payment("2")["notice"]["state"], "none")
        self.assertNotIn("2", Shop.paid)

    def test_a_forged_notice_is_not_believed(self):
        self.choose(self.start("3"), "bad_signature")
        self.assertEqual(self.notice("3", "repeating")["last_answer"]["body"], "bad sign")
        self.assertNotIn("3", Shop.paid)

    def test_a_notice_that_comes_twice_does_no_harm(self):
        self.choose(self.start("4"), "notified_twice")
        for _ in range(100):
            if self.payment("4")["notice"]["tries"] == 2:
                break
            time.sleep(0.1)
        self.assertEqual(self.notice("4", "accepted")["tries"], 2)


if __name__ == "__main__":
    unittest.main()
