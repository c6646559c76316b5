import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";
import { until } from "../serve/running.ts";
import { proxy, type Proxy } from "./proxy.ts";
import { call, request } from "./relaying.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: some, effect: allow, actions: [mcp/echo, mcp/die, mcp/leave, mcp/half, mcp/never, mcp/big, mcp/shout] }]
`;
const ENFORCE = ["--candidate", "p.yaml"];
const outcomes = ({ log }: Proxy): readonly unknown[] =>
  log().flatMap(({ type, outcome }) => (type === "outcome" ? [outcome.status] : []));

describe("agentz proxy -- <command> (design 15.1)", () => {
  test("passes what is permitted, stops what is not, ends with its client", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const one = proxy(cwd, ENFORCE);
    one.send(request(1, "initialize", { protocolVersion: "2025-06-18", capabilities: {} }));
    expect(await one.next()).toMatchObject({ result: { protocolVersion: "2025-06-18" } });
    one.send(call("a", "shout", {}));
    expect(await one.next()).toMatchObject({ id: "a", result: { content: [{ text: "" }] } });
    one.send(call("b", "rm", { path: "/" }));
    expect(await one.next()).toMatchObject({ id: "b", result: { isError: true } });
    one.process.stdin?.end();
    expect(await one.ended).toBe(0);
    expect(one.said()).toContain("the server speaks");
    expect(one.log().map(({ type, action }) => type ?? action.name)).toEqual([
      ...["shout", "outcome", "rm", "session_end"],
    ]);
  });

  test("a server that dies or leaves: the open call is answered, and the status is the server's", async () => {
    for (const [tool, status, why] of [
      ["die", 137, "SIGKILL"],
      ["leave", 7, "status 7"],
      ["half", 0, "status 0"],
    ] as const) {
      const one = proxy(scratch({ "p.yaml": POLICY }), ENFORCE);
      one.send(call(1, tool));
      const { id, error } = await one.next();
      expect(id).toBe(1);
      expect(error).toMatchObject({
        code: -32603,
        message: `agentz: the server \`mcp\` ended (${why})`,
      });
      expect(await one.ended).toBe(status);
      expect(outcomes(one)).toEqual(["error"]);
    }
  });

  test("half a message of a client that ends goes nowhere, and is told", async () => {
    const one = proxy(scratch({ "p.yaml": POLICY }), ENFORCE);
    one.send(call(1, "echo"));
    await one.next();
    one.process.stdin?.end(
      '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo"}}',
    );
    expect(await one.ended).toBe(0);
    expect(one.said()).toMatch(/refused a message of the client .*of a message/);
    expect(one.log().map(({ type }) => type ?? "call")).toEqual([
      ...["call", "outcome", "refused_message", "session_end"],
    ]);
  });

  test("a long answer passes; one beyond the limit is an error for whoever waits", async () => {
    const one = proxy(scratch({ "p.yaml": POLICY }), [...ENFORCE, "--max-message", "5M"]);
    one.send(call(1, "big", { bytes: 4_000_000 }));
    expect((await one.next()).result.content[0].text).toHaveLength(4_000_000);
    one.send(call(2, "big", { bytes: 6_000_000 }));
    expect(await one.next()).toMatchObject({ id: 2, error: { message: /longer than/ } });
    one.send(call(3, "echo", { text: "x".repeat(6_000_000) }));
    expect(await one.next()).toMatchObject({ error: { message: /longer than/ } });
    one.send(call(4, "echo", { a: 1 }));
    expect(await one.next()).toMatchObject({ id: 4, result: { content: [{ text: '{"a":1}' }] } });
    expect(outcomes(one)).toEqual(["ok", "error", "ok"]);
  });

  test("a killed gateway leaves a log of whole lines, which the next one goes on with", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const one = proxy(cwd, ENFORCE);
    for (let id = 0; id < 50; id++) one.send(call(id, "echo", { id }));
    await one.next();
    one.process.kill("SIGKILL");
    await one.ended;
    const before = one.log().length;
    writeFileSync(join(cwd, "log.jsonl"), '{"id":"torn', { flag: "a" });
    const next = proxy(cwd, ENFORCE);
    next.send(call(1, "echo"));
    expect(await next.next()).toMatchObject({ id: 1 });
    expect(next.said()).toMatch(/removed an incomplete line of 11 bytes/);
    expect(next.log()).toHaveLength(before + 2);
  });

  test.skipIf(lacks("posix"))("what cannot be recorded is denied, and says so", async () => {
    const one = proxy(scratch({ "p.yaml": POLICY }), ENFORCE, { shell: "ulimit -f 4" });
    const texts: string[] = [];
    for (let id = 0; id < 40; id++) {
      one.send(call(id, "echo", { text: "x".repeat(100) }));
      const { result, error } = await one.next();
      texts.push(result?.content[0].text ?? error.message);
    }
    expect(texts[0]).toContain("xxx");
    expect(texts.at(-1)).toMatch(/log cannot be written, and a call that is not recorded is not/);
    const wrong = texts.filter((text) => !/xxx|cannot be (written|recorded)/.test(text));
    expect(wrong).toEqual([]);
    expect(one.log().length).toBeGreaterThan(0);
  });

  test("SIGTERM ends the server and records the end", async () => {
    const one = proxy(scratch({ "p.yaml": POLICY }), ENFORCE);
    one.send(call(1, "echo"));
    await one.next();
    one.process.kill("SIGTERM");
    expect(await one.ended).toBe(0);
    expect(one.log().at(-1)).toMatchObject({ type: "session_end" });
  });

  test.each([
    ["ends when its input does", "process.stdin.resume()"],
    ["ends by a signal", "setInterval(() => {}, 1e6)"],
    ["ends with a status of its own", "process.stdin.resume().on('end', () => process.exit(7))"],
  ])(
    "SIGTERM is no failure of a server that %s: status 0, and open calls are told",
    async (_, code) => {
      const server = [process.execPath, "-e", `console.error("up");${code}`];
      const one = proxy(scratch({ "p.yaml": POLICY }), [...ENFORCE, "--grace", "1s"], { server });
      await until(() => one.said().includes("up"));
      one.send(call(1, "echo"));
      await until(() => one.log().length > 0);
      one.process.kill("SIGTERM");
      expect((await one.next()).error.message).toBe("agentz: the gateway was asked to end");
      expect(await one.ended).toBe(0);
    },
  );

  test("a second gateway on one log is told what to do", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const first = proxy(cwd, ENFORCE);
    first.send(call(1, "echo"));
    await first.next();
    const second = proxy(cwd, ENFORCE);
    expect(await second.ended).toBe(2);
    expect(second.said()).toMatch(/another process writes the log [^]*its own --log/);
    expect(second.said()).not.toMatch(/agentz serve/);
    first.process.kill("SIGTERM");
    await first.ended;
  });

  test("what is wrong with the command line is said, with the way out", () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const run = (line: string): string => {
      const { status, stderr } = agentz(["proxy", ...line.split(" ")], { cwd });
      expect(status).toBe(2);
      return stderr;
    };
    const lint = agentz(["lint", "--candidate", "p.yaml"], { cwd });
    expect(lint).toMatchObject({ status: 2, stderr: expect.stringMatching(/policies as paths/) });
    expect(run("--candidate p.yaml")).toMatch(/no server to start[^]*after `--`/);
    expect(run("-- true")).toMatch(/mode `enforce` needs policies[^]*--mode record/);
    expect(run("--mode record -- /no/such/program")).toMatch(/cannot be started: there is no such/);
    expect(run("--server host --candidate p.yaml -- true")).toMatch(/`host` cannot be the name/);
    // design 14.5: a folder is not signed
    expect(run("--verify-key k.pub.pem --candidate p.yaml -- true")).toMatch(
      /`p.yaml` is not a signed bundle/,
    );
    expect(run("--mode watch -- true")).toMatch(/record, shadow, enforce/);
    expect(run("--mode record --server a/b -- true")).toMatch(/cannot be the name of a server/);
    expect(run("--mode record --subject me -- true")).toMatch(/is not a subject/);
    expect(run("--mode record --error-code x -- true")).toMatch(/is not an error code/);
  });
});
