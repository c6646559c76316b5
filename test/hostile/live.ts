import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadPolicies } from "../../src/api/load-policies.ts";
import { openLivePoint } from "../../src/api/live-point.ts";
import { HOSTS } from "../../src/hook/hosts.ts";
import { Serving, type ServeOptions } from "../../src/serve/server.ts";
import * as corpus from "./corpus.ts";
import type { Maker } from "./hostile-case.ts";
import { mutateText, mutateValue } from "./mutate.ts";
import { LONG_TEXTS, NASTY_TEXTS, nastyValue } from "./nasty.ts";
import type { Random } from "./random.ts";

const ENTITIES = {
  subject: { type: "agent", id: "desk-1", properties: { tenant: "eu" } },
  action: { name: "refund", properties: { server: "payments" } },
  resource: { type: "order", id: "4711" },
};
const CALL = {
  session: "s-1",
  subject: { type: "agent", id: "desk-1" },
  action: { server: "payments", name: "refund" },
  args: { order: corpus.PLANTED, amount: 40 },
  context: { on_behalf_of: { type: "human", id: "mia" }, request: corpus.PLANTED },
};

/** Every path that takes a body, and a body that it takes. */
const BODIES: Readonly<Record<string, unknown>> = {
  "/access/v1/evaluation": { ...ENTITIES, context: { agentz: { session: "s", args: CALL.args } } },
  "/access/v1/evaluations": {
    ...ENTITIES,
    evaluations: [{}, { resource: { type: "order", id: "1" } }],
    options: { evaluations_semantic: "execute_all" },
  },
  "/access/v1/search/subject": { ...ENTITIES, page: { limit: 2 } },
  "/access/v1/search/resource": ENTITIES,
  "/access/v1/search/action": ENTITIES,
  "/v1/decide": CALL,
  "/v1/outcomes": { id: "x", outcome: { status: "ok", result: corpus.PLANTED } },
  "/v1/sessions/end": { session: "s-1" },
  "/v1/approvals": { id: "x", decision: "granted" },
};
const PATHS = [
  ...Object.keys(BODIES),
  "/.well-known/authzen-configuration",
  "/approvals",
  "/readyz",
];
const METHODS = ["GET", "PUT", "HEAD", "OPTIONS", "post", "X"];
const TYPES = [
  "application/json",
  "application/json;charset=utf-8",
  "text/plain",
  "application/json, x",
];

/** What a header may hold on the wire; a line end would be another header. */
const wire = (text: string): string => text.replace(/[\r\n\u0000]/g, " ");

function bodyOf(path: string, random: Random): Buffer {
  const good = BODIES[path] ?? CALL;
  const text = random.pick([
    () => JSON.stringify(good),
    () => JSON.stringify(good),
    () => JSON.stringify(mutateValue(good, random)) ?? "",
    () => JSON.stringify(mutateValue(good, random)) ?? "",
    () => JSON.stringify(mutateValue(mutateValue(good, random), random)) ?? "",
    () => mutateText(JSON.stringify(good), random),
    () => JSON.stringify(nastyValue(random)) ?? "",
    () => random.pick(LONG_TEXTS),
    () => "[".repeat(random.below(5000)),
    () => `{"a":${'{"a":'.repeat(2000)}1${"}".repeat(2001)}`,
  ])();
  const bytes = Buffer.from(text);
  if (random.chance(0.1) && bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

/** The lengths that a head says, and the body as it is sent then. */
function framed(body: Buffer, random: Random): readonly [string, Buffer] {
  const length = `Content-Length: ${body.length}`;
  const chunk = (size: string): Buffer =>
    Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]);
  if (random.chance(0.75)) return [length, body];
  return random.pick<() => readonly [string, Buffer]>([
    () => ["Transfer-Encoding: chunked", chunk(body.length.toString(16))],
    () => ["Transfer-Encoding: chunked", chunk(random.pick(["-1", "zz", "fffffffff", ""]))],
    () => [`${length}\r\nTransfer-Encoding: chunked`, chunk(body.length.toString(16))],
    () => [`Content-Length: ${random.pick(["-1", "1e3", "99999999999", "0", "x"])}`, body],
    () => [`Content-Length: ${body.length + 1 + random.below(50)}`, body],
    () => [`${length}\r\n${length}`, body],
    () => ["X-None: 1", body],
  ])();
}

