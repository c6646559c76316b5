import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { normalizeDomain, normalizeUrl } from "../../src/condition/normalize.ts";
import { normalizePath } from "../../src/condition/normalize-path.ts";
import { compileEntityGlob } from "../../src/policy/glob.ts";
import { asNormalPattern, fitsNoId } from "../../src/lint/normal-pattern.ts";
import { runLint } from "../../src/lint/run-lint.ts";
import { assemble, documents, lint, TODAY } from "./pages.ts";

const CATALOG = `
---
tools:
  - { name: read, server: fs, effects: [read], resource: { type: file, id: args.path } }
  - { name: get, server: web, effects: [read], resource: { type: url, id: args.url } }
  - { name: lookup, server: dns, effects: [read], resource: { type: domain, id: args.name } }
  - { name: order, server: crm, effects: [read], resource: { type: order, id: args.order } }
  - { name: ping, server: net, effects: [read], resource: none }
  - { name: fs.stat, server: host, effects: [read], resource: none }
people: [{ id: omar, roles: [boss] }]
resources:
  - { match: "file:*", form: path }
  - { match: "url:*", form: url }
  - { match: "domain:*", form: domain }
`;

type Found = readonly [code: string, underlined: string, help: string | undefined];

const CODES: ReadonlySet<string> = new Set([
  "dead-pattern",
  "foreign-pattern",
  "missing-form",
  "unknown-tool",
]);

function found(snippet: string): readonly Found[] {
  const text = documents(snippet);
  const assembled = assemble(text);
  expect(assembled.diagnostics).toEqual([]);
  const { findings } = lint(text, [], assembled);
  return findings
    .filter(({ code }) => CODES.has(code))
    .map(({ code, span, help }) => [code, text.slice(span.start, span.end), help]);
}

function onResource(pattern: string, action = "fs/read"): readonly Found[] {
  return found(
    `rules: [{ id: r, effect: deny, actions: [${action}], resources: [${JSON.stringify(pattern)}] }]${CATALOG}`,
  );
}

type Row = readonly [pattern: string, meant: string | undefined];

const DEAD: Readonly<Record<string, readonly Row[]>> = {
  path: [
    ["/etc/", "/etc/**"],
    ["/etc/*/", "/etc/*/**"],
    ["/srv/../opt/**", "/opt/**"],
    ["/srv/**/../x", undefined],
    ["/var//log/**", "/var/log/**"],
    ["//etc/**", "/etc/**"],
    ["./secrets/**", "secrets/**"],
    ["/a/./b", "/a/b"],
    ["/a/..", "/"],
    ["../x", undefined],
    ["/home/%75ser/**", "/home/user/**"],
    ["/a%2fb", "/a/b"],
    ["C:\\Users\\**", "c:/users/**"],
    ["C:/Users/**", "c:/users/**"],
    ["\\\\server\\share", undefined],
    ["///etc/shadow", "/etc/shadow"],
    ["https://x.example/a", undefined],
  ],
  url: [
    ["HTTPS://Admin.acme.example/**", "https://admin.acme.example/**"],
    ["https://pay.acme.example:443/**", "https://pay.acme.example/**"],
    ["http://pay.acme.example:80/x", "http://pay.acme.example/x"],
    ["hr.acme.example/**", "https://hr.acme.example/**"],
    ["//hr.acme.example/**", "https://hr.acme.example/**"],
    ["https://user@acme.example/**", "https://acme.example/**"],
    ["https://acme.example", "https://acme.example/"],
    ["https://*", undefined],
    ["*.acme.example/**", "https://*.acme.example/**"],
    ["https://acme.example/a/../b", "https://acme.example/b"],
    ["https://acme.example//a", "https://acme.example/a"],
    ["https://acme.example/%7Euser/**", "https://acme.example/~user/**"],
    ["https://acme.example/a%2fb", undefined],
    ["https://acme.example/a#b", "https://acme.example/a"],
    ["https://acme.example/a b", undefined],
    ["https://b\u00fccher.example/**", "https://xn--bcher-kva.example/**"],
    ["https:/acme.example/**", undefined],
  ],
  domain: [
    ["Acme.example", "acme.example"],
    ["acme.example.", "acme.example"],
    [".acme.example", "*.acme.example"],
    ["https://acme.example/", "acme.example"],
    ["acme.example:443", "acme.example"],
    ["acme..example", undefined],
    ["b\u00fccher.example", "xn--bcher-kva.example"],
    ["acme.example/**", "acme.example"],
  ],
};

