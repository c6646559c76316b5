import { describe, expect, test } from "vitest";
import { assemble, documents, lint } from "./pages.ts";

/** What is found of one code, as the text that is underlined. */
function underlined(code: string, snippet: string): readonly string[] {
  const text = documents(snippet);
  expect(assemble(text).diagnostics).toEqual([]);
  return lint(text, [code])
    .findings.filter((finding) => finding.code === code)
    .map(({ span }) => text.slice(span.start, span.end));
}

const TOOLS = `
---
tools:
  - { name: send, server: mail, effects: [send], reversible: false, open_world: true, resource: none }
  - { name: read, server: files, effects: [read], reversible: true, open_world: false,
      resource: { type: file, id: args.path }, args: { type: object,
      properties: { path: { type: string } } } }
resources: [{ match: "file:*", classification: internal }]
agents:
  - { id: a, status: commissioned, owner: o, attributes: { tenant: eu } }
  - { id: old, status: decommissioned, owner: o }
people:
  - { id: p1, roles: [boss] }
  - { id: p2, roles: [boss, clerk] }
`;
const with_ = (rules: string): string => `rules:\n${rules}${TOOLS}`;

type Case = readonly [name: string, snippet: string, underlined: readonly string[]];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "contradictory-condition": [
    [
      "an empty range, through quotes and folding",
      "rules:\n  - id: r\n    effect: deny\n    when: >-\n      args.n > 5.0\n      && args.n < 3.0\n",
      ["args.n > 5.0\n      && args.n < 3.0"],
    ],
    [
      "one alternative",
      `rules: [{ id: r, effect: allow, when: "args.x == 1 || (args.y == 'a' && args.y == 'b')" }]`,
      ["args.y == 'a' && args.y == 'b'"],
    ],
    [
      "target and scope apart",
      'target: { subjects: ["agent:x*"] }\nrules: [{ id: r, effect: allow, subjects: ["agent:y*"] }]',
      ["r"],
    ],
    [
      "a tool's effects",
      with_(`  - { id: r, effect: deny, actions: [files/read], when: "'send' in action.effects" }`),
      ["r"],
    ],
    [
      "a resource of a tool that has none",
      with_('  - { id: r, effect: deny, actions: [mail/send], resources: ["file:*"] }'),
      ["r"],
    ],
    [
      "an exception that takes all",
      "rules: [{ id: r, effect: deny, actions: [a/b], exceptions: [{ actions: [a/*], reason: x, owner: o }] }]",
      ["r"],
    ],
    [
      "a session label",
      `session: { labels: [{ name: l, when: "args.x == null" }] }\nrules: [{ id: r, effect: ` +
        `allow, when: "'l' in session.labels" }]`,
      ["args.x == null"],
    ],
    [
      "a path above itself",
      "rules: [{ id: r, effect: allow, when: \"args.p.startsWith('/a/') && args.p in ['/b', '/c']\" }]",
      ["args.p.startsWith('/a/') && args.p in ['/b', '/c']"],
    ],
    [
      "what can be true",
      `rules: [{ id: r, effect: allow, when: "args.x.matches('a') && !args.x.matches('b') && args.n * 2.0 > 3.0" }]`,
      [],
    ],
    [
      "an error is not never true",
      'rules: [{ id: r, effect: allow, when: "args.n + 1.0 > args.n" }]',
      [],
    ],
  ],
  "constant-condition": [
    [
      "true or false of one thing",
      'rules: [{ id: r, effect: allow, when: "args.n < 5.0 || args.n >= 5.0" }]',
      ["args.n < 5.0 || args.n >= 5.0"],
    ],
    [
      "a part that is always so",
      'rules: [{ id: r, effect: allow, when: "size(args.to) >= 0 && args.n == 1" }]',
      ["size(args.to) >= 0"],
    ],
    [
      "a part that another part says",
      'rules: [{ id: r, effect: allow, when: "args.n > 5.0 && args.n > 3.0" }]',
      ["args.n > 3.0"],
    ],
    [
      "a part in parentheses that another part says",
      'rules: [{ id: r, effect: allow, when: "args.m == 1 && (args.n > 5.0 && args.n > 3.0)" }]',
      ["args.n > 3.0"],
    ],
    [
      "what the catalog says anyway",
      with_(
        `  - { id: r, effect: deny, actions: [mail/send], when: action.open_world && args.n == 1 }`,
      ),
      ["action.open_world"],
    ],
    ["a guard", 'rules: [{ id: r, effect: allow, when: "has(args.n) && args.n > 3.0" }]', []],
    ["true itself", "rules: [{ id: r, effect: deny, when: true }]", []],
  ],
  "shadowed-rule": [
    [
      "by one deny rule",
      'rules:\n  - { id: allowed, effect: allow, actions: [a/b], when: "args.n < 5.0" }\n  - { ' +
        'id: denied, effect: deny, actions: [a/*], when: "args.n < 9.0" }',
      ["allowed"],
    ],
    [
      "by two deny rules together",
      "rules:\n  - { id: allowed, effect: allow, actions: [a/b], when: has(args.n) }\n  - { " +
        "id: low, effect: deny, when: args.n < 5.0 }\n  - { id: high, effect: deny, when: args.n " +
        ">= 5.0 }",
      ["allowed"],
    ],
    [
      "by an undecided deny rule, which counts",
      'rules:\n  - { id: allowed, effect: allow, actions: [a/b], when: "!has(args.n)" }\n  - { ' +
        "id: low, effect: deny, when: args.n < 5.0 }",
      ["allowed"],
    ],
    [
      "by an approval",
      "rules:\n  - { id: allowed, effect: allow, actions: [a/b] }\n  - { id: asked, effect: " +
        "require_approval, actions: [a/*] }",
      ["allowed"],
    ],
    [
      "by two approvals together",
      "rules:\n  - { id: allowed, effect: allow, actions: [a/b, a/c] }\n  - { id: one, effect: " +
        "require_approval, actions: [a/b] }\n  - { id: two, effect: require_approval, actions: " +
        "[a/c], approval: { quorum: 2 } }",
      ["allowed"],
    ],
    [
      "not by two approvals that leave a tool",
      "rules:\n  - { id: allowed, effect: allow, actions: [a/b, a/c, a/d] }\n  - { id: one, " +
        "effect: require_approval, actions: [a/b] }\n  - { id: two, effect: require_approval, " +
        "actions: [a/c] }",
      [],
    ],
    [
      "by a stronger approval",
      "rules:\n  - { id: one, effect: require_approval, actions: [a/b] }\n  - { id: two, " +
        "effect: require_approval, actions: [a/b], approval: { quorum: 2 } }",
      ["one"],
    ],
    [
      "not by a weaker approval, nor by a deny rule of some calls",
      "rules:\n  - { id: one, effect: require_approval, actions: [a/b] }\n  - { id: two, " +
        "effect: require_approval, actions: [a/b], when: args.n > 5.0, approval: { quorum: 2 } " +
        "}\n  - { id: no, effect: deny, actions: [a/b], when: args.n > 9.0 }",
      [],
    ],
    [
      "by a wider allow rule, which is where it is found",
      "rules:\n  - { id: small, effect: allow, actions: [a/b], when: args.n < 5.0 }\n  - { id: wide, " +
        "effect: allow, actions: [a/*] }",
      ["wide"],
    ],
    [
      "once for all the rules below the widest",
      "rules:\n  - { id: small, effect: allow, actions: [a/b], when: args.n < 5.0 }\n  - { id: tool, " +
        'effect: allow, actions: [a/b] }\n  - { id: wide, effect: allow, actions: ["*"] }',
      ["wide"],
    ],
    [
      "not where it brings a duty",
      "rules:\n  - { id: all, effect: allow, actions: [a/*] }\n  - { id: logged, effect: " +
        "allow, actions: [a/b], obligations: { log: true } }",
      [],
    ],
    [
      "not by a shadow rule",
      "rules:\n  - { id: all, effect: allow, actions: [a/b] }\n  - { id: no, effect: deny, mode: shadow }",
      [],
    ],
  ],
  "duplicate-rule": [
    [
      "other names and order",
      "rules:\n  - { id: one, effect: allow, actions: [a/b, a/c] }\n  - { id: two, effect: " +
        "allow, actions: [a/c, a/b], reason: because }",
      ["two"],
    ],
  ],
  "redundant-pattern": [
    ["twice", "rules: [{ id: r, effect: allow, actions: [a/b, a/c, a/b] }]", ["a/b"]],
    [
      "a subject under a wider one",
      'rules: [{ id: r, effect: allow, subjects: ["agent:x-*", "agent:x-1"] }]',
      ['"agent:x-1"'],
    ],
    [
      "a tool on any server",
      "rules: [{ id: r, effect: allow, actions: [crm/refund, refund] }]",
      ["crm/refund"],
    ],
    [
      "a star stops at a slash",
      'rules: [{ id: r, effect: allow, resources: ["file:a/*", "file:a/b/c"] }]',
      [],
    ],
  ],
  "wildcard-allow": [
    ["a list that fits everything", 'rules: [{ id: r, effect: allow, actions: ["*"] }]', ['["*"]']],
    ["a condition that is always true", "rules: [{ id: r, effect: allow, when: true }]", ["r"]],
    ["a condition", "rules: [{ id: r, effect: allow, when: args.n == 1 }]", []],
    ["deny", "rules: [{ id: r, effect: deny }]", []],
  ],
  "missing-approval": [
    [
      "no rule that holds anything back",
      with_("  - { id: r, effect: allow, actions: [mail/*] }"),
      ["r"],
    ],
    [
      "an approval for other agents",
      with_(
        '  - { id: r, effect: allow, subjects: ["agent:a"], actions: [mail/send] }\n  - { id: ' +
          's, effect: require_approval, subjects: ["agent:b"], actions: [mail/send] }',
      ),
      ["r"],
    ],
    [
      "a deny rule of some calls",
      with_(
        "  - { id: r, effect: allow, actions: [mail/send] }\n  - { id: s, effect: deny, when: args.n > 5.0 }",
      ),
      [],
    ],
    ["only reading", with_("  - { id: r, effect: allow, actions: [files/read] }"), []],
  ],
  "outside-manifest": [
    [
      "an agent that is gone",
      with_('  - { id: r, effect: allow, subjects: ["agent:old"], actions: [files/read] }'),
      ["r"],
    ],
    [
      "one pattern of two",
      `rules: [{ id: r, effect: allow, subjects: ["agent:m"], actions: [x/y, x/z] }]\n---\n` +
        "agents: [{ id: m, status: commissioned, owner: o, manifest: { tools: [{ name: x/y }] } " +
        "}]",
      ["x/z"],
    ],
    [
      "people have no manifest",
      with_('  - { id: r, effect: allow, subjects: ["human:*"], actions: [files/read] }'),
      [],
    ],
  ],
  "nothing-allowed": [
    [
      "only a shadow rule allows",
      "rules: [{ id: r, effect: allow, mode: shadow, when: args.x }, { id: s, effect: deny, when: args.y }]",
      ["page-0"],
    ],
    ["no rules", "rules: []", ["page-0"]],
    ["a catalog alone", "tools: [{ name: a, server: b }]", []],
  ],
  "optional-argument": [
    [
      "the reading itself",
      'rules: [{ id: r, effect: deny, actions: [x/y], when: "args.a == 1 && args.b == 2" }]\n' +
        "---\ntools: [{ name: y, server: x, args: { type: object, required: [a], properties: { " +
        "a: { type: number }, b: { type: number } } } }]",
      ["args.b"],
    ],
    [
      "a tool that is not declared",
      'rules: [{ id: r, effect: deny, actions: [x/y, x/z], when: "args.b == 2" }]\n---\ntools: ' +
        "[{ name: y, server: x, args: { type: object, properties: { b: { type: number } } } }]",
      [],
    ],
  ],
  "impossible-quorum": [
    [
      "roles that one person has twice",
      with_(
        '  - { id: r, effect: require_approval, approval: { approvers: ["role:clerk", "role:boss"], quorum: 3 } }',
      ),
      ["3"],
    ],
    [
      "anybody else may",
      with_(
        '  - { id: r, effect: require_approval, approval: { approvers: ["role:clerk", "human:x"], quorum: 3 } }',
      ),
      [],
    ],
  ],
  "unknown-approver": [
    [
      "a role",
      with_(
        '  - { id: r, effect: require_approval, approval: { approvers: ["role:boss", "role:bos"] } }',
      ),
      ['"role:bos"'],
    ],
  ],
  "unknown-tool": [
    [
      "rules, exceptions and manifests",
      "rules: [{ id: r, effect: deny, actions: [mail/sent], exceptions: [{ actions: " +
        "[mail/sen], reason: x, owner: o }] }]\n---\ntools: [{ name: send, server: mail }]\n" +
        "agents: [{ id: a, status: commissioned, owner: o, manifest: { tools: [{ name: post/* }] " +
        "} }]",
      ["mail/sent", "mail/sen", "post/*"],
    ],
    ["no tools declared", "rules: [{ id: r, effect: allow, actions: [mail/sent] }]", []],
    [
      "a server in the name of a tool",
      "rules: [{ id: r, effect: allow, actions: [mail/send, mail/a/b] }]\n---\n" +
        "tools: [{ name: mail/send }, { name: a/b, server: mail }]",
      ["mail/send", "mail/send"],
    ],
  ],
  "unknown-agent": [
    [
      "target and rule",
      `target: { subjects: ["agent:aa"] }\n` +
        `${with_('  - { id: r, effect: allow, subjects: ["agent:aaa", "human:x"] }')}`,
      ['"agent:aa"', '"agent:aaa"'],
    ],
  ],
  "unused-manifest-tool": [
    [
      "a condition does not matter",
      "rules: [{ id: r, effect: allow, actions: [x/y], when: args.n > 5.0 }]\n---\nagents: [{ " +
        "id: m, status: commissioned, owner: o, manifest: { tools: [{ name: x/y }, { name: x/z " +
        "}] } }]",
      ["x/z"],
    ],
  ],
  "unused-declaration": [
    [
      "all three",
      "session:\n  labels: [{ name: l }, { name: read }]\n  counters: [{ name: c, add: 1 }]\n  " +
        "values: [{ name: v, add: args.x }, { name: w, add: args.x }]\nrules: [{ id: r, effect: " +
        "allow, when: \"'read' in session.labels && args.x in session.values.w\" }]",
      ["l", "c", "v"],
    ],
    [
      "a declaration reads another",
      "session:\n  labels: [{ name: a }, { name: b, when: \"'a' in session.labels\" }]\nrules: " +
        '[{ id: r, effect: allow, when: "size(session.labels) > 1" }]',
      [],
    ],
  ],
  "expired-exception": [
    [
      "on the day it ends it holds",
      "rules:\n  - { id: r, effect: deny, exceptions: [{ when: args.a, reason: x, owner: o, " +
        "expires: 2026-11-20 }, { when: args.b, reason: yesterday, owner: o, expires: 2026-11-19 " +
        "}] }",
      ["2026-11-19"],
    ],
  ],
  "inert-exception": [
    [
      "other tools",
      "rules: [{ id: r, effect: deny, actions: [a/b], exceptions: [{ actions: [a/c], reason: x, owner: o }] }]",
      ["{ actions: [a/c], reason: x, owner: o }"],
    ],
  ],
  "expired-agent": [
    [
      "only the commissioned",
      "agents:\n  - { id: gone, owner: o, status: decommissioned, expires: 2025-01-01 }\n  - { " +
        "id: late, owner: o, status: commissioned, expires: 2026-11-19 }\n  - { id: today, " +
        "owner: o, status: commissioned, expires: 2026-11-20 }",
      ["late"],
    ],
  ],
  "overdue-review": [
    [
      "never and long ago",
      "agents:\n  - { id: never, owner: o, status: commissioned, review_every: 90d }\n  - { " +
        "id: ago, owner: o, status: commissioned, reviewed: 2026-01-01, review_every: 90d }\n  - " +
        "{ id: lately, owner: o, status: commissioned, reviewed: 2026-11-01, review_every: 90d }",
      ["never", "ago"],
    ],
  ],
  secret: [
    [
      "tokens",
      "# ghp_abcdefghijklmnopqrstuvwxyz0123456789\nrules: [{ id: r, effect: deny, reason: " +
        "'api_key: 0a1b2c3d4e5f6a7b8c9d', when: \"args.k == 'AKIAIOSFODNN7EXAMPLE'\" }]",
      ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "0a1b2c3d4e5f6a7b8c9d", "AKIAIOSFODNN7EXAMPLE"],
    ],
    [
      "words about secrets",
      "rules: [{ id: r, effect: deny, reason: 'no password: ask the owner, see https://docs.example/@team' }]",
      [],
    ],
  ],
  "suspicious-characters": [
    ["a direction mark in a comment", "# a\u202eb\nrules: [{ id: r, effect: deny }]", ["\u202e"]],
    [
      "Greek among Latin",
      "rules: [{ id: r, effect: deny, actions: [a/s\u03b5nd] }]",
      ["s\u03b5nd"],
    ],
    [
      "other languages and emoji",
      "description: \u043f\u0440\u0430\u0432\u0438\u043b\u0430 f\u00fcr \u4e2d\u6587 " +
        "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\nrules: [{ id: r, effect: deny }]",
      [],
    ],
  ],
  "bad-suppression": [
    [
      "an unknown code, a loader's code, no code",
      "rules:\n  # agentz-ignore wildcard-alow: why\n  # agentz-ignore yaml-syntax: why\n  # " +
        "agentz-ignore\n  - { id: r, effect: deny }",
      ["# agentz-ignore wildcard-alow: why", "# agentz-ignore yaml-syntax: why", "# agentz-ignore"],
    ],
    [
      "text that looks like one",
      "description: \"# agentz-ignore\"\nrules: [{ id: r, effect: deny, reason: 'a # agentz-ignore b' }]",
      [],
    ],
  ],
  "allow-deny-overlap": [
    [
      "apart",
      "rules: [{ id: r, effect: allow, when: args.n < 5.0 }, { id: s, effect: deny, when: args.n > 5.0 }]",
      [],
    ],
  ],
  "negated-scope": [
    [
      "a positive part",
      'rules: [{ id: r, effect: allow, when: "args.a != 1 && args.b == 2" }]',
      [],
    ],
  ],
  "sibling-prefix": [
    [
      "with its slash, or no path",
      "rules: [{ id: r, effect: allow, when: \"args.p.startsWith('/data/') || " +
        "args.u.startsWith('data') || args.p.startsWith('/tmp/agent-')\" }]",
      [],
    ],
    [
      "a URL, a drive, a home",
      "rules: [{ id: r, effect: allow, when: \"args.u.startsWith('https://api.example') || " +
        "args.p.startsWith('c:/data') || args.p.startsWith('~/work')\" }]",
      [
        "args.u.startsWith('https://api.example')",
        "args.p.startsWith('c:/data')",
        "args.p.startsWith('~/work')",
      ],
    ],
    [
      "the end of a domain",
      "rules: [{ id: r, effect: allow, when: \"host(args.u).endsWith('acme.example') || " +
        "args.email.endsWith('.acme.example') || args.path.endsWith('package.json')\" }]",
      ["host(args.u).endsWith('acme.example')"],
    ],
    [
      "an exception",
      "rules: [{ id: r, effect: deny, exceptions: [{ when: \"args.p.startsWith('/data')\", reason: x, owner: o }] }]",
      ["args.p.startsWith('/data')"],
    ],
  ],
  "unanchored-pattern": [
    [
      "the pattern",
      "rules: [{ id: r, effect: allow, when: \"args.u.matches('^a') && args.u.matches('^b$')\" }]",
      ["'^a'"],
    ],
    [
      "each alternative",
      "rules: [{ id: r, effect: allow, when: \"args.u.matches('^a|b$') || " +
        "args.u.matches('^(a|b)$') || args.u.matches('^a$|^b$') || args.u.matches('^[a|b]$')\" }]",
      ["'^a|b$'"],
    ],
    [
      "an escaped sign is no anchor",
      "rules: [{ id: r, effect: allow, when: \"args.u.matches(r'^a\\\\$') || args.u.matches(r'^a\\\\\\\\$')\" }]",
      ["r'^a\\\\$'"],
    ],
    [
      "what is forbidden may stand anywhere",
      "rules: [{ id: r, effect: allow, when: \"args.a == 1 && !args.u.matches('evil')\" }, { " +
        "id: s, effect: deny, when: \"args.u.matches('evil')\" }]",
      [],
    ],
    [
      "what a deny rule leaves alone",
      "rules: [{ id: s, effect: deny, when: \"!(args.b.all(u, u.matches('safe')))\" }]",
      ["'safe'"],
    ],
  ],
  "missing-owner": [["the policy's name", "rules: [{ id: r, effect: deny }]", ["page-0"]]],
  "missing-description": [["the policy's name", "rules: [{ id: r, effect: deny }]", ["page-0"]]],
  "missing-reason": [
    [
      "deny only",
      "rules: [{ id: r, effect: deny }, { id: s, effect: allow, actions: [a/b] }]",
      ["r"],
    ],
  ],
  "untested-rule": [
    [
      "with a condition only",
      "rules: [{ id: r, effect: deny }, { id: s, effect: allow, when: args.x }]",
      ["s"],
    ],
  ],
  "unused-data": [
    [
      "one of two",
      "rules: [{ id: r, effect: allow, when: args.x in data.a }]\n---\ndata: { a: [1], b: [2] }",
      ["b"],
    ],
  ],
};

const TABLE = Object.entries(CASES).flatMap(([code, cases]) =>
  cases.map(([name, text, expected]) => [code, name, text, expected] as const),
);

describe("what a rule finds, as the text that is underlined", () => {
  test.each(TABLE)("%s: %s", (code, _, text, expected) => {
    expect(underlined(code, text)).toEqual(expected);
  });
});

test("a witness call stands in the notes", () => {
  const text = documents(
    "rules: [{ id: r, effect: allow, when: args.n > 5.0 }, { id: s, effect: deny, when: args.n > 9.0 }]",
  );
  const [found] = lint(text, ["allow-deny-overlap"]).findings.filter(
    ({ code }) => code === "allow-deny-overlap",
  );
  expect(found?.notes?.map(({ message }) => message)).toEqual([
    "page-0/s is here",
    expect.stringMatching(/^both match: .*"args":\{"n":10\}/),
  ]);
});
