import { connect } from "node:net";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";
import { ask, serve, until, type Running } from "./running.ts";

const CAPPED = `apiVersion: agentz/v1
kind: Policy
name: capped
version: 1.0.0
session:
  counters: [{ name: calls, add: "1.0", when: "action.name == 'look'" }]
rules:
  - { id: few, effect: allow, actions: [shop/look], when: "session.counters.calls < 3.0" }
`;
/** What `scripts/serve-check.mjs` tries for longer; it runs what is built. */
const { equality, idle, kills } = await import(
  new URL("../../scripts/serve/checks.mjs", import.meta.url).href
);
const call = (session: string): unknown => ({
  session,
  subject: { type: "agent", id: "a" },
  action: { server: "shop", name: "look" },
  args: {},
});
const permitted = async ({ port }: Running, session = "s"): Promise<boolean> =>
  (await ask(port, "/v1/decide", call(session))).json().decision;
const lines = (folder: string, name = "decisions.jsonl"): readonly string[] =>
  readFileSync(join(folder, name), "utf8").trim().split("\n");
const start = (folder: string, args: readonly string[] = [], node: readonly string[] = []) =>
  serve(["--candidate", "p.yaml", ...args], { cwd: folder, node });

describe("design 14: whatever happens to the process, its log tells its decisions", () => {
  test("killed at random moments, no answered permit is missing", async () => {
    const { permits, lost, others, malformed } = await kills(scratch(), { rounds: 2 });
    expect([permits > 0, lost, others, malformed]).toEqual([true, [], [], 0]);
  });

  test("decisions equal those of `decide` and of a replay", async () => {
    const { calls, others, malformed } = await equality(scratch(), { calls: 400, seed: 7 });
    expect([calls, others, malformed]).toEqual([400, [], 0]);
  });

  test("state after a restart is that of the log, and a line that was begun is taken off", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const first = await start(folder);
    expect([await permitted(first), await permitted(first)]).toEqual([true, true]);
    await first.end("SIGKILL");
    appendFileSync(join(folder, "decisions.jsonl"), '{"id":"half');
    const second = await start(folder);
    expect([await permitted(second), await permitted(second)]).toEqual([true, false]);
    expect(second.said()).toContain("removed an incomplete line of 11 bytes from the log");
    expect(await second.end("SIGTERM")).toBe(0);
    expect(lines(folder)).toHaveLength(4);
  });

  test("a full disk denies, readiness says so, and nothing is half written", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const server = await serve(["--candidate", "p.yaml"], {
      cwd: folder,
      shell: "ulimit -f 2; trap '' XFSZ",
    });
    const answers: boolean[] = [];
    for (let i = 0; i < 12; i++) answers.push(await permitted(server, `s${i}`));
    const answer = (await ask(server.port, "/v1/decide", call("s99"))).json();
    expect(answers.slice(0, 3)).toEqual([true, true, true]);
    expect([answers.at(-1), answer.context.effect]).toEqual([false, "deny"]);
    expect(answer.context.reason).toContain("the decision log cannot be written");
    expect((await ask(server.port, "/readyz")).status).toBe(503);
    await server.end("SIGTERM");
    for (const line of lines(folder)) expect(() => JSON.parse(line)).not.toThrow();
    expect(lines(folder)).toHaveLength(answers.filter((one) => one).length);
  });

  test("--log-failure allow answers all the same, and readiness says that it does", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const server = await serve(["--candidate", "p.yaml", "--log-failure", "allow"], {
      cwd: folder,
      shell: "ulimit -f 1; trap '' XFSZ",
    });
    for (let i = 0; i < 8; i++) expect(await permitted(server, `s${i}`)).toBe(true);
    const ready = await ask(server.port, "/readyz");
    expect([ready.status, ready.json().log_failure]).toEqual([200, "allow"]);
    expect((await ask(server.port, "/metrics")).text).toContain("agentz_log_failing 1");
  });

  test("a clock that goes back takes no event back", async () => {
    const folder = scratch({
      "p.yaml": CAPPED,
      offset: "0",
      "clock.mjs": `import { readFileSync } from "node:fs";
        const now = Date.now;
        Date.now = () => now() + Number(readFileSync("offset", "utf8"));`,
    });
    const server = await start(folder, [], ["--import", "./clock.mjs"]);
    await permitted(server);
    writeFileSync(join(folder, "offset"), "-3600000");
    await permitted(server);
    const times = lines(folder).map((line) => Date.parse(JSON.parse(line).time));
    expect(times[1]).toBe(times[0]);
    const ready = (await ask(server.port, "/readyz")).json();
    expect(ready.clock_behind_ms).toBeGreaterThan(3_500_000);
  });

  test("a log that is rotated or removed underneath goes on, and its files are read on start", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const server = await start(folder);
    await permitted(server);
    renameSync(join(folder, "decisions.jsonl"), join(folder, "decisions.jsonl.1"));
    await until(async () => {
      await permitted(server, "t");
      return existsSync(join(folder, "decisions.jsonl"));
    });
    await permitted(server);
    await server.end("SIGTERM");
    const again = await start(folder);
    expect([await permitted(again), await permitted(again)]).toEqual([true, false]);
  });

  test("it rotates by itself, and nothing gets lost", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const server = await start(folder, ["--log-max-bytes", "1k"]);
    for (let i = 0; i < 12; i++) await permitted(server, `s${i}`);
    await server.end("SIGTERM");
    const logs = readdirSync(folder).filter((name) => /^decisions\..*jsonl$/.test(name));
    expect(logs.length).toBeGreaterThan(2);
    expect(logs.flatMap((name) => lines(folder, name))).toHaveLength(12);
  });

  test("the names of its files are in order, however the clock goes back and it starts again", async () => {
    const folder = scratch({
      "p.yaml": CAPPED,
      offset: "0",
      "clock.mjs": `import { readFileSync } from "node:fs";
        const now = Date.now;
        Date.now = () => now() + Number(readFileSync("offset", "utf8"));`,
    });
    const args = ["--log-max-bytes", "600"];
    const node = ["--import", "./clock.mjs"];
    const answered: string[] = [];
    for (const offset of ["0", "-7200000", "-9000000"]) {
      writeFileSync(join(folder, "offset"), offset);
      const server = await start(folder, args, node);
      for (let i = 0; i < 6; i++) {
        const body = call(`${offset}${i}`);
        const { context } = (await ask(server.port, "/v1/decide", body)).json();
        const outcome = { status: "ok" };
        await ask(server.port, "/v1/outcomes", { id: context.id, outcome });
        answered.push(context.id);
      }
      await server.end("SIGKILL");
    }
    const names = readdirSync(folder)
      .filter((name) => /^decisions.*jsonl$/.test(name))
      .sort();
    expect(names.length).toBeGreaterThan(4);
    const events = names.flatMap((name) => lines(folder, name).map((line) => JSON.parse(line)));
    const calls = events.filter(({ action }) => action !== undefined).map(({ id }) => id);
    expect(calls).toEqual(answered);
    const checked = agentz(["trace", "validate", "decisions*.jsonl"], { cwd: folder });
    expect([checked.status, checked.stdout]).toEqual([0, expect.not.stringContaining("parent")]);
  });

  test("a second process does not write the same log", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    await start(folder);
    await expect(start(folder)).rejects.toThrow("another process writes the log");
  });
});