function requestOf(random: Random): Buffer {
  const path = random.chance(0.9) ? random.pick(PATHS) : `/${wire(random.pick(NASTY_TEXTS))}`;
  const [length, body] = framed(bodyOf(path, random), random);
  const nasty = (): string => wire(random.pick(NASTY_TEXTS));
  const more = [
    () => `X-Request-ID: ${nasty()}`,
    () => `Authorization: Bearer ${nasty()}`,
    () => `X-API-Key: ${"k".repeat(random.below(20_000))}`,
    () => `Host: ${nasty()}`,
    () => "Expect: 100-continue",
    () => "Upgrade: websocket",
    () => `Content-Encoding: ${nasty()}`,
    () => `${nasty()}: 1`,
    () => "Connection: close",
  ];
  const lines = [
    `${random.chance(0.85) ? "POST" : random.pick(METHODS)} ` +
      `${path.replaceAll(" ", "%20")}${random.chance(0.1) ? "?a=%00" : ""} ` +
      `HTTP/1.${random.chance(0.9) ? 1 : 0}`,
    "Host: localhost",
    `Content-Type: ${random.chance(0.9) ? TYPES[0] : random.pick([...TYPES, nasty()])}`,
    length,
    ...(random.chance(0.4) ? random.some(more, 3).map((make) => make()) : []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

/** So long what is no whole request is waited for, in milliseconds, and what is. */
const [IMPATIENT, PATIENT] = [400, 20_000];

/** Sends bytes and gives all that comes back, until the server closes or is silent for too long. */
function send(port: number, bytes: Buffer, patience: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let heard = "";
    const done = (): void => {
      socket.destroy();
      resolve(heard);
    };
    socket.setTimeout(patience, done);
    socket.on("data", (part: Buffer) => {
      heard += part.toString("latin1");
      const [, length] = /content-length: (\d+)/i.exec(heard) ?? [];
      const head = heard.indexOf("\r\n\r\n");
      if (head >= 0 && heard.length >= head + 4 + Number(length ?? 0)) done();
    });
    socket.on("close", done);
    socket.on("error", done);
    socket.on("connect", () => socket.end(bytes));
  });
}

const REFUSED = [400, 401, 403, 404, 405, 408, 409, 413, 415, 417, 429, 431, 501, 503, 505];
const SLIP = /TypeError|RangeError|Cannot read propert|is not a function|internal error|\n\s+at /;

/** What is wrong with an answer: an error of ours, a secret in a refusal, anything that is no HTTP. */
function answerFaults(heard: string): readonly string[] {
  if (heard === "") return [];
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(heard)?.[1] ?? 0);
  if (status === 200 || status === 100) return [];
  return [
    ...(REFUSED.includes(status) ? [] : [`answered ${heard.slice(0, 80)}`]),
    ...(SLIP.test(heard) ? [`an inner error shows: ${heard.slice(0, 300)}`] : []),
    ...(heard.includes(corpus.PLANTED)
      ? [`a value shows in a refusal: ${heard.slice(0, 300)}`]
      : []),
  ];
}

function optionsOf(folder: string): ServeOptions {
  return {
    cwd: folder,
    listen: [{ host: "127.0.0.1", port: 0 }],
    admin: undefined,
    candidate: ["candidate"],
    shadow: ["baseline"],
    trust: { keys: [], atLeast: [] },
    log: { path: join(folder, "decisions.jsonl"), maxBytes: 1 << 20, sync: false },
    logFailure: "deny",
    maskAbove: "confidential",
    pdp: "hostile",
    url: undefined,
    certificates: undefined,
    credentials: undefined,
    limits: { body: 64 * 1024, batch: 20, pending: 100 },
    patience: { header: 20_000, request: 20_000, idle: 1000 },
    idle: undefined,
    otlp: undefined,
    reload: 0,
    grace: 200,
    approvals: { ttl: 60_000, webhook: undefined, webhookKey: undefined },
  };
}

/** The log as it is read again: every line an event, every decision the one that was logged. */
async function logFaults(folder: string): Promise<readonly string[]> {
  const point = openLivePoint(await loadPolicies(["candidate"], { cwd: folder }));
  const text = readFileSync(join(folder, "decisions.jsonl"), "utf8");
  const faults: string[] = [];
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const { decision, outcome, ...event } = JSON.parse(line);
    if (decision === undefined) {
      point.record({ ...event, ...(outcome !== undefined && { outcome }) });
      continue;
    }
    const again = point.decide(event);
    const isMasked = event.unrecorded !== undefined;
    if (!isMasked && again.decision.effect !== decision.effect)
      faults.push(`the log says ${decision.effect}, and decides ${again.decision.effect}: ${line}`);
    again.commit();
  }
  return faults;
}

