"""A FHIR server with Subscriptions, for tests: the sandbox does what FHIR R4 asks of everything else,
and here are Subscription, SubscriptionTopic, $status and $events of the R5 backport. What is told and
what is lost on the way is said by the test."""
import json
import re
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOPIC = "https://ehr.example/topics/observation-any"
HOP_BY_HOP = ("host", "connection", "content-length", "accept-encoding", "transfer-encoding")


def topic_resource():
    return {"resourceType": "SubscriptionTopic", "id": "t1", "url": TOPIC, "status": "active",
            "resourceTrigger": [{"resource": "Observation",
                                 "supportedInteraction": ["create", "update"]}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, headers=()):
        data = b"" if body is None else (body if isinstance(body, bytes) else
                                         json.dumps(body).encode())
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if body is not None and not any(name.lower() == "content-type" for name, _ in headers):
            self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def serve(self):
        server = self.server.owner
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        split = urlsplit(self.path)
        parts = [part for part in split.path.split("/") if part]
        own = parts and parts[0] in ("Subscription", "SubscriptionTopic")
        if own:
            server.asked.append((self.command, self.path))
            status, answer = server.own(self.command, parts, parse_qs(split.query),
                                        json.loads(body) if body else None,
                                        self.headers.get("If-None-Exist"))
            self.answer(status, answer)
            return
        if self.command == "GET" and len(parts) == 2 and parts[1] in server.watched:
            server.asked.append((self.command, self.path))
        status, headers, answer = server.forward(self.command, self.path, self.headers, body)
        if self.path == "/metadata":
            answer = json.dumps(server.described(json.loads(answer))).encode()
        self.answer(status, answer, headers)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = serve


class SubscriptionServer:
    """Before the sandbox at `behind`. `topics`: the backport is offered."""

    def __init__(self, behind, topics=False):
        self.behind = behind
        self.topics = topics
        self.subscriptions = {}  # id -> resource
        self.events = {}  # id -> number -> reference
        self.asked = []
        self.watched = set()  # ids of resources whose reading is noted
        self.dull = False  # Subscriptions stay as they were requested
        self.endless = False  # "end" is not kept
        self.refusals = []  # [method, status, how many times]
        self.untold = set()  # numbers of events that $events leaves out
        self.nameless = False  # $events says not of what they are
        self.vanishing = set()  # ids of Subscriptions that somebody deletes while they are renewed
        self.next_id = 1
        self.lock = threading.RLock()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.owner = self
        self.base = "http://127.0.0.1:%d" % self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()

    def forward(self, method, path, headers, body):
        data = body.replace(self.base.encode(), self.behind.encode()) if body else None
        request = urllib.request.Request(self.behind + path, data, method=method)
        for name, value in headers.items():
            if name.lower() not in HOP_BY_HOP:
                request.add_header(name, value)
        try:
            with urllib.request.urlopen(request) as answer:
                status, got, text = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, got, text = error.code, error.headers, error.read()
        kept = [(name, value.replace(self.behind, self.base)) for name, value in got.items()
                if name.lower() not in HOP_BY_HOP + ("date", "server")]
        return status, kept, text.replace(self.behind.encode(), self.base.encode())

    def described(self, statement):
        resources = statement["rest"][0]["resource"]
        resources.append({"type": "Subscription", "interaction": [{"code": "create"}]})
        if self.topics:
            resources.append({"type": "SubscriptionTopic"})
        return statement

    def own(self, method, parts, query, body, condition):
        with self.lock:
            if parts[0] == "SubscriptionTopic":
                return 200, self.searchset([topic_resource()])
            if len(parts) == 3:
                return self.operation(parts[1], parts[2], query)
            if method == "GET" and len(parts) == 1:
                return 200, self.searchset(list(self.subscriptions.values()))
            for refusal in self.refusals:
                if refusal[0] == method and refusal[2] > 0:
                    refusal[2] -= 1
                    return refusal[1], {"resourceType": "OperationOutcome", "issue": []}
            if method == "POST":
                return self.create(body, condition)
            if method == "PUT" and parts[1] in self.vanishing:
                self.vanishing.remove(parts[1])
                del self.subscriptions[parts[1]]
            if parts[1] not in self.subscriptions:
                return 404, {"resourceType": "OperationOutcome", "issue": []}
            if method == "DELETE":
                del self.subscriptions[parts[1]]
                return 204, None
            if method == "PUT":
                self.keep(parts[1], body)
            return 200, self.subscriptions[parts[1]]

    def searchset(self, resources):
        return {"resourceType": "Bundle", "type": "searchset", "total": len(resources),
                "entry": [{"fullUrl": "%s/%s/%s" % (self.base, one["resourceType"], one["id"]),
                           "resource": one, "search": {"mode": "match"}} for one in resources]}

    def create(self, body, condition):
        endpoint = body["channel"]["endpoint"]
        if condition:
            wanted = parse_qs(condition)["url"][0]
            for one in self.subscriptions.values():
                if one["channel"]["endpoint"] == wanted:
                    return 200, one
        if not re.match(r"[A-Z][A-Za-z]+\?|https://", body["criteria"]):
            return 422, {"resourceType": "OperationOutcome", "issue": []}
        identity = str(self.next_id)
        self.next_id += 1
        self.keep(identity, dict(body, id=identity))
        return 201, dict(self.subscriptions[identity], channel=dict(body["channel"], endpoint=endpoint))

    def keep(self, identity, body):
        before = self.subscriptions.get(identity, {}).get("status")
        self.subscriptions[identity] = dict(body, id=identity)
        if self.endless:
            self.subscriptions[identity].pop("end", None)
        if self.dull:
            self.events[identity] = {}
        elif body["status"] == "requested" or before != "active":
            self.events[identity] = {}
            self.subscriptions[identity]["status"] = "active"
            if "?" not in body["criteria"]:
                # After the answer, as servers do.
                threading.Timer(0.1, self.deliver, [identity, "handshake", []]).start()

    def total(self, identity):
        return max(self.events[identity], default=0)

    def status(self, identity, kind, numbers, nameless=False):
        parameters = [{"name": "subscription",
                       "valueReference": {"reference": "Subscription/" + identity}},
                      {"name": "type", "valueCode": kind},
                      {"name": "events-since-subscription-start",
                       "valueString": str(self.total(identity))}]
        for number in numbers:
            part = [{"name": "event-number", "valueString": str(number)}]
            if not nameless:
                part.append({"name": "focus",
                             "valueReference": {"reference": self.events[identity][number]}})
            parameters.append({"name": "notification-event", "part": part})
        return {"resourceType": "Bundle", "type": "history", "entry": [
            {"resource": {"resourceType": "Parameters", "parameter": parameters}}]}

    def operation(self, identity, name, query):
        if not self.topics or identity not in self.subscriptions:
            return 404, {"resourceType": "OperationOutcome", "issue": []}
        if name == "$status":
            return 200, self.status(identity, "query-status", [])
        first = int(query["eventsSinceNumber"][0])
        last = int(query["eventsUntilNumber"][0])
        told = [one for one in self.events[identity]
                if first <= one <= last and one not in self.untold]
        return 200, self.status(identity, "query-event", told, self.nameless)

    def deliver(self, identity, kind, numbers):
        """The status of the answer."""
        channel = self.subscriptions[identity]["channel"]
        body = json.dumps(self.status(identity, kind, numbers)).encode()
        request = urllib.request.Request(channel["endpoint"], body, method="POST",
                                         headers={"Content-Type": "application/fhir+json"})
        for header in channel.get("header", []):
            request.add_header(*header.split(": ", 1))
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def event(self, identity, reference, lost=False):
        """One more event; `lost`: nobody is told."""
        with self.lock:
            number = self.total(identity) + 1
            self.events[identity][number] = reference
        return None if lost else self.deliver(identity, "event-notification", [number])

    def of(self, criteria):
        """The id of the Subscription with these criteria, None: there is none."""
        found = [one["id"] for one in self.subscriptions.values() if one["criteria"] == criteria]
        return found[0] if found else None