/** Sends calls in one piece, so that they come in one turn; gives what each was answered, in order. */
async function askedAtOnce(
  { port }: Running,
  calls: readonly unknown[],
): Promise<readonly { readonly decision: boolean; readonly context: { readonly id: string } }[]> {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.on("data", (bytes: Buffer) => void (heard += bytes.toString()));
  const requests = calls.map((one) => {
    const body = JSON.stringify(one);
    return (
      `POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ` +
      `${body.length}\r\n\r\n${body}`
    );
  });
  socket.write(requests.join(""));
  const bodies = (): readonly string[] =>
    [...heard.matchAll(/^\{"decision".*?\}(?=HTTP|$)/gm)].map(String);
  await until(() => bodies().length === calls.length);
  socket.destroy();
  return bodies().map((text) => JSON.parse(text));
}

describe("design 14.2: calls that come at once are recorded in one write", () => {
  test("and each is decided on what the ones before it left", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const server = await start(folder);
    const sessions = Array.from({ length: 90 }, (_, i) => (i % 3 === 0 ? "same" : `s${i}`));
    const answers = await askedAtOnce(server, sessions.map(call));
    const ofSame = answers.filter((_, i) => i % 3 === 0).map(({ decision }) => decision);
    expect(ofSame.slice(0, 4)).toEqual([true, true, true, false]);
    expect(ofSame.slice(4)).not.toContain(true);
    expect(answers.filter((_, i) => i % 3 !== 0).map(({ decision }) => decision)).not.toContain(
      false,
    );
    const logged = lines(folder).map((line) => JSON.parse(line));
    expect(logged.map(({ session }) => session)).toEqual(sessions);
    expect(logged.map(({ id }) => id)).toEqual(answers.map(({ context }) => context.id));
  });

  test("an id that two of them bring is one call's only", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const server = await start(folder);
    const calls = ["s", "t", "u"].map((session) => ({ ...Object(call(session)), id: "mine" }));
    const answers = await askedAtOnce(server, calls);
    const ids = answers.map(({ context }) => context.id);
    expect([ids[0], new Set(ids).size]).toEqual(["mine", 3]);
  });

  test("where that write fails, all are denied, and none of them changes the state", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const server = await serve(["--candidate", "p.yaml"], {
      cwd: folder,
      shell: "ulimit -f 4; trap '' XFSZ",
    });
    const sessions = Array.from({ length: 60 }, (_, i) => `s${i}`);
    const first = await askedAtOnce(server, sessions.map(call));
    const denied = sessions.filter((_, i) => first[i]?.decision === false);
    expect(denied).toContain("s59");
    const written = existsSync(join(folder, "decisions.jsonl")) ? lines(folder) : [];
    const logged = written.filter((line) => line !== "").map((line) => JSON.parse(line).session);
    expect(logged).toEqual(sessions.filter((session) => !denied.includes(session)));
    // the disk has room again: three calls of each session run that has none in the log
    renameSync(join(folder, "decisions.jsonl"), join(folder, "decisions.jsonl.1"));
    await until(() => permitted(server, "fresh"));
    const again = await askedAtOnce(server, ["s59", "s59", "s59", "s59"].map(call));
    expect(again.map(({ decision }) => decision)).toEqual([true, true, true, false]);
  });
});

