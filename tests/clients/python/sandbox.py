"""What the tests need around the client: the sandbox's control, a merchant's address for notifications, a browser."""

import http.client
import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def request(verb, url, body=None, content_type=None):
    """One request without proxies and without following redirects: status, headers, text."""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    try:
        path = address.path + ("?" + address.query if address.query else "")
        headers = {"content-type": content_type} if content_type else {}
        connection.request(verb, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8")
    finally:
        connection.close()


class Control:
    """The sandbox's control port."""

    def __init__(self, address):
        self.address = address

    def ask(self, verb, path, body=None):
        text = None if body is None else json.dumps(body)
        status, _, answer = request(verb, self.address + path, text, "application/json")
        assert status < 300, f"{verb} {path}: {status} {answer}"
        return json.loads(answer)


class Merchant:
    """Answers every notification with success and keeps it."""

    def __init__(self):
        self.received = []
        self.arrived = threading.Condition()
        merchant = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode("utf-8")
                with merchant.arrived:
                    merchant.received.append(dict(urllib.parse.parse_qsl(body, keep_blank_values=True)))
                    merchant.arrived.notify_all()
                self.send_response(200)
                self.send_header("content-length", "7")
                self.end_headers()
                self.wfile.write(b"success")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notify"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, **wanted):
        """The next notification with these fields; waits for it."""
        def fitting():
            return next((one for one in self.received if wanted.items() <= one.items()), None)

        with self.arrived:
            assert self.arrived.wait_for(fitting, timeout=20), f"no notification {wanted} within 20 s"
            notice = fitting()
            self.received.remove(notice)
            return notice

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def press(page_address, buyer_id, decision):
    """Opens a page of the sandbox as a browser would and presses a button; where the browser is sent then."""
    _, _, page = request("GET", page_address)
    token = re.search('name="token" value="([^"]+)"', page).group(1)
    action = re.search('<form[^>]* action="([^"]+)"', page).group(1)
    form = urllib.parse.urlencode({"token": token, "buyer_id": buyer_id, "decision": decision})
    url = urllib.parse.urljoin(page_address, action)
    status, headers, text = request("POST", url, form, "application/x-www-form-urlencoded")
    assert status == 302, f"{status} {text}"
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(headers["location"]).query))