const ALIVE: Readonly<Record<string, readonly string[]>> = {
  path: [
    "/",
    "/**",
    "/etc",
    "/etc/**",
    "*",
    "**",
    "**/x",
    "/a/*/b",
    "secrets/**",
    "~/x",
    "~user/*",
    "c:/users/**",
    ".",
    ".ssh/**",
    "/a/.b",
    "/a/...",
    "/a/..b",
    "/home/{id}/[slug]",
    "*.env",
    "/a/**/b",
    "*/",
    "c:/",
  ],
  url: [
    "**",
    "*",
    "https://acme.example/",
    "https://acme.example/**",
    "https://*.acme.example/**",
    "https://**",
    "**.acme.example/**",
    "https://acme.example:8443/**",
    "ws://x.example/*",
    "https://[::1]/**",
    "https://acme.example/?q=**",
    "https://acme.example/a%20b",
    "**/admin/**",
    "https://**/x",
    "https://x.example/.well-known/**",
  ],
  domain: [
    "acme.example",
    "*.acme.example",
    "**.example",
    "xn--bcher-kva.example",
    "*",
    "a_b.example",
    "10.0.0.1",
  ],
};

const DEAD_ROWS = Object.entries(DEAD).flatMap(([form, rows]) =>
  rows.map(([pattern, meant]) => [form, pattern, meant] as const),
);
const ALIVE_ROWS = Object.entries(ALIVE).flatMap(([form, rows]) =>
  rows.map((pattern) => [form, pattern] as const),
);
const TYPES: ReadonlyMap<string, readonly [type: string, action: string]> = new Map([
  ["path", ["file", "fs/read"]],
  ["url", ["url", "web/get"]],
  ["domain", ["domain", "dns/lookup"]],
]);

describe("design 3.6: a pattern that no id in normal form fits", () => {
  test.each(DEAD_ROWS)("%s: %s", (form, pattern, meant) => {
    const [type, action] = TYPES.get(form) ?? ["", ""];
    const rows = onResource(`${type}:${pattern}`, action).filter(
      ([code]) => code === "dead-pattern",
    );
    expect(rows).toHaveLength(1);
    if (meant !== undefined) expect(rows[0]?.[2]).toBe(`did you mean \`${type}:${meant}\`?`);
  });

  test.each(ALIVE_ROWS)("%s, and one may fit: %s", (form, pattern) => {
    const [type, action] = TYPES.get(form) ?? ["", ""];
    expect(onResource(`${type}:${pattern}`, action)).toEqual([]);
  });

  const NORMALIZE = { path: normalizePath, url: normalizeUrl, domain: normalizeDomain };
  const TEXTS = {
    path: fc.array(
      fc.constantFrom("/", "/", ".", "..", "a", "b.c", "~", "%41", " ", "c:", "*", "X"),
      { maxLength: 7 },
    ),
    url: fc.array(
      fc.constantFrom(
        "https://",
        "http://",
        "a.example",
        "X.example",
        "/",
        "/",
        "..",
        ".",
        "b",
        "?",
        "%41",
        "%2f",
        ":443",
        ":81",
        "*",
        "#",
      ),
      { maxLength: 7 },
    ),
    domain: fc.array(fc.constantFrom("a", "B", ".", ".", "-", "example", "1", "*"), {
      maxLength: 6,
    }),
  };

  test.each(["path", "url", "domain"] as const)(
    "what is said to fit no %s fits none that is drawn",
    (form) => {
      const words = TEXTS[form].map((parts) => parts.join(""));
      const property = fc.property(
        words,
        fc.array(words, { minLength: 1, maxLength: 6 }),
        (pattern, texts) => {
          if (pattern === "" || !fitsNoId(form, pattern)) return;
          const glob = compileEntityGlob(`t:${pattern}`);
          for (const text of [
            pattern.replaceAll("*", "a"),
            pattern.replaceAll("*", ""),
            ...texts,
          ]) {
            const id = NORMALIZE[form](text);
            // what decoding leaves encoded is no id that anybody means
            if (id !== undefined && !/%[0-9A-Fa-f]{2}/.test(pattern))
              expect([text, glob.fits("t", id)]).toEqual([text, false]);
          }
          const meant = asNormalPattern(form, pattern);
          if (meant !== undefined) expect(fitsNoId(form, meant)).toBe(false);
        },
      );
      fc.assert(property, { numRuns: 3_000, seed: 6 });
    },
  );

  test("a text that a condition compares the id with", () => {
    const rows = found(`rules:
  - { id: r, effect: deny, actions: [fs/read],
      when: "resource.id == '/etc/' || resource.id in ['/a/../b', '/c'] || resource.id.startsWith('/x//')" }
  - { id: s, effect: deny, resources: ["url:*"], when: "'http://a.example:80/' != resource.id" }
  - { id: t, effect: deny, when: "resource.id == '/etc/'" }${CATALOG}`);
    expect(rows.map(([code, text]) => [code, text])).toEqual([
      ["dead-pattern", "'/etc/'"],
      ["dead-pattern", "'/a/../b'"],
      ["dead-pattern", "'/x//'"],
      ["dead-pattern", "'http://a.example:80/'"],
    ]);
  });

  test("in exceptions, catalogs and manifests too", () => {
    const rows = found(`rules:
  - { id: r, effect: deny, exceptions: [{ resources: ["file:/a/"], reason: x, owner: o }] }
${CATALOG}  - { match: "file:/b/", classification: restricted }
agents: [{ id: a, owner: o, manifest: { tools: [{ name: fs/read }], sources: ["file:./c"] } }]`);
    expect(rows.map(([, text]) => text)).toEqual(['"file:/a/"', '"file:/b/"', '"file:./c"']);
  });
});

