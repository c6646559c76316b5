import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { freePort } from "../free-port.ts";
import { lacks, MCP_PACKAGES, NODE_22 } from "../needs.ts";
import { listening } from "./listening.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: everything
version: 1.0.0
rules: [{ id: all, effect: allow, actions: ["**"] }]
`;

/** Runs of the official suite: each needs another version of it, or other scenarios. */
const RUNS = [
  {
    name: "2025-11-25, suite 0.1.16",
    suite: "@modelcontextprotocol/conformance",
    flags: [],
    scenarios: 30,
  },
  {
    name: "2025-11-25, suite 0.2.0-alpha.12",
    suite: "conformance-next",
    flags: ["--requirements", "2025-11-25"],
    scenarios: 33,
  },
  {
    name: "2026-07-28, suite 0.2.0-alpha.12",
    suite: "conformance-next",
    flags: ["--requirements", "2026-07-28"],
    scenarios: 50,
  },
] as const;
/** The extension for tasks, which the second SDK does not offer. */
const EXTENSION = /^tasks-/;

type Results = ReadonlyMap<string, readonly string[]>;

/** What the suite says of a server: of each scenario its checks, in their order. */
async function resultsOf({ suite, flags }: (typeof RUNS)[number], url: string): Promise<Results> {
  const folder = scratch({});
  const program = resolve(MCP_PACKAGES, suite, "dist/index.js");
  await new Promise<void>((done) => {
    // its status says whether all passed, and its files say what
    const args = [program, "server", "--url", url, ...flags, "--output-dir", folder];
    execFile(NODE_22 ?? "", args, { maxBuffer: 1e8 }, () => done());
  });
  return new Map(
    readdirSync(folder).map((name) => {
      const checks: readonly { id: string; status: string }[] = JSON.parse(
        readFileSync(join(folder, name, "checks.json"), "utf8"),
      );
      const scenario = name.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "");
      // what is only told, such as how long something took, differs from run to run
      const said = checks.filter(({ status }) => status !== "INFO");
      return [scenario, said.map(({ id, status }) => `${id} ${status}`)];
    }),
  );
}

const isBad = (check: string): boolean => /FAILURE|WARNING/.test(check);

/** The URLs of a server that passes the suite: its own, and that of the gateway before it. */
async function servers(): Promise<{ readonly direct: string; readonly gateway: string }> {
  const cwd = scratch({ "p.yaml": POLICY });
  const own = resolve(import.meta.dirname, "servers/conformance-server.mjs");
  const direct = await listening([process.execPath, own, "0"], { cwd, says: /listening on (\S+)/ });
  const address = `127.0.0.1:${await freePort()}`;
  const gateway = await listening(
    [
      ...[process.execPath, join(ROOT, "bin/agentz.js"), "proxy", "--candidate", "p.yaml"],
      ...["--server", "conformance", "--log", "log.jsonl", "--upstream", direct],
      ...["--listen", address, "--allow-origin", `http://${address}`],
    ],
    { cwd, says: /listening on (\S+),/ },
  );
  return { direct, gateway };
}

describe.skipIf(lacks("node-22"))("the official conformance suite", () => {
  let urls = { direct: "", gateway: "" };
  // one gateway for all runs: what one client leaves behind may not disturb the next
  beforeAll(async () => void (urls = await servers()));

  test.each(RUNS)(
    "gives through the gateway what it gives direct: $name",
    { timeout: 120_000 },
    async (run) => {
      const direct = await resultsOf(run, urls.direct);
      const through = await resultsOf(run, urls.gateway);
      expect(direct.size).toBe(run.scenarios);
      expect(through).toEqual(direct);
      const failing = [...direct].filter(
        ([scenario, checks]) => !EXTENSION.test(scenario) && checks.some(isBad),
      );
      expect(failing).toEqual([]);
    },
  );
});
