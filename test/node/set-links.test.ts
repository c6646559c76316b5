import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { ALLOW, CATALOG, DENY, run } from "./repositories.ts";
import { lacks } from "../needs.ts";

const SECRET = "who\nhunter2\n";

/** A set whose data file is up to the test, and what stands outside of it. */
function folderOf(more: { readonly [path: string]: string } = {}): string {
  return scratch({
    "set/c.yaml": CATALOG,
    "set/deny.yaml": DENY,
    "out/secret.csv": SECRET,
    "out/prod.yaml": ALLOW,
    "set-2/secret.csv": SECRET,
    "set-2/prod.yaml": ALLOW,
    "r.json":
      '{"subject":{"type":"agent","id":"a"},"action":{"server":"payments","name":"refund"},"args":{"who":"x"}}',
    ...more,
  });
}

/**
 * No command reads the file: lint says it at the catalog's entry, others stop, and nothing of the
 * file is shown.
 */
async function refusedAsData(folder: string, why: RegExp): Promise<void> {
  const lint = await run(folder, "lint", "set");
  expect([lint.status, lint.stdout]).toEqual([1, expect.stringMatching(why)]);
  for (const argv of [
    ["decide", "--candidate", "set", "r.json"],
    ["bundle", "build", "--candidate", "set", "--output", "b.agentz"],
    [
      "replay",
      "--candidate",
      "set",
      "--baseline",
      "set",
      "--trace",
      join(folder, "r.json"),
      "--no-index",
    ],
  ]) {
    const done = await run(folder, ...argv);
    expect([done.status, done.stderr]).toEqual([2, expect.stringMatching(why)]);
    expect(done.stdout + done.stderr + lint.stdout).not.toMatch(/hunter2|^root:/m);
  }
  expect(existsSync(join(folder, "b.agentz"))).toBe(false);
}

