import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, POLICY, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";

const FILES = {
  "policies/p.yaml": POLICY,
  "policies/data/names.csv": "name\nann\n",
  "policies/.hidden": "secret",
  "policies/node_modules/x.js": "x",
  "policies/empty.yaml": "",
};

/** What a machine of another system runs: nothing here runs it, and packing it takes no time. */
const PROGRAM = join(scratch({ node: "of another system" }), "node");

function pack(cwd: string, ...args: readonly string[]): ReturnType<typeof agentz> {
  return agentz(["pack", "worker", ...args], { cwd });
}
function packForOthers(cwd: string, ...args: readonly string[]): ReturnType<typeof agentz> {
  return pack(cwd, ...args, "--node", PROGRAM);
}

describe.skipIf(lacks("posix"))("design 16.2: an archive that a cluster runs", () => {
  test("runs without anything else, in the unpacked folder, wherever it is started", () => {
    const cwd = scratch(FILES);
    const { status, stderr } = pack(cwd, "policies", "-o", "a.tgz");
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^a\.tgz: \d+ files, .*Node 2/)]);
    const names = execFileSync("tar", ["tzf", join(cwd, "a.tgz")], { encoding: "utf8" }).split(
      "\n",
    );
    expect(names.filter((name) => !name.startsWith("runtime/"))).toEqual([
      "policies/data/names.csv",
      "policies/empty.yaml",
      "policies/p.yaml",
      "worker",
      "",
    ]);
    const place = join(cwd, "un packed");
    mkdirSync(place);
    execFileSync("tar", ["xzf", join(cwd, "a.tgz"), "-C", place]);
    const done = spawnSync(join(place, "worker"), ["lint", "policies/p.yaml", "--format", "json"], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
      encoding: "utf8",
    });
    expect([done.stderr, JSON.parse(done.stdout).command]).toEqual(["", "lint"]);
    expect(readFileSync(join(place, "policies/data/names.csv"), "utf8")).toBe("name\nann\n");
  });

  test("equal files give equal bytes; a file that is named twice is there once", () => {
    const cwd = scratch(FILES);
    for (const [name, ...paths] of [
      ["a.tgz", "policies"],
      ["b.tgz", "policies/p.yaml", "policies"],
    ])
      expect(packForOthers(cwd, ...paths, "-o", name ?? "").status).toBe(0);
    expect(readFileSync(join(cwd, "a.tgz")).equals(readFileSync(join(cwd, "b.tgz")))).toBe(true);
  });

  test("the archive that it replaces is none of its files", () => {
    const cwd = scratch(FILES);
    for (const output of ["a.tgz", "policies/a.tgz", "policies/a.tgz"])
      expect(packForOthers(cwd, "policies", "-o", output).status).toBe(0);
    const [once, again] = ["a.tgz", "policies/a.tgz"].map((name) => readFileSync(join(cwd, name)));
    expect(again?.equals(once ?? Buffer.of())).toBe(true);
  });

  test.each(["/etc/passwd", "../../outside.yaml", "nowhere.yaml"])(
    "links take no file along that is not in the folder: %s",
    (target) => {
      const cwd = scratch({ ...FILES, "work/p.yaml": POLICY, "outside.yaml": POLICY });
      symlinkSync(target, join(cwd, "work/link.yaml"));
      symlinkSync("p.yaml", join(cwd, "work/inside.yaml"));
      for (const path of [".", "link.yaml"]) {
        const { status, stderr } = packForOthers(join(cwd, "work"), path, "-o", "../a.tgz");
        expect([status, stderr]).toEqual([2, expect.stringMatching(/`link\.yaml` /)]);
      }
      expect(packForOthers(join(cwd, "work"), "inside.yaml", "-o", "../a.tgz").status).toBe(0);
    },
  );

  test("what cannot be packed is told, and nothing is written", () => {
    const cwd = scratch({ ...FILES, worker: "x", [`${"long/".repeat(25)}p.yaml`]: POLICY });
    const refused: readonly (readonly [string, RegExp])[] = [
      ["..", /is not in the folder where the command runs/],
      ["worker", /`worker` is a name that the archive itself uses/],
      ["none.yaml", /`none\.yaml` cannot be read/],
      ["long", /has more than 100 bytes/],
    ];
    for (const [path, message] of refused) {
      writeFileSync(join(cwd, "a.tgz"), "before");
      const { status, stderr } = pack(cwd, path, "-o", "a.tgz");
      expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
      expect(readFileSync(join(cwd, "a.tgz"), "utf8")).toBe("before");
    }
    const { status, stderr } = pack(cwd, "policies", "--node", "none", "-o", "a.tgz");
    expect([status, stderr]).toEqual([2, expect.stringContaining("is no program of Node")]);
  });
});