describe("design 14: clients that do not behave", () => {
  test("slow ones are let go, and idle ones are in nobody's way", async () => {
    const server = await start(scratch({ "p.yaml": CAPPED }), ["--header-timeout", "300ms"]);
    const slow = connect(server.port, "127.0.0.1");
    slow.write("POST /v1/decide HTTP/1.1\r\nHost: x\r\n");
    let heard = "";
    slow.on("data", (bytes: Buffer) => void (heard += bytes.toString()));
    const gone = new Promise((resolve) => slow.on("close", resolve));
    const idle = Array.from({ length: 300 }, () => connect(server.port, "127.0.0.1"));
    expect(await permitted(server)).toBe(true);
    await gone;
    expect(heard).toMatch(/^HTTP\/1.1 408/);
    for (const socket of idle) socket.destroy();
  });

  test.skipIf(lacks("many-files"))(
    "10,000 idle connections are kept, and calls decided",
    async () => {
      const { held, answered } = await idle(scratch(), 10_000);
      expect([held, answered]).toEqual([10_000, 100]);
    },
  );

  test("more at once than it takes are answered with 429", async () => {
    const server = await start(scratch({ "p.yaml": CAPPED }), ["--max-pending", "1"]);
    const held = connect(server.port, "127.0.0.1");
    held.write(
      "POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    );
    await until(async () => (await ask(server.port, "/v1/decide", call("s"))).status === 429);
    const refused = await ask(server.port, "/v1/decide", call("s"));
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
    held.destroy();
    await until(async () => (await ask(server.port, "/v1/decide", call("t"))).status === 200);
  });

  test("what is being asked when it ends is answered", async () => {
    const folder = scratch({ "p.yaml": CAPPED });
    const server = await start(folder);
    const body = JSON.stringify(call("s"));
    const open = connect(server.port, "127.0.0.1");
    let heard = "";
    open.on("data", (bytes: Buffer) => void (heard += bytes.toString()));
    open.write(
      `POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await until(async () => (await ask(server.port, "/healthz")).status === 200);
    const ended = server.end("SIGTERM");
    await until(async () =>
      ask(server.port, "/healthz").then(
        () => false,
        () => true,
      ),
    );
    open.write(body);
    expect(await ended).toBe(0);
    expect(heard).toContain('"decision":true');
    expect(lines(folder)).toHaveLength(1);
  });
});
