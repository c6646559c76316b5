import { chmodSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadCachedPolicies } from "../../src/api/cached-policies.ts";
import { decide, type RequestInput } from "../../src/api/decide.ts";
import { loadPolicies } from "../../src/api/load-policies.ts";
import { openSession } from "../../src/api/open-session.ts";
import { SealedStore } from "../../src/node/sealed-store.ts";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";

const POLICY = (effect: string): string => `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session:
  counters: [{ name: reads, add: "1.0", when: "action.name == 'read'" }]
rules:
  - id: read
    effect: ${effect}
    actions: [read]
    when: "session.counters.reads < 2.0 && args.size <= 9007199254740991"
    match: [{ args: { size: 1, "__proto__": 2 } }]
`;
const call = (name: string, args: RequestInput["args"]): RequestInput => ({
  subject: { type: "agent", id: "a" },
  action: { kind: "tool_call", server: "host", name },
  args: args ?? {},
  context: { delegation: [] },
});

/** The one entry of a cache. */
function entryOf(cache: string): string {
  const [name = ""] = readdirSync(join(cache, "sets")).filter((one) => one !== "index.key");
  return join(cache, "sets", name);
}

async function effectOf(cwd: string, cache: string): Promise<string> {
  const policies = await loadCachedPolicies(["p.yaml"], { cwd }, cache);
  return decide(policies, call("read", { size: 1 })).decision.effect;
}

describe("policies that are kept", () => {
  const sets = [
    ["policies"],
    ["policies/candidate"],
    ["policies/starter/coding-agent/policy.yaml"],
  ];

  test.each(sets)("%s decide as the files do, and have their digests", async (path) => {
    const cache = join(scratch(), "cache");
    const options = { cwd: ROOT };
    const fresh = await loadPolicies([path], options).catch(() => undefined);
    if (fresh === undefined) {
      await expect(loadCachedPolicies([path], options, cache)).rejects.toThrow("does not load");
      return;
    }
    const first = await loadCachedPolicies([path], options, cache);
    const second = await loadCachedPolicies([path], options, cache);
    const shown = ({ digest, source, documents, ref }: typeof fresh): unknown => ({
      ...{ digest, source, documents, ref },
    });
    expect([shown(first), shown(second)]).toEqual([shown(fresh), shown(fresh)]);
    const [a, b] = [openSession(fresh), openSession(second)];
    const names = ["Bash", "Read", "refund", "transfer_money", "send_email", "lookup"];
    const values = ["git push --force", "ls", "/home/mia/.ssh/id_rsa", "rm -rf /", 5000, 3.5, null];
    for (const name of names)
      for (const value of values) {
        const asked = call(name, { command: value, file_path: value, amount: value, to: value });
        const at = { now: 1_800_000_000_000 };
        expect(b.decide(asked, at)).toEqual(a.decide(asked, at));
      }
  });

  test("are read anew when a file changes, and not when nothing does", async () => {
    const cwd = scratch({ "p.yaml": POLICY("allow") });
    const cache = join(cwd, "cache");
    expect(await effectOf(cwd, cache)).toBe("allow");
    const { mtimeMs } = statSync(entryOf(cache));
    expect(await effectOf(cwd, cache)).toBe("allow");
    expect(statSync(entryOf(cache)).mtimeMs).toBe(mtimeMs);
    writeFileSync(join(cwd, "p.yaml"), POLICY("deny"));
    expect(await effectOf(cwd, cache)).toBe("deny");
    writeFileSync(join(cwd, "p.yaml"), POLICY("alow"));
    await expect(effectOf(cwd, cache)).rejects.toThrow("does not load");
  });

  test("are not believed where somebody changed or swapped them", async () => {
    const cwd = scratch({ "p.yaml": POLICY("deny") });
    const [own, other] = [join(cwd, "own"), join(cwd, "other")];
    await effectOf(cwd, own);
    const entry = entryOf(own);
    const bytes = readFileSync(entry);
    for (const at of [0, 40, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(entry, changed);
      expect([at, await effectOf(cwd, own)]).toEqual([at, "deny"]);
    }
    writeFileSync(entry, bytes.subarray(0, 10));
    expect(await effectOf(cwd, own)).toBe("deny");
    // what this user's agentz wrote itself, of another set
    writeFileSync(join(cwd, "p.yaml"), POLICY("allow"));
    await effectOf(cwd, own);
    for (const name of readdirSync(join(own, "sets")))
      if (name !== "index.key" && join(own, "sets", name) !== entry)
        renameSync(join(own, "sets", name), entry);
    writeFileSync(join(cwd, "p.yaml"), POLICY("deny"));
    expect(await effectOf(cwd, own)).toBe("deny");
    // what another user's agentz wrote
    writeFileSync(join(cwd, "p.yaml"), POLICY("allow"));
    await effectOf(cwd, other);
    writeFileSync(entry, readFileSync(entryOf(other)));
    writeFileSync(join(cwd, "p.yaml"), POLICY("deny"));
    expect(await effectOf(cwd, own)).toBe("deny");
  });

  test.skipIf(lacks("posix"))("are not believed where others could write", async () => {
    const cwd = scratch({ "p.yaml": POLICY("deny") });
    const cache = join(cwd, "cache");
    await effectOf(cwd, cache);
    const name = entryOf(cache).slice(join(cache, "sets/").length);
    const store = new SealedStore(join(cache, "sets"));
    expect(store.read(name)).toBeDefined();
    chmodSync(entryOf(cache), 0o666);
    expect(store.read(name)).toBeUndefined();
    chmodSync(entryOf(cache), 0o600);
    chmodSync(join(cache, "sets"), 0o777);
    expect(store.read(name)).toBeUndefined();
    expect(store.read(name)).toBeDefined();
    expect(await effectOf(cwd, cache)).toBe("deny");
  });

  test("are nowhere where nothing can be written, and decide all the same", async () => {
    const cwd = scratch({ "p.yaml": POLICY("allow"), cache: "a file" });
    expect(await effectOf(cwd, join(cwd, "cache"))).toBe("allow");
  });

  test("are not kept where they read data files, which may change by themselves", async () => {
    const cwd = scratch({
      "p.yaml": POLICY("allow"),
      "c.yaml":
        "apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\ndata: { names: { file: " +
        "names.csv, column: name } }\n",
      "names.csv": "name\nmia\n",
    });
    const cache = join(cwd, "cache");
    await loadCachedPolicies(["p.yaml", "c.yaml"], { cwd }, cache);
    expect(new SealedStore(join(cache, "sets")).read("x")).toBeUndefined();
    expect(() => entryOf(cache)).toThrow("ENOENT");
  });
});
