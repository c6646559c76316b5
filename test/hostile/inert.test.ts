import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as corpus from "./corpus.ts";
import { ACTIVE, ACTIVE_TEXT, activeParts } from "./inert.ts";
import { junitFaults } from "../readers/junit.ts";
import { renderedFaults } from "../readers/markdown.ts";
import { sarifFaults } from "../readers/sarif.ts";
import { folderOf, runIn } from "./run-case.ts";

const FORMATS: readonly (readonly [
  command: string,
  formats: readonly string[],
  argv: readonly string[],
])[] = [
  [
    "lint",
    ["pretty", "json", "sarif", "github", "junit", "markdown"],
    ["set", "--trace", "@/trace.jsonl"],
  ],
  [
    "replay",
    ["pretty", "json", "markdown", "sarif", "github", "junit"],
    [
      "--candidate",
      "set",
      "--baseline",
      "baseline",
      "--trace",
      "@/trace.jsonl",
      "--labels",
      "@/labels.jsonl",
      "--details",
    ],
  ],
  [
    "coverage",
    ["pretty", "json", "markdown"],
    ["--candidate", "set", "--baseline", "baseline", "--trace", "@/trace.jsonl", "--details"],
  ],
  [
    "report",
    ["pretty", "html", "markdown", "json"],
    [
      "--candidate",
      "set",
      "--baseline",
      "baseline",
      "--trace",
      "@/trace.jsonl",
      "--details",
      "--show-arguments",
    ],
  ],
  ["test", ["pretty", "json", "junit", "github", "markdown"], ["set", "suite", "--details"]],
  ["decide", ["pretty", "json"], ["--candidate", "set", "request.json"]],
  [
    "explain",
    ["pretty", "json"],
    ["--candidate", "set", "--details", "--show-arguments", "request.json"],
  ],
  [
    "blast-radius",
    ["pretty", "json"],
    ["--candidate", "set", "--trace", "@/trace.jsonl", "--details"],
  ],
  [
    "record-plan",
    ["pretty", "json"],
    ["--candidate", "set", "--trace", "@/trace.jsonl", "--details"],
  ],
  ["who-can", ["pretty", "json"], ["**", "--candidate", "set", "--now", "2026-06-01", "--details"]],
];
const OTHERS: readonly (readonly string[])[] = [
  ["trace", "stats", "@/trace.jsonl", "--details"],
  ["trace", "stats", "@/trace.jsonl", "--format", "json"],
  ["trace", "validate", "@/trace.jsonl", "--details"],
  ["trace", "validate", "@/trace.jsonl", "--format", "json"],
  ["catalog", "check", "@/trace.jsonl", "--catalog", "set", "--details"],
  ["diff", "baseline", "set", "--details"],
  ["diff", "set", "baseline", "--format", "json"],
  ["ci", "--candidate", "set", "--baseline", "baseline", "--trace", "@/trace.jsonl", "--details"],
  [
    "ci",
    "--candidate",
    "set",
    "--baseline",
    "baseline",
    "--trace",
    "@/trace.jsonl",
    "--output",
    "json=-",
  ],
  [
    "ci",
    "--candidate",
    "set",
    "--baseline",
    "baseline",
    "--trace",
    "@/trace.jsonl",
    "--output",
    "markdown=-",
  ],
  [
    "ci",
    "--candidate",
    "set",
    "--baseline",
    "baseline",
    "--trace",
    "@/trace.jsonl",
    "--output",
    "github=-",
  ],
  ["version", "check", "--base", "baseline", "--candidate", "set", "--details"],
];

/** What a reader of the format finds wrong with a document, or would act on. */
async function readerFaults(text: string, format: string): Promise<readonly string[]> {
  if (format === "sarif") return sarifFaults(text);
  if (format === "junit") return await junitFaults(text);
  return format === "markdown" ? renderedFaults(text) : [];
}

/** What `--format` or `--output` asks for. */
function formatOf(argv: readonly string[]): string {
  return (
    ["json", "markdown", "github"].find((format) =>
      argv.some((arg) => arg === format || arg.startsWith(`${format}=`)),
    ) ?? "pretty"
  );
}