describe.skipIf(lacks("posix"))(
  "what a set reads is a regular file below the folder that was named",
  () => {
    it.each<[string, (folder: string) => void]>([
      [
        "a link upwards",
        (folder) => symlinkSync("../out/secret.csv", join(folder, "set/banned.csv")),
      ],
      ["an absolute link", (folder) => symlinkSync("/etc/passwd", join(folder, "set/banned.csv"))],
      [
        "a link to a sibling of the same beginning",
        (folder) => symlinkSync("../set-2/secret.csv", join(folder, "set/banned.csv")),
      ],
      [
        "a link to a link",
        (folder) => {
          symlinkSync("two.csv", join(folder, "set/banned.csv"));
          symlinkSync("../out/secret.csv", join(folder, "set/two.csv"));
        },
      ],
      [
        "a link to the machine's own files",
        (folder) => symlinkSync("/proc/self/environ", join(folder, "set/banned.csv")),
      ],
    ])("a data file: %s", async (_name, make) => {
      const folder = folderOf();
      make(folder);
      await refusedAsData(folder, /a link leads out of the folder that you passed/);
    });

    it("a data file below a linked folder", async () => {
      const folder = folderOf({ "set/c.yaml": CATALOG.replace("banned.csv", "deep/secret.csv") });
      symlinkSync("../out", join(folder, "set/deep"));
      await refusedAsData(folder, /a link leads out of the folder that you passed/);
    });

    it.each<[string, (path: string) => void, RegExp]>([
      ["a pipe", (path) => void execFileSync("mkfifo", [path]), /it is a pipe/],
      [
        "a link to a device without end",
        (path) => symlinkSync("/dev/zero", path),
        /a link leads out/,
      ],
      ["a folder", (path) => void mkdirSync(path), /it is a folder/],
      [
        "more than 64 MiB",
        (path) => {
          writeFileSync(path, "who\n");
          truncateSync(path, 64 * 1024 * 1024 + 1);
        },
        /it has more than 64 MiB/,
      ],
      ["nothing", () => undefined, /it does not exist/],
      ["a link to nothing", (path) => symlinkSync("nothing", path), /it does not exist/],
    ])("a data file: %s", async (_name, make, why) => {
      const folder = folderOf();
      make(join(folder, "set/banned.csv"));
      await refusedAsData(folder, why);
    });

    it.each<[string, (path: string) => void, RegExp]>([
      [
        "a link out",
        (path) => symlinkSync("../out/prod.yaml", path),
        /a link leads out of the folder that you passed/,
      ],
      [
        "a link to a sibling of the same beginning",
        (path) => symlinkSync("../set-2/prod.yaml", path),
        /a link leads out of the folder that you passed/,
      ],
      [
        "a link to the environment",
        (path) => symlinkSync("/proc/self/environ", path),
        /a link leads out of the folder that you passed/,
      ],
      ["a pipe", (path) => void execFileSync("mkfifo", [path]), /it is a pipe/],
      [
        "a link to a device",
        (path) => symlinkSync("/dev/zero", path),
        /a link leads out of the folder that you passed/,
      ],
      ["a link in a circle", (path) => symlinkSync("leak.yaml", path), /its links form a circle/],
      ["a link to nothing", (path) => symlinkSync("nothing", path), /it does not exist/],
      [
        "more than 64 MiB",
        (path) => {
          writeFileSync(path, "a");
          truncateSync(path, 64 * 1024 * 1024 + 1);
        },
        /it has more than 64 MiB/,
      ],
    ])("a policy: %s", async (_name, make, why) => {
      const folder = folderOf({ "set/banned.csv": "who\neve\n" });
      make(join(folder, "set/leak.yaml"));
      for (const argv of [
        ["lint", "set"],
        ["lint", "set", "--fix"],
        ["decide", "--candidate", "set", "r.json"],
        ["test", "set"],
        ["bundle", "build", "--candidate", "set", "--output", "b.agentz"],
      ]) {
        const { status, stdout, stderr } = await run(folder, ...argv);
        expect([argv[0], status, stdout, stderr]).toEqual([
          argv[0],
          2,
          "",
          expect.stringMatching(
            new RegExp(`^agentz: \`set/leak.yaml\` cannot be read: ${why.source}`),
          ),
        ]);
      }
    });

    it("a link inside the folder is read, as folders are that a cluster mounts", async () => {
      const folder = folderOf({
        "set/..now/banned.csv": "who\nx\n",
        "set/.kept/allow.yaml": ALLOW,
      });
      symlinkSync("..now", join(folder, "set/..data"));
      symlinkSync("..data/banned.csv", join(folder, "set/banned.csv"));
      symlinkSync(join(folder, "set/.kept/allow.yaml"), join(folder, "set/allow.yaml"));
      const done = await run(
        folder,
        "decide",
        "--candidate",
        "set",
        "r.json",
        "--now",
        "2026-06-01T00:00:00Z",
        "--format",
        "json",
      );
      expect([done.stderr, JSON.parse(done.stdout).decision.rules]).toEqual(["", ["deny/banned"]]);
    });

    it("what was named itself is read, wherever it is, by its own name or a link's", async () => {
      const folder = folderOf({ "set/banned.csv": "who\neve\n" });
      symlinkSync("out/prod.yaml", join(folder, "named.yaml"));
      symlinkSync("set", join(folder, "linked"));
      for (const paths of [
        ["set", "out"],
        ["set", "out/prod.yaml"],
        ["named.yaml", "set/c.yaml", "set/deny.yaml"],
        ["linked", "named.yaml"],
      ]) {
        const done = await run(
          folder,
          "decide",
          ...paths.flatMap((path) => ["--candidate", path]),
          "r.json",
          "--now",
          "2026-06-01T00:00:00Z",
          "--format",
          "json",
        );
        expect([paths, done.status, done.stderr, JSON.parse(done.stdout).decision.effect]).toEqual([
          paths,
          0,
          "",
          "allow",
        ]);
      }
      const file = await run(folder, "decide", "--candidate", "set/c.yaml", "r.json");
      expect(file.status).toBe(0);
      symlinkSync("../out/secret.csv", join(folder, "set/other.csv"));
      writeFileSync(join(folder, "set/c.yaml"), CATALOG.replace("banned.csv", "other.csv"));
      expect((await run(folder, "decide", "--candidate", "set/c.yaml", "r.json")).stderr).toContain(
        "a link leads out",
      );
      expect(
        (await run(folder, "decide", "--candidate", "set/c.yaml", "--candidate", "out", "r.json"))
          .status,
      ).toBe(0);
    });
  },
);

const FIXABLE = ALLOW.replace("[payments/refund]", "[payments/refund, payments/refund]");