describe("design 3.2, 2.5: a pattern of a type that there is not", () => {
  const SUBJECTS: readonly Row[] = [
    ["user:*", "human:*"],
    ["Agent:x", "agent:x"],
    ["bot:helper", "agent:helper"],
    ["*user:x", undefined],
  ];
  test.each(SUBJECTS)("subject %s", (pattern, meant) => {
    const rows = found(
      `rules: [{ id: r, effect: deny, subjects: [${JSON.stringify(pattern)}, "agent:*"] }]${CATALOG}`,
    );
    expect(rows.map(([code]) => code)).toEqual(["dead-pattern"]);
    if (meant !== undefined) expect(rows[0]?.[2]).toBe(`did you mean \`${meant}\`?`);
  });

  test("approvers and targets", () => {
    const rows = found(
      `target: { subjects: ["agents:*"] }\nrules: [{ id: r, effect: require_approval, actions: ` +
        `[fs/read], approval: { approvers: ["user:omar", "role:boss", "human:*"] } }]${CATALOG}`,
    );
    expect(rows.map(([code, text]) => [code, text])).toEqual([
      ["dead-pattern", '"agents:*"'],
      ["dead-pattern", '"user:omar"'],
    ]);
  });

  test.each<Row>([
    ["url:https://a.example/**", undefined],
    ["File:/etc/**", "file:/etc/**"],
    ["files:/etc/**", "file:/etc/**"],
    ["database:x", undefined],
  ])("resource %s of a tool that reads files", (pattern, meant) => {
    const rows = onResource(pattern).filter(([code]) => code === "dead-pattern");
    expect(rows).toHaveLength(1);
    if (meant !== undefined) expect(rows[0]?.[2]).toBe(`did you mean \`${meant}\`?`);
  });

  test("of tools that no catalog declares nothing is known", () => {
    expect(
      found('rules: [{ id: r, effect: deny, actions: ["x/*"], resources: ["database:x"] }]'),
    ).toEqual([]);
  });
});