const FIELDS: readonly object[] = [
  { id: ACTIVE },
  { session: ACTIVE },
  { parent: ACTIVE },
  { type: ACTIVE },
  { subject: { type: ACTIVE, id: "x" } },
  { subject: { type: "agent", id: ACTIVE, credential: { kind: ACTIVE, id: ACTIVE } } },
  { action: { kind: ACTIVE, server: "crm", name: "lookup" } },
  { action: { server: ACTIVE, name: "lookup" } },
  { action: { server: "crm", name: ACTIVE } },
  { action: { server: "::error file=x::", name: "##[error]x" } },
  { action: { server: "CRM", name: "Lookup\u202e" } },
  { resource: { type: ACTIVE, id: ACTIVE, classification: ACTIVE } },
  { args: { order: ACTIVE, [ACTIVE]: ACTIVE } },
  {
    context: {
      surface: ACTIVE,
      task: { id: ACTIVE, type: ACTIVE, project: ACTIVE },
      model: { name: ACTIVE },
      request: ACTIVE,
      on_behalf_of: { type: "human", id: ACTIVE },
      delegation: [ACTIVE],
      approvals: [{ id: ACTIVE, by: ACTIVE, at: ACTIVE, decision: "granted" }],
      [ACTIVE]: ACTIVE,
    },
  },
  { decision: { effect: "deny", rule: ACTIVE, policy: ACTIVE, pdp: ACTIVE } },
  { outcome: { status: ACTIVE, result: ACTIVE } },
  { labels: { [ACTIVE]: true, incident: true, note: ACTIVE } },
  { unrecorded: [`args.${ACTIVE}`, ACTIVE, `args["${ACTIVE}"]`], complete: [ACTIVE] },
  { [ACTIVE]: ACTIVE },
];

const CALL = {
  time: "2026-05-18T09:00:00Z",
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { server: "crm", name: "lookup" },
  args: { order: "1" },
  labels: { incident: true },
};
const TRACE = [
  ...FIELDS.map((field, i) => JSON.stringify({ id: `e${i}`, ...CALL, ...field })),
  `${ACTIVE_TEXT}`,
  `{"id":"${ACTIVE_TEXT.replace(/["\\]/g, "")}"`,
].join("\n");

/** Texts of people, wherever a policy has room for them. */
const TEXTS = [
  {
    apiVersion: "agentz/v1",
    kind: "Policy",
    name: "p",
    version: "2.0.0",
    owner: ACTIVE,
    description: ACTIVE,
    rules: [
      {
        id: "some",
        effect: "allow",
        actions: ["crm/*"],
        when: `args.order != ${JSON.stringify(ACTIVE_TEXT)}`,
        reason: ACTIVE,
        labels: [ACTIVE],
        obligations: { notify: ["role:x"] },
        exceptions: [
          { when: "args.order == '7'", reason: ACTIVE, owner: ACTIVE, expires: "2027-01-01" },
        ],
      },
      { id: "ask", effect: "require_approval", actions: ["crm/ask"], reason: ACTIVE },
      {
        id: "no",
        effect: "deny",
        when:
          `int(args.order) > 5 || args[${JSON.stringify(ACTIVE_TEXT)}] == 1 || ` +
          `context[${JSON.stringify(ACTIVE_TEXT)}] == 1`,
        reason: ACTIVE,
        on_deny: "block_tool",
      },
      { id: "watch", effect: "deny", mode: "shadow", actions: ["**"], reason: ACTIVE },
    ],
  },
  {
    apiVersion: "agentz/v1",
    kind: "Catalog",
    name: "c",
    version: "2.0.0",
    description: ACTIVE,
    unregistered: "policy",
    agents: [
      {
        id: "a",
        owner: ACTIVE,
        purpose: ACTIVE,
        retire_when: ACTIVE,
        status: "commissioned",
        reviewed: "2024-01-01",
        review_every: "30d",
        attributes: { note: ACTIVE },
      },
    ],
    people: [{ id: "jane", roles: [ACTIVE], department: ACTIVE, team: ACTIVE, tenant: ACTIVE }],
    tools: [
      {
        name: "lookup",
        server: "crm",
        effects: ["read"],
        args: { type: "object", properties: { order: { type: "string", description: ACTIVE } } },
        resource: { type: "order", id: "args.order" },
      },
    ],
    resources: [
      {
        match: "order:*",
        classification: "restricted",
        environment: ACTIVE,
        owner: ACTIVE,
        tenant: ACTIVE,
        attributes: { note: ACTIVE },
      },
    ],
    decision_points: [{ id: ACTIVE_TEXT, external: true, surfaces: [ACTIVE_TEXT] }],
  },
];
/** The same in names, which are not all accepted: then the refusal quotes them. */
const NAMES = (name: string): readonly object[] => [
  {
    apiVersion: "agentz/v1",
    kind: "Policy",
    name,
    version: "2.0.0",
    [name]: 1,
    target: { subjects: [`agent:${name}`] },
    session: { labels: [{ name, when: name }] },
    rules: [
      {
        id: name,
        effect: "allow",
        actions: [`crm/${name}`],
        resources: [name],
        when: name,
        approval: { approvers: [name] },
      },
      { id: "r", effect: name, match: [{ args: { [name]: name } }] },
    ],
  },
  { apiVersion: name, kind: name },
  {
    apiVersion: "agentz/v1",
    kind: "Catalog",
    name: "c",
    version: name,
    agents: [
      {
        id: name,
        status: name,
        expires: name,
        manifest: { tools: [{ name, args: { type: name } }] },
      },
    ],
    tools: [{ name, server: name, effects: [name], resource: { type: name, id: name } }],
    resources: [{ match: name, classification: name, form: name, fields: { [name]: name } }],
    attributes: { [name]: name },
    data: { [name]: { file: name, column: name } },
  },
];
const SUITE = {
  apiVersion: "agentz/v1",
  kind: "Suite",
  name: ACTIVE,
  now: "2026-05-18T09:00:00Z",
  tests: [
    {
      name: ACTIVE,
      call: {
        subject: { type: "agent", id: ACTIVE },
        action: { server: "crm", name: "lookup" },
        args: { order: ACTIVE },
      },
      expect: { effect: "require_approval", rule: "some" },
    },
    {
      name: "m",
      call: {
        subject: { type: "agent", id: "a" },
        action: { server: "crm", name: "lookup" },
        args: {},
      },
      matrix: { "args.order": [ACTIVE, ACTIVE_TEXT, "1"] },
      expect: { effect: "deny", rule: ACTIVE },
    },
  ],
};