describe.skipIf(lacks("posix"))("files are replaced, never written through a link", () => {
  it("lint --fix: a link is refused, and no other file is changed either", async () => {
    const folder = scratch({
      "set/a.yaml": FIXABLE,
      "set/.kept/b.yaml": FIXABLE.replace("name: allow", "name: other"),
      "out/c.yaml": FIXABLE,
    });
    symlinkSync(".kept/b.yaml", join(folder, "set/b.yaml"));
    const done = await run(folder, "lint", "set", "--fix");
    expect([done.status, done.stderr]).toEqual([
      2,
      expect.stringContaining("`set/b.yaml` is a link, so agentz does not write to it"),
    ]);
    expect(readFileSync(join(folder, "set/a.yaml"), "utf8")).toBe(FIXABLE);
    symlinkSync("../out/c.yaml", join(folder, "set/named.yaml"));
    expect((await run(folder, "lint", "set/named.yaml", "--fix")).status).toBe(2);
    expect(readFileSync(join(folder, "out/c.yaml"), "utf8")).toBe(FIXABLE);
  });

  it(
    "lint --fix keeps permissions, leaves nothing beside, and does not change another name of " +
      "the same file",
    async () => {
      const folder = scratch({ "set/a.yaml": FIXABLE });
      chmodSync(join(folder, "set/a.yaml"), 0o640);
      linkSync(join(folder, "set/a.yaml"), join(folder, "outside.yaml"));
      expect((await run(folder, "lint", "set", "--fix")).status).toBe(0);
      expect(readFileSync(join(folder, "set/a.yaml"), "utf8")).toBe(ALLOW);
      expect(statSync(join(folder, "set/a.yaml")).mode & 0o777).toBe(0o640);
      expect(readdirSync(join(folder, "set"))).toEqual(["a.yaml"]);
      expect(readFileSync(join(folder, "outside.yaml"), "utf8")).toBe(FIXABLE);
    },
  );

  it("a backslash in a name is no folder", async () => {
    const folder = scratch({
      "set/o\\p.yaml": FIXABLE,
      "set/o/p.yaml": ALLOW.replace("name: allow", "name: other"),
    });
    const linted = await run(folder, "lint", "set", "--format", "json");
    expect(JSON.parse(linted.stdout).files).toBe(2);
    await run(folder, "lint", "set", "--fix");
    expect(readFileSync(join(folder, "set/o\\p.yaml"), "utf8")).toBe(ALLOW);
    expect(readFileSync(join(folder, "set/o/p.yaml"), "utf8")).toContain("name: other");
  });

  it("bundle build, bundle sign and version bump", async () => {
    const folder = scratch({ "set/a.yaml": ALLOW, "base/a.yaml": ALLOW, "out/keep": "kept" });
    symlinkSync("../out/keep", join(folder, "base/b.agentz"));
    expect(
      (await run(folder, "bundle", "build", "--candidate", "set", "--output", "base/b.agentz"))
        .stderr,
    ).toContain("`base/b.agentz` is a link");
    expect(readFileSync(join(folder, "out/keep"), "utf8")).toBe("kept");
    await run(folder, "bundle", "keygen", "k");
    await run(folder, "bundle", "build", "--candidate", "set", "--output", "real.agentz");
    symlinkSync("real.agentz", join(folder, "link.agentz"));
    expect((await run(folder, "bundle", "sign", "link.agentz", "--key", "k.pem")).stderr).toContain(
      "`link.agentz` is a link",
    );
    const before = statSync(join(folder, "real.agentz")).ino;
    expect((await run(folder, "bundle", "sign", "real.agentz", "--key", "k.pem")).status).toBe(0);
    expect(statSync(join(folder, "real.agentz")).ino).not.toBe(before);
    writeFileSync(join(folder, "out/a.yaml"), ALLOW.replace("effect: allow", "effect: deny"));
    symlinkSync("../out/a.yaml", join(folder, "base/linked.yaml"));
    const bumped = await run(
      folder,
      "version",
      "bump",
      "--base",
      "set",
      "--candidate",
      "base/linked.yaml",
    );
    expect([bumped.status, bumped.stderr]).toEqual([
      2,
      expect.stringContaining("is a link, so agentz does not write to it"),
    ]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
