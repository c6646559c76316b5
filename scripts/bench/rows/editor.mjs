// How long somebody waits for the language server: a real client over the streams of a real process.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { BIN } from "../process.mjs";

const RULES = 1000;
const ROUNDS = 5;
const KEYS = 40;
/** Milliseconds that somebody may wait. */
const DIAGNOSTICS = 300;
const COMPLETION = 50;

function rule(i) {
  const effect = i % 5 === 0 ? "deny" : "allow";
  return [
    `  - id: rule-${i}`,
    `    effect: ${effect}`,
    `    subjects: ["agent:team-${i % 50}-*"]`,
    `    actions: [server-${i % 40}/tool-${i % 25}]`,
    "    when: >-",
    `      args.amount > ${i}.0 && args.amount <= ${i * 10 + 50}.0`,
    "      && (resource.classification in ['public', 'internal'] || subject.tenant == resource.tenant)",
    ...(effect === "deny" ? ["    reason: amounts of this size are looked at first"] : []),
    `    match: [{ args: { amount: ${i + 1} }, resource: { classification: public } }]`,
  ].join("\n");
}

const POLICY = [
  "apiVersion: agentz/v1\nkind: Policy\nname: large\nversion: 1.0.0\nrules:",
  ...Array.from({ length: RULES }, (_, i) => rule(i)),
  "",
].join("\n");
/** The same with one more rule, of which somebody types the condition. */
const HALF_TYPED = `${POLICY}  - id: last\n    effect: deny\n    reason: r\n    when: `;

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** A session of an editor in a folder with the policy; `talk` gets the connection and its address. */
async function session(folder, talk) {
  const server = spawn(process.execPath, [BIN, "lsp"], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
  });
  await connection.sendNotification("initialized", {});
  const result = await talk(connection, pathToFileURL(join(folder, "policies/large.yaml")).href);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  await ended;
  return result;
}

/** Milliseconds from opening the policy to its first findings. */
async function firstDiagnostics(connection, uri, text = POLICY) {
  const published = new Promise((resolve) =>
    connection.onNotification("textDocument/publishDiagnostics", resolve),
  );
  const from = performance.now();
  const textDocument = { uri, languageId: "yaml", version: 1, text };
  await connection.sendNotification("textDocument/didOpen", { textDocument });
  await published;
  return performance.now() - from;
}

/** Milliseconds from a typed letter to what is offered, the median of a line of them. */
async function completion(connection, uri) {
  await firstDiagnostics(connection, uri, HALF_TYPED);
  const line = HALF_TYPED.split("\n").length - 1;
  const start = "    when: ".length;
  const times = [];
  const text = "args.amount > 1.0 && subject.credential.kind == 'workload' && resource.class";
  for (let i = 0; i < Math.min(KEYS, text.length); i++) {
    const position = { line, character: start + i };
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: i + 2 },
      contentChanges: [{ range: { start: position, end: position }, text: text[i] }],
    });
    const from = performance.now();
    await connection.sendRequest("textDocument/completion", {
      textDocument: { uri },
      position: { line, character: start + i + 1 },
    });
    times.push(performance.now() - from);
    // as fast as people type, so that what is done between two letters is met too
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  return median(times);
}

async function measured(folder, talk, goal) {
  const own = mkdtempSync(join(folder, "editor-"));
  mkdirSync(join(own, "policies"));
  writeFileSync(join(own, "agentz.yaml"), "candidate: [policies]\n");
  writeFileSync(join(own, "policies/large.yaml"), POLICY);
  const times = [];
  for (let i = 0; i < ROUNDS; i++) times.push(await session(own, talk));
  rmSync(own, { recursive: true });
  const milliseconds = median(times);
  return { ratio: milliseconds / goal, milliseconds };
}

export const EDITOR_ROWS = [
  {
    name: "editor-diagnostics",
    what:
      `\`agentz lsp\`: time from opening a policy of ${RULES.toLocaleString("en-US")} rules to its ` +
      `first findings, divided by ${DIAGNOSTICS} ms`,
    goal: 1,
    measure: ({ folder }) => measured(folder, firstDiagnostics, DIAGNOSTICS),
  },
  {
    name: "editor-completion",
    what:
      "`agentz lsp`: time from a letter typed in that policy to what is offered, the median, " +
      `divided by ${COMPLETION} ms`,
    goal: 1,
    measure: ({ folder }) => measured(folder, completion, COMPLETION),
  },
];