const yaml = (documents: readonly unknown[]): string =>
  documents.map((one) => JSON.stringify(one)).join("\n---\n");

describe.each([
  ["in the texts of policies and in every field of a trace", yaml(TEXTS)],
  ["in the names of policies, with all that no name may hold", yaml(NAMES(ACTIVE))],
  ["in the names of policies", yaml(NAMES(ACTIVE_TEXT))],
  [
    "in a broken policy",
    `apiVersion: agentz/v1\nkind: Policy\nname: "${ACTIVE.replace(/["\\]/g, "")}\n`,
  ],
  [
    "in a condition",
    yaml([
      {
        apiVersion: "agentz/v1",
        kind: "Policy",
        name: "p",
        version: "1.0.0",
        rules: [
          { id: "x", effect: "allow", when: `args.x == ${ACTIVE_TEXT}` },
          { id: "y", effect: "allow", when: `args.x.matches('(${ACTIVE_TEXT.replace(/'/g, "")}')` },
          { id: "z", effect: "allow", when: ACTIVE },
        ],
      },
    ]),
  ],
])("design 11.5: what is smuggled %s comes out inert", (_, set) => {
  let folder = "";
  beforeAll(() => {
    folder = folderOf({
      "set/p.yaml": set,
      "baseline/p.yaml": corpus.BASELINE,
      "suite/s.yaml": yaml([SUITE]),
      "trace.jsonl": TRACE,
      "labels.jsonl": JSON.stringify({ id: "e1", labels: { [ACTIVE]: true } }),
      "request.json": JSON.stringify({ ...CALL, ...FIELDS[11], ...FIELDS[12], ...FIELDS[13] }),
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  for (const [command, formats, argv] of FORMATS) {
    for (const format of formats) {
      test(`${command} --format ${format}`, async () => {
        const { status, stdout, stderr } = await runIn(folder, [
          command,
          ...argv,
          "--format",
          format,
        ]);
        expect([0, 1, 2]).toContain(status);
        // a refusal writes no document but JSON's
        expect([
          ...(stdout === ""
            ? []
            : [...activeParts(stdout, format), ...(await readerFaults(stdout, format))]),
          ...activeParts(stderr, "pretty"),
        ]).toEqual([]);
      });
    }
  }
  test.each(OTHERS)("%s %s", async (...argv) => {
    const { status, stdout, stderr } = await runIn(folder, argv);
    expect([0, 1, 2]).toContain(status);
    const format = formatOf(argv);
    expect([
      ...(stdout === ""
        ? []
        : [...activeParts(stdout, format), ...(await readerFaults(stdout, format))]),
      ...activeParts(stderr, "pretty"),
    ]).toEqual([]);
  });
});

describe("design 11.5: the command line itself", () => {
  test.each([
    ["--format", ACTIVE],
    [ACTIVE],
    ["decide", ACTIVE],
    ["decide", `--${ACTIVE}`],
    ["decide", "--format", ACTIVE],
    ["replay", "--candidate", ACTIVE, "--trace", ACTIVE],
    ["replay", "--gate", ACTIVE],
    ["replay", "--candidate", `git:${ACTIVE}`, "--baseline", "recorded", "--trace", "@"],
    ["lint", ACTIVE],
    ["import", ACTIVE, ACTIVE],
    ["import", "chat", ACTIVE],
    ["replay", "--config", ACTIVE],
  ])("%s %s", async (...argv) => {
    const folder = folderOf({ "trace.jsonl": "{}" });
    const { status, stdout, stderr } = await runIn(folder, argv);
    rmSync(folder, { recursive: true });
    expect([status === 1 || status === 2, ...activeParts(`${stdout}${stderr}`, "pretty")]).toEqual([
      true,
    ]);
  });
});
