import { describe, expect, it } from "vitest";
import { acceptedText, type AcceptedEntry } from "../../src/api/config/accept-entry.ts";
import { readYamlValue } from "../../src/api/yaml-value.ts";

const entry = (group = "3f2a9c01d4e5", reason = 'it: is "wanted" # by us'): AcceptedEntry => ({
  group,
  rules: "sha256:00",
  reason,
  owner: "me@example.com",
  expires: "2027-01-31",
  calls: 2,
});
const value = (text: string): unknown =>
  readYamlValue({ name: "agentz.yaml", text, code: "config" }).value;

const FILES: readonly (readonly [what: string, text: string, gate: object])[] = [
  ["nothing", "", {}],
  ["a comment", "# for everybody\n", {}],
  ["no gate", "# for everybody\ncandidate: [p.yaml] # ours\n\n# the rest\ntrace: [t.jsonl]\n", {}],
  ["an empty gate", "candidate: [p.yaml]\ngate: # to come\n", {}],
  [
    "a gate in a block",
    "gate:\n  # never\n  widened: 0 # none\n\n  malformed: 0\n# the end\n",
    { widened: 0, malformed: 0 },
  ],
  [
    "a gate in braces",
    "gate: { widened: 0, coverage: { policy: 0.9 } } # ours\ncandidate: [p.yaml]\n",
    { widened: 0, coverage: { policy: 0.9 } },
  ],
  ["tight braces", "gate: {widened: 0} # ours\n", { widened: 0 }],
  ["an empty list", "gate:\n  accepted: [] # nothing yet\n  widened: 0\n", { widened: 0 }],
  [
    "an empty key",
    "gate:\n  widened: 0\n  accepted:\n  # nothing yet\ncandidate: [p.yaml]\n",
    { widened: 0 },
  ],
  [
    "a list that is not indented",
    "gate:\n  accepted:\n  - {group: a, rules: b, reason: c, owner: d, expires: 2027-01-01} # old\n  widened: 0\n",
    {
      widened: 0,
      accepted: [{ group: "a", rules: "b", reason: "c", owner: "d", expires: "2027-01-01" }],
    },
  ],
  [
    "a list in brackets",
    "gate: { accepted: [{ group: a, rules: b, reason: c, owner: d, expires: 2027-01-01 }], widened: 0 }\n",
    {
      widened: 0,
      accepted: [{ group: "a", rules: "b", reason: "c", owner: "d", expires: "2027-01-01" }],
    },
  ],
  [
    "everything in braces",
    "{ candidate: [p.yaml], gate: { widened: 0 } } # ours\n",
    { widened: 0 },
  ],
  ["JSON", '{\n  "candidate": ["p.yaml"],\n  "gate": { "widened": 0 }\n}\n', { widened: 0 }],
  [
    "quoted texts and long lines",
    `gate:\n  widened: 0\ncandidate: ["a b", 'c']\ntests: ` +
      `[${Array.from({ length: 30 }, (_, i) => `policies/tests/number-${i}.yaml`).join(", ")}] # ` +
      "all\n",
    { widened: 0 },
  ],
  ["Windows line ends", "# ours\r\ngate:\r\n  widened: 0\r\n", { widened: 0 }],
  ["a byte order mark", "\ufeffgate:\n  widened: 0\n", { widened: 0 }],
];

describe("agentz accept writes into agentz.yaml", () => {
  it.each(FILES)("keeps what is there: %s", (_, text, gate) => {
    const written = acceptedText("agentz.yaml", text, [entry()]);
    const old = (gate as { accepted?: readonly object[] }).accepted ?? [];
    expect(value(written)).toEqual({
      ...(value(text) ?? {}),
      gate: { ...gate, accepted: [entry(), ...old] },
    });
    const comments = (of: string): readonly string[] =>
      of.match(/#(?! by us).*/g)?.map((comment) => comment.trim()) ?? [];
    expect(comments(written)).toEqual(comments(text));
    // nothing goes, and nothing else comes
    let [before, after] = [0, 0];
    while (before < text.length && text[before] === written[before]) before++;
    while (after < text.length && text.at(-1 - after) === written.at(-1 - after)) after++;
    expect(before + after).toBeGreaterThanOrEqual(text.length);
  });

  it("replaces the entry of the same group, in its place", () => {
    const once = acceptedText("agentz.yaml", FILES[9]?.[1] ?? "", [entry(), entry("ffff00001111")]);
    const twice = acceptedText("agentz.yaml", once, [entry("3f2a9c01d4e5", "because")]);
    expect(value(twice)).toMatchObject({
      gate: {
        accepted: [
          { group: "3f2a9c01d4e5", reason: "because" },
          { group: "ffff00001111" },
          { group: "a" },
        ],
      },
    });
    expect(twice).toContain("# old");
  });

  it("keeps texts that look like numbers texts", () => {
    for (const group of ["123456789012", "1e5000000000", "0x1234567890", "000000000000"]) {
      const written = acceptedText("agentz.yaml", "gate:\n  widened: 0\n", [
        { ...entry(group), reason: "true", owner: "null" },
      ]);
      expect(value(written)).toMatchObject({
        gate: { accepted: [{ group, reason: "true", owner: "null" }] },
      });
    }
  });

  it("refuses a file that is none", () => {
    for (const text of [
      "[1]\n",
      "gate: 5\n",
      "gate: { accepted: 5 }\n",
      "a: 1\na: 2\n",
      "gate: {\n",
    ])
      expect(() => acceptedText("agentz.yaml", text, [entry()])).toThrow();
  });
});
