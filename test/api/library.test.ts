import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { denyOnError } from "../../src/api/decide-document.ts";
import {
  checkVersion,
  coverage,
  decide,
  diff,
  lint,
  loadPolicies,
  openSession,
  readTrace,
  render,
  replay,
  test as runTests,
  UserError,
  type Policies,
  type RequestInput,
} from "../../src/index.ts";
import { agentz, scratch } from "../e2e/agentz.ts";
import { REFUNDS } from "./policies.ts";

const TEXTS = [{ file: "refunds.yaml", text: REFUNDS }];
const NOW = Date.parse("2026-05-18T09:00:00Z");

function refund(amount: number, id = "support"): RequestInput {
  return {
    subject: { type: "agent", id },
    action: { kind: "mcp_request", server: "payments", name: "refund" },
    args: { amount },
  };
}

async function refused(call: () => unknown): Promise<UserError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("loadPolicies", () => {
  test("gives a set with its digests and documents", async () => {
    const policies = await loadPolicies(TEXTS);
    expect(policies).toMatchObject({
      ref: "refunds.yaml",
      documents: [{ kind: "Policy", name: "refunds", version: "1.0.0" }],
    });
    expect(policies.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(policies.source).not.toBe(policies.digest);
  });

  test("refuses what does not load, with every finding at its place", async () => {
    const text = REFUNDS.replace("effect: allow", "effect: alow").replace("owner", "ownr");
    const error = await refused(() => loadPolicies([{ file: "p.yaml", text }]));
    expect(error.code).toBe("policy-does-not-load");
    expect(error.findings).toMatchObject([
      { file: "p.yaml", line: 5 },
      { file: "p.yaml", line: 14, path: "$.rules[0].effect" },
    ]);
  });

  test("refuses a path that is not there, nothing at all, and a data file beside a text", async () => {
    expect((await refused(() => loadPolicies("nowhere"))).code).toBe("no-such-path");
    expect((await refused(() => loadPolicies([]))).code).toBe("no-documents");
    const text =
      "apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\ndata: { list: { file: list.csv } }\n";
    const error = await refused(() => loadPolicies([{ file: "c.yaml", text }]));
    expect(JSON.stringify(error.findings)).toContain("so there are no files beside them");
  });

  test("takes a bundle by the keys that it has to be signed with", async () => {
    const folder = scratch({ "policies/p.yaml": REFUNDS });
    expect(
      agentz(["bundle", "build", "--candidate", "policies", "--output", "p.agentz"], {
        cwd: folder,
      }),
    ).toMatchObject({ status: 0 });
    expect((await loadPolicies("p.agentz", { cwd: folder })).documents).toHaveLength(1);
    const keys = [`sha256:${"0".repeat(64)}`];
    const error = await refused(() => loadPolicies("p.agentz", { cwd: folder, keys }));
    expect(error.code).toBe("bundle-refused");
  });
});

describe("decide", () => {
  const given = (policies: Policies, request: unknown): (() => unknown) => {
    const untyped: { readonly call: (policies: Policies, request: never) => unknown } = {
      call: decide,
    };
    return () => Reflect.apply(untyped.call, undefined, [policies, request]);
  };

  test("gives the document of the command line", async () => {
    const folder = scratch({ "p.yaml": REFUNDS });
    const policies = await loadPolicies("p.yaml", { cwd: folder });
    const request = { ...refund(30), time: "2026-05-18T09:00:00Z" };
    const told = agentz(["decide", "--candidate", "p.yaml", "--format", "json", "-"], {
      cwd: folder,
      input: JSON.stringify(request),
    });
    expect(await render(decide(policies, request), "json")).toEqual(
      told.stdout.replace(/"version": "\d+\.\d+\.\d+"/, '"version": "0.0.0-source"'),
    );
  });

  test("decides on the state that a request gives", async () => {
    const policies = await loadPolicies(TEXTS);
    const permitted = (session: RequestInput["session"]): boolean =>
      decide(
        policies,
        { ...refund(30), ...(session === undefined ? {} : { session }) },
        { now: NOW },
      ).decision.permitted;
    expect(permitted(undefined)).toBe(true);
    expect(permitted({ labels: ["large"] })).toBe(false);
    expect(permitted({ counters: { sum: 121 } })).toBe(false);
    expect(permitted({ counters: { sum: 120 } })).toBe(true);
  });

  test.each([
    ["a field that no request has", { ...refund(1), subjekt: {} }, "$.subjekt"],
    [
      "state that no policy declares",
      { ...refund(1), session: { labels: ["lrge"] } },
      "$.session.labels",
    ],
    ["a path of nothing", { ...refund(1), complete: ["contxt"] }, "$.complete[0]"],
    ["a time that is none", { ...refund(1), time: "yesterday" }, "$.time"],
    ["a Date", { ...refund(1), context: { at: new Date(0) } }, "$.context.at"],
    ["a number that JSON has not", { ...refund(1), args: { amount: Number.NaN } }, "$.args.amount"],
    ["a bigint", { ...refund(1), args: { amount: 1n } }, "$.args.amount"],
    ["a function", { ...refund(1), args: { list: [() => 1] } }, "$.args.list[0]"],
    ["a hole in a list", { ...refund(1), args: { list: [1, undefined] } }, "$.args.list[1]"],
    ["a map", { ...refund(1), args: new Map() }, "$.args"],
    ["an event that is no call", { type: "prompt" }, "$.type"],
    ["a list", [], "request"],
    ["nothing", undefined, "$"],
    ["a text", "{}", "request"],
  ])("refuses %s at its place (design 14.1)", async (_, request, place) => {
    const error = await refused(given(await loadPolicies(TEXTS), request));
    expect([error.code, error.message]).toEqual(["request", expect.stringContaining(place)]);
  });

  test("refuses a value within itself, and one that is nested without end", async () => {
    const policies = await loadPolicies(TEXTS);
    const args: { [name: string]: unknown } = { amount: 1 };
    args["args"] = args;
    expect((await refused(given(policies, { ...refund(1), args }))).message).toContain("nested");
  });

  test("refuses policies that nobody loaded", async () => {
    const error = await refused(() => Reflect.apply(decide, undefined, [{}, refund(1)]));
    expect(error.message).toBe("this value is not a loaded policy set");
  });

  test("tells what of a request no policy knows", async () => {
    const policies = await loadPolicies(TEXTS);
    const { findings, decision } = decide(policies, {
      ...refund(1),
      action: { server: "payments", name: "refnd" },
    });
    expect(findings).toMatchObject([{ severity: "warning", path: "$.action.name" }]);
    expect(decision.permitted).toBe(false);
  });

  test("is not moved by keys of JavaScript", async () => {
    const policies = await loadPolicies(TEXTS);
    const args: unknown = JSON.parse('{"__proto__": {"amount": 1}, "constructor": {"amount": 1}}');
    const answer = given(policies, { ...refund(1), args })();
    expect(answer).toMatchObject({ decision: { permitted: false } });
  });

  test("denies where the engine fails, and says so (design 14.1)", () => {
    const failed = denyOnError(() => {
      throw new RangeError("the stack has no end: password=hunter22222");
    });
    expect(failed).toMatchObject({ effect: "deny", permitted: false, possible: ["deny"] });
    expect(failed.reason).toMatch(/^internal error: the stack has no end/);
  });
});

describe("openSession", () => {
  const permits = (session: ReturnType<typeof openSession>, amount: number, id?: string): boolean =>
    session.decide(refund(amount, id), { now: NOW }).decision.permitted;

  test("decides on what earlier calls left (design 5)", async () => {
    const policies = await loadPolicies(TEXTS);
    const session = openSession(policies);
    expect([permits(session, 95), permits(session, 1)]).toEqual([true, false]);
    expect(permits(openSession(policies), 1)).toBe(true);
  });

  test("takes a call that was stopped as not made", async () => {
    const session = openSession(await loadPolicies(TEXTS));
    expect([permits(session, 900), permits(session, 1)]).toEqual([false, true]);
  });

  test("shares by subject what another session of the same history left", async () => {
    const policies = await loadPolicies(TEXTS);
    const first = openSession(policies, { id: "a" });
    const second = openSession(policies, { id: "b", beside: first });
    expect([permits(first, 80), permits(second, 80), permits(second, 80, "other")]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("previews without changing anything", async () => {
    const session = openSession(await loadPolicies(TEXTS));
    const look = (): boolean => session.preview(refund(95), { now: NOW }).decision.permitted;
    expect([look(), look(), permits(session, 95), look()]).toEqual([true, true, true, false]);
  });

  test("refuses calls of another session, state, and a history of other policies", async () => {
    const policies = await loadPolicies(TEXTS);
    const session = openSession(policies, { id: "a" });
    const place = "request $.session";
    for (const other of ["b", { labels: [] }])
      expect(
        (await refused(() => session.decide({ ...refund(1), session: other }))).message,
      ).toContain(place);
    const others = await loadPolicies(TEXTS);
    expect((await refused(() => openSession(others, { beside: session }))).code).toBe("usage");
  });
});

describe("documents of the other calls", () => {
  const SUITE = `apiVersion: agentz/v1
kind: Suite
name: refunds
tests:
  - name: a small refund
    call: { subject: { type: agent, id: support }, action: { server: payments, name: refund }, args: { amount: 5 } }
    expect: { effect: allow, rule: small }
`;

  test("lint and test give those of the command line", async () => {
    const cwd = scratch({ "p/refunds.yaml": REFUNDS, "t/suite.yaml": SUITE });
    const found = await lint("p", { cwd });
    expect(found).toMatchObject({ command: "lint", summary: { errors: 0 } });
    const levels = new Map([["missing-test", "error"] as const]);
    expect((await lint(TEXTS, { levels })).command).toBe("lint");
    const tested = await runTests("t", { cwd, candidate: ["p"], coverage: true, minCoverage: 1 });
    expect(tested).toMatchObject({ summary: { passed: 1, failed: 0 }, gate: { passed: false } });
    expect(JSON.parse(await render(found, "sarif"))).toMatchObject({ version: "2.1.0" });
  });

  test("diff and checkVersion tell what a change can do", async () => {
    const text = REFUNDS.replace("<= 100.0", "<= 120.0");
    const [before, after] = [
      await loadPolicies(TEXTS),
      await loadPolicies([{ file: "r.yaml", text }]),
    ];
    expect(checkVersion(before, after)).toMatchObject({
      changed: true,
      required: "major",
      ok: false,
    });
    const changed = diff(before, after);
    expect(changed.command).toBe("diff");
    expect(await render(changed, "pretty")).toContain("small");
    expect(checkVersion(before, before)).toMatchObject({ changed: false, ok: true });
  });

  test("replay and coverage give those of the command line", async () => {
    const calls = [30, 105, 200, 130, 10].map((amount, i) => ({
      ...refund(amount),
      id: `e${i}`,
      time: `2026-05-18T09:0${i}:00Z`,
      session: `s${i % 2}`,
      decision: { effect: i === 3 ? "deny" : "allow" },
    }));
    const cwd = scratch({
      "a/p.yaml": REFUNDS,
      "b/p.yaml": REFUNDS.replace("<= 100.0", "<= 120.0"),
      "t.jsonl": `${calls.map((call) => JSON.stringify(call)).join("\n")}\n`,
    });
    const [before, after] = [await loadPolicies("a", { cwd }), await loadPolicies("b", { cwd })];
    const trace = join(cwd, "t.jsonl");
    for (const baseline of ["recorded", before] as const) {
      const input = { candidate: after, baseline, trace };
      const ref = baseline === "recorded" ? "recorded" : "a";
      for (const document of [await replay(input), await coverage(input)]) {
        const flags = ["--candidate", "b", "--baseline", ref, "--trace", "t.jsonl", "--no-index"];
        const told = agentz([document.command, ...flags, "--format", "json"], { cwd });
        const said: unknown = JSON.parse(told.stdout);
        expect(said).toEqual({ ...document, tool: expect.anything() });
      }
    }
    const { changes } = await replay({ candidate: after, baseline: before, trace });
    expect(changes.widened.direct).toBe(1);
    const empty = await loadPolicies([
      { file: "p.yaml", text: REFUNDS.replace("effect: allow", "effect: allow\n    mode: shadow") },
    ]);
    const alone = await replay({ candidate: empty, baseline: "recorded", trace });
    expect(alone.error?.code).toBe("no-rule");
    const none = scratch({ "t.jsonl": "nothing\n" });
    const unread = { candidate: after, baseline: before, trace: join(none, "t.jsonl") };
    expect((await refused(() => replay(unread))).code).toBe("unreadable-trace");
  });

  test("render refuses a format that a document does not have", async () => {
    const document = decide(await loadPolicies(TEXTS), refund(1), { now: NOW });
    const error = await refused(() => render(document, "sarif"));
    expect([error.message, error.help]).toEqual([
      "there is no format `sarif` for this document",
      expect.stringContaining("pretty"),
    ]);
  });

  test("readTrace gives events in order, and says what it could not read", async () => {
    const line = (id: string, minute: number): string =>
      JSON.stringify({ ...refund(1), id, time: `2026-05-18T09:0${minute}:00Z` });
    const folder = scratch({ "t.jsonl": `${line("b", 2)}\nnot JSON\n${line("a", 1)}\n` });
    const trace = await readTrace(join(folder, "t.jsonl"));
    const ids: string[] = [];
    for await (const { id } of trace.events) ids.push(id);
    expect(ids).toEqual(["a", "b"]);
    expect(trace.report).toMatchObject({ events: 2, malformed: 1, reordered: 1 });
  });
});
