"""The bench's forty stateless rules as permdiff's table: the first that fits decides, so what denies comes before what asks
for an approval, and both before what allows."""

import json
from pathlib import Path

from permdiff.demo.engine import Rule

PAYEES = frozenset(json.loads(Path(__file__).with_name("payees.json").read_text()))
GRAVE = frozenset({"pay", "delete", "execute"})
TASKS = ("ticket", "refund")
DEFAULT = "deny"


def args(x):
    return x.arguments


def team(x):
    return x.agent.attrs["team"]


def tenant(x):
    return x.agent.attrs["tenant"]


def of(x, name):
    return x.resource.attrs.get(name)


def task(x):
    return x.context["task"]["type"]


def signal(x, name):
    return x.context["signals"][name]


def deny(tool, when):
    return Rule(tool=tool, effect="deny", when=when)


def approval(tool, when):
    return Rule(tool=tool, effect="require_approval", when=when)


def allow(tool, when):
    return Rule(tool=tool, effect="allow", when=when)


def is_colleague(x):
    return args(x)["to"].endswith("@acme.example")


def is_shared(x):
    return args(x)["path"].startswith("/srv/share/")


RULES = (
    deny("crm/lookup", lambda x: tenant(x) != of(x, "tenant")),
    deny("crm/export", lambda x: args(x)["rows"] > 5000),
    deny("crm/export", lambda x: of(x, "tenant") == "eu" and x.context["region"] != "eu"),
    deny("payments/refund", lambda x: args(x)["amount"] > 1000),
    deny("payments/refund", lambda x: args(x)["currency"] not in ("EUR", "USD", "GBP")),
    deny("payments/payout", lambda x: signal(x, "injection") > 0.5 or signal(x, "dlp") > 0.8),
    deny("payments/payout", lambda x: args(x)["requested_by"] == x.context["on_behalf_of"]["id"]),
    deny("mail/send", lambda x: signal(x, "dlp") >= 0.8),
    deny("mail/send", lambda x: args(x)["attachments"] > 0 and not is_colleague(x)),
    deny("files/*", lambda x: ".ssh" in args(x)["path"] or args(x)["path"].endswith(".pem")),
    deny("files/*", lambda x: of(x, "classification") == "restricted" and team(x) != "security"),
    deny("web/fetch", lambda x: args(x)["url"].startswith(("http://10.", "http://169.254."))),
    deny("web/fetch", lambda x: args(x)["bytes"] > 5000000),
    deny("*", lambda x: signal(x, "injection") > 0.95 and not GRAVE.isdisjoint(x.context["effects"])),
    deny("cloud/delete", lambda x: of(x, "environment") == "production"),
    deny("memory/store", lambda x: signal(x, "dlp") > 0.6),
    approval("crm/update", lambda x: signal(x, "injection") > 0.7),
    approval("crm/export", lambda x: 500 < args(x)["rows"] <= 5000),
    approval("payments/refund", lambda x: 100 < args(x)["amount"] <= 1000),
    approval("payments/payout", lambda x: args(x)["amount"] > 2000),
    approval("mail/send", lambda x: args(x)["recipients"] > 20),
    approval("files/write", lambda x: of(x, "environment") == "production"),
    approval("web/fetch", lambda x: args(x)["method"] == "POST"),
    approval("cloud/deploy", lambda x: args(x)["environment"] == "production"),
    approval("warehouse/query", lambda x: of(x, "classification") == "confidential"),
    allow("crm/lookup", lambda x: task(x) in TASKS and of(x, "classification") != "restricted"),
    allow("crm/update", lambda x: team(x) == "support" and task(x) == "ticket"),
    allow("crm/export", lambda x: args(x)["rows"] <= 500 and team(x) in ("sales", "finance")),
    allow("payments/refund", lambda x: 0 < args(x)["amount"] <= 100 and task(x) == "refund"),
    allow("payments/payout", lambda x: team(x) == "finance" and args(x)["iban"] in PAYEES and args(x)["amount"] <= 2000),
    allow("mail/send", is_colleague),
    allow("mail/send", lambda x: task(x) in TASKS and signal(x, "dlp") < 0.5),
    allow("files/read", is_shared),
    allow("files/read", lambda x: of(x, "owner") == team(x)),
    allow("files/write", lambda x: is_shared(x) and task(x) != "ticket"),
    allow("web/fetch", lambda x: args(x)["method"] == "GET" and signal(x, "injection") < 0.9),
    allow("cloud/deploy", lambda x: args(x)["environment"] in ("dev", "staging") and team(x) == "coder"),
    allow("cloud/delete", lambda x: of(x, "owner") == team(x)),
    allow("warehouse/query", lambda x: args(x)["rows"] <= 10000 and of(x, "classification") in ("public", "internal")),
    allow("memory/*", lambda x: of(x, "tenant") == tenant(x)),
)