async function tried(folder: string, requests: readonly Buffer[]): Promise<readonly string[]> {
  const told: string[] = [];
  const serving = await Serving.start(optionsOf(folder), {
    clock: Date.now,
    tell: (what) => void told.push(what),
  });
  const port = Number(/:(\d+)$/.exec(serving.where[0] ?? "")?.[1]);
  const faults: string[] = [];
  try {
    const heard = await Promise.all(requests.map((bytes) => send(port, bytes, IMPATIENT)));
    faults.push(...heard.flatMap(answerFaults));
    const body = JSON.stringify(CALL);
    const good =
      `POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ` +
      `${body.length}\r\n\r\n${body}`;
    const after = await send(port, Buffer.from(good), PATIENT);
    if (!after.startsWith("HTTP/1.1 200"))
      faults.push(`no answer afterwards: ${after.slice(0, 200)}`);
  } finally {
    await serving.close();
  }
  return [...faults, ...told.filter((what) => SLIP.test(what)), ...(await logFaults(folder))];
}

const HOST_CALLS: readonly unknown[] = [
  {
    hook_event_name: "PreToolUse",
    session_id: "s",
    tool_use_id: "t",
    tool_name: "mcp__payments__refund",
    tool_input: { order: corpus.PLANTED, amount: 40 },
    cwd: "/p",
  },
  {
    hook_event_name: "PostToolUse",
    session_id: "s",
    tool_name: "Bash",
    tool_response: corpus.PLANTED,
  },
  {
    hook_event_name: "BeforeTool",
    session_id: "s",
    tool_name: "shell",
    tool_input: { command: "ls" },
  },
  { hook_event_name: "beforeShellExecution", conversation_id: "s", command: "rm -rf /" },
  { hook_event_name: "SessionEnd", session_id: "s" },
];

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function hookFaults(
  input: string,
  { status, stdout }: { status: number; stdout: string },
): readonly string[] {
  return [
    ...(stdout === "" || isObject(stdout) ? [] : [`the host cannot read ${stdout.slice(0, 200)}`]),
    // silence is leave to go on
    ...(status === 0 && stdout === "" && !isObject(input) ? ["silent on what is no input"] : []),
    ...(/"(?:allow|approve)"/.test(stdout) ? [`allows: ${stdout.slice(0, 200)}`] : []),
  ];
}

/** Hostile input of what answers live: the decision point, the hooks of hosts; and of `scan`. */
export const LIVE_MAKERS: Readonly<Record<string, Maker>> = {
  serve: (random) => {
    const requests = Array.from({ length: 1 + random.below(8) }, () => requestOf(random));
    return {
      // the command itself would not end: the case asks a point of its own
      argv: ["serve", "--listen", "nowhere"],
      check: ({ folder }) => tried(folder, requests),
    };
  },
  hook: (random) => {
    const good = random.pick(HOST_CALLS);
    const stdin = random.pick([
      () => JSON.stringify(mutateValue(good, random)) ?? "",
      () => mutateText(JSON.stringify(good), random),
      () => JSON.stringify(nastyValue(random)) ?? "",
      () => random.pick([...NASTY_TEXTS, ...LONG_TEXTS, ""]),
      () => JSON.stringify(good),
    ])();
    const policies = random.pick(["candidate", "candidate", "baseline", "nowhere"]);
    const host = random.pick([...HOSTS.keys()]);
    return {
      argv: ["hook", host, "--candidate", policies, "--log", "@/hook.jsonl"],
      stdin,
      check: ({ ran }) => Promise.resolve(hookFaults(stdin, ran)),
    };
  },
  scan: (random, files) => {
    const formats = ["claude-code", "codex", "copilot-cli"].filter((one) => one in corpus.IMPORTS);
    const records = corpus.IMPORTS[random.pick(formats)] ?? [];
    const lines = records.map((record) =>
      JSON.stringify(random.chance(0.7) ? mutateValue(record, random) : record),
    );
    const text = random.chance(0.5) ? lines.join("\n") : mutateText(lines.join("\n"), random);
    files["sessions/a.jsonl"] = random.chance(0.1) ? random.pick(LONG_TEXTS) : text;
    const format = random.pick(["pretty", "json"]);
    return {
      argv: [
        "scan",
        "@/sessions",
        "--format",
        format,
        ...(random.chance(0.5) ? ["--details"] : []),
      ],
    };
  },
};