describe("signs of other languages", () => {
  const ACTIONS: readonly Row[] = [
    ["mcp__github__delete_*", "github/delete_*"],
    ["mcp__github__*", "github/*"],
    ["github/{a,b}", undefined],
    ["github/delete?", "github/delete*"],
    ["github/[a-z]*", undefined],
    ["github/delete_.*", "github/delete_*"],
    ["^github/delete$", "github/delete"],
    ["github/(a|b)", undefined],
    ["github/.+", "github/*"],
    ["github:delete", "github/delete"],
    ["github::delete", "github/delete"],
    ["fs.read", "fs/read"],
    ["fs.*", "fs/*"],
    ["!github/delete", undefined],
    ["Bash(rm *)", undefined],
    ["github/delete%", "github/delete*"],
    ["github / delete", "github/delete"],
    ["github\\\\delete", undefined],
  ];
  test.each(ACTIONS)("action %s", (pattern, meant) => {
    const rows = found(
      `rules: [{ id: r, effect: deny, actions: [fs/read, ${JSON.stringify(pattern)}] }]`,
    ).filter(([code]) => code === "foreign-pattern");
    expect(rows).toHaveLength(1);
    if (meant !== undefined) expect(rows[0]?.[2]).toBe(`did you mean \`${meant}\`?`);
  });

  test.each<Row>([
    ["order:{a,b}", undefined],
    ["order:47?", "order:47*"],
    ["order:[0-9]*", undefined],
    ["order:.*", "order:*"],
    ["order:^47$", "order:47"],
    ["order:\\\\d+", undefined],
    ["order:(a|b)", undefined],
    ["file:/root/{a,b}", undefined],
    ["file:/boot/?", "file:/boot/*"],
  ])("resource %s", (pattern) => {
    const rows = onResource(
      pattern.replace("\\\\", "\\"),
      pattern.startsWith("file") ? "fs/read" : "crm/order",
    ).filter(([code]) => code === "foreign-pattern");
    expect(rows).toHaveLength(1);
  });

  test.each([
    "file:/app/[slug]/page.tsx",
    "file:/app/[...rest]",
    "file:/app/[post-id]",
    "file:/a/report.*",
    "file:/home/*/.*",
    "order:a$b",
  ])("and none: %s", (pattern) => {
    expect(onResource(pattern, pattern.startsWith("file") ? "fs/read" : "crm/order")).toEqual([]);
  });

  test("a declared tool may be called so", () => {
    expect(
      found(`rules: [{ id: r, effect: allow, actions: [fs.stat, "host/fs.*"] }]${CATALOG}`),
    ).toEqual([]);
    expect(
      found("rules: [{ id: r, effect: allow, actions: [a.b, a/c, d-e/f.g] }]").map(
        ([, text]) => text,
      ),
    ).toEqual(["a.b"]);
    expect(found("rules: [{ id: r, effect: allow, actions: [functions.exec, fs/read] }]")).toEqual(
      [],
    );
  });

  test("another sign for the slash is a did-you-mean", () => {
    expect(found(`rules: [{ id: r, effect: allow, actions: [fs_read] }]${CATALOG}`)).toEqual([
      ["unknown-tool", "fs_read", "did you mean `fs/read`?"],
    ]);
    const text = documents('rules: [{ id: r, effect: allow, subjects: ["agent/support"] }]');
    expect(assemble(text).diagnostics.map(({ code, help }) => [code, help])).toEqual([
      ["invalid-glob", "did you mean `agent:support`?"],
    ]);
  });
});

describe("design 3.6: a type whose ids are taken apart, without a form", () => {
  const TOOL =
    "\n---\ntools: [{ name: write, server: fs, resource: { type: doc, id: args.path } }]\n";
  const rule = (more: string): string =>
    `rules: [{ id: r, effect: allow, actions: [fs/write], ${more} }]`;

  test.each([
    ["an absolute pattern", 'resources: ["doc:/repo/**"]', '"doc:/repo/**"'],
    ["a relative one", 'resources: ["doc:reports/*"]', '"doc:reports/*"'],
    ["a URL", 'resources: ["doc:https://wiki.example/**"]', '"doc:https://wiki.example/**"'],
    ["under()", "when: \"under(resource.id, '/repo')\"", "under(resource.id, '/repo')"],
    [
      "a beginning",
      "when: \"resource.id.startsWith('/repo/')\"",
      "resource.id.startsWith('/repo/')",
    ],
  ])("%s", (_, more, underlined) => {
    expect(found(rule(more) + TOOL).map(([code, text]) => [code, text])).toEqual([
      ["missing-form", underlined],
    ]);
  });

  test("once for each type; not where a form is said, even `opaque`; not of names; not without a catalog", () => {
    expect(
      found(
        `rules: [{ id: r, effect: allow, actions: [fs/write], resources: ["doc:/a/**", "doc:/b/**"] }]${TOOL}`,
      ),
    ).toHaveLength(1);
    expect(
      found(
        `${rule('resources: ["doc:/a/**"]')}${TOOL}resources: [{ match: "doc:*", form: opaque }]`,
      ),
    ).toEqual([]);
    expect(found(rule('resources: ["doc:a-*", "doc:**"]') + TOOL)).toEqual([]);
    expect(found(rule('resources: ["doc:/a/**"]'))).toEqual([]);
  });

  test("the catalog's own patterns", () => {
    expect(
      found(
        `rules: [{ id: r, effect: allow, actions: [fs/write] }]${TOOL}resources: [{ match: ` +
          `"doc:/hr/**", classification: restricted }]`,
      ).map(([code]) => code),
    ).toEqual(["missing-form"]);
  });
});

test("a file that somebody emptied permits nothing", () => {
  const emptied = assemble("# nothing left\n---\n");
  expect(
    runLint(emptied, { levels: new Map(), today: TODAY }).findings.map(({ code, file }) => [
      code,
      file,
    ]),
  ).toEqual([
    ["nothing-allowed", "page.yaml"],
    ["unknown-document", "page.yaml"],
  ]);
});
