import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { run } from "../suite/run-command.ts";

const POLICY = (actions: string): string =>
  "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: a, effect: " +
  `allow, actions: [${actions}] }\n`;
const call = (i: number, name: string): string =>
  JSON.stringify({
    id: `s/${i}`,
    session: "s",
    subject: { type: "agent", id: "a" },
    action: { server: "x", name },
    args: {},
  });

/** A folder in which one group widens and one narrows. */
function changed(): { readonly folder: string; readonly trace: readonly string[] } {
  const folder = scratch({
    "old.yaml": POLICY("x/a, x/c"),
    "new.yaml": POLICY("x/a, x/b").replace("version: 1.0.0", "version: 2.0.0"),
    "t.jsonl": `${[call(0, "a"), call(1, "b"), call(2, "c")].join("\n")}\n`,
    "agentz.yaml": "# ours\ncandidate: [new.yaml]\nbaseline: [old.yaml]\n",
  });
  return { folder, trace: ["--trace", join(folder, "t.jsonl")] };
}

async function groupsOf({
  folder,
  trace,
}: ReturnType<typeof changed>): Promise<
  readonly { readonly id: string; readonly class: string }[]
> {
  return JSON.parse((await run(folder, "replay", ...trace, "--format", "json")).stdout).groups;
}

const WHY = ["--reason", "b is wanted", "--expires", "2026-12-31", "--owner", "me"];

describe("agentz accept", () => {
  it("writes what the gate then takes, by the beginning of an id too", async () => {
    const at = changed();
    const ids = (await groupsOf(at)).map(({ id }) => id);
    const gate = [...at.trace, "--fail-on", "widened,narrowed"];
    expect((await run(at.folder, "replay", ...gate)).status).toBe(1);
    const done = await run(
      at.folder,
      "accept",
      ids[0] ?? "",
      (ids[1] ?? "").slice(0, 8),
      ...at.trace,
      ...WHY,
      "--format",
      "json",
    );
    expect([done.status, JSON.parse(done.stdout)]).toEqual([
      0,
      expect.objectContaining({
        command: "accept",
        file: "agentz.yaml",
        accepted: ids.map((group) => expect.objectContaining({ group, owner: "me", calls: 1 })),
      }),
    ]);
    const passed = await run(at.folder, "replay", ...gate);
    expect([passed.status, passed.stdout]).toEqual([
      0,
      expect.stringContaining(
        `accepted until 2026-12-31: 1 call of group ${ids[0]} (b is wanted; me)`,
      ),
    ]);
    expect(passed.stdout).toContain("expiry judged by 2026-06-01T00:00:00.000Z (the clock)");
    expect(readFileSync(join(at.folder, "agentz.yaml"), "utf8")).toMatch(/^# ours\n/);
    // the pipeline names them where it passes, and fails once they expired
    const ci = ["ci", ...at.trace, "--gate", "widened=0", "--gate", "narrowed=0"];
    const pipeline = await run(at.folder, ...ci);
    expect([pipeline.status, pipeline.stdout]).toEqual([
      0,
      expect.stringContaining(`group ${ids[0]}`),
    ]);
    expect((await run(at.folder, ...ci, "--now", "2027-01-01")).status).toBe(1);
    // for these rules and until that day
    expect((await run(at.folder, "replay", ...gate, "--now", "2027-01-01")).status).toBe(1);
    writeFileSync(join(at.folder, "new.yaml"), POLICY("x/a, x/b, x/d"));
    expect((await run(at.folder, "replay", ...gate)).stdout).toContain(
      "acceptance is for other rules",
    );
  });

  it("refuses what it cannot write, and leaves the file as it is", async () => {
    const at = changed();
    const [group] = await groupsOf(at);
    const id = group?.id ?? "";
    const said = async (...args: readonly string[]): Promise<string> => {
      const { status, stderr } = await run(at.folder, "accept", ...args, ...at.trace);
      expect(status).toBe(2);
      return stderr;
    };
    expect(await said("ffffffffffff", ...WHY)).toContain("this replay has no group `ffffffffffff`");
    const misspelt = `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`;
    expect(await said(misspelt, ...WHY)).toContain(`did you mean \`${id}\`?`);
    expect(await said(id.slice(0, 3), ...WHY)).toContain("this replay has no group");
    expect(await said(id, "--reason", "x", "--expires", "2026-05-31")).toContain("expired already");
    expect(await said(id, "--reason", "x", "--expires", "soon")).toContain("it has to be a day");
    expect(await said(id, "--reason", " ", "--expires", "2026-12-31")).toContain(
      "it must not be empty",
    );
    expect(await said(id, "--expires", "2026-12-31")).toContain("--reason");
    expect(await said(id, "--reason", "x")).toContain("--expires");
    expect(readFileSync(join(at.folder, "agentz.yaml"), "utf8")).toBe(
      "# ours\ncandidate: [new.yaml]\nbaseline: [old.yaml]\n",
    );
    symlinkSync(join(at.folder, "agentz.yaml"), join(at.folder, "link.yaml"));
    expect(await said(id, ...WHY, "--config", "link.yaml")).toContain("is a link");
  });
});
