import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { run, type Done } from "../node/repositories.ts";
import { EVENTS, jsonl, POLICY, scratch } from "../e2e/agentz.ts";

const CATALOG =
  "apiVersion: agentz/v1\nkind: Catalog\nname: world\nversion: 3.0.0\nagents: [{ id: a, owner: " +
  "o, purpose: p, status: commissioned }]\n";

/**
 * A folder with two releases, `old.agentz` (1.9.0) and `new.agentz` (2.1.0), both signed, and
 * altered ones.
 */
async function releases(): Promise<string> {
  const folder = scratch({
    "p/p.yaml": POLICY.replace("1.0.0", "2.1.0"),
    "p/catalog.yaml": CATALOG,
    "old/p.yaml": POLICY.replace("1.0.0", "1.9.0").replaceAll("100.0", "30.0"),
    "old/catalog.yaml": CATALOG,
    "t.jsonl": jsonl(EVENTS),
    "r.json": JSON.stringify(EVENTS[0]),
  });
  for (const key of ["release", "other"]) await run(folder, "bundle", "keygen", key);
  for (const [source, name] of [
    ["p", "new"],
    ["old", "old"],
  ])
    await run(
      folder,
      "bundle",
      "build",
      "--candidate",
      source ?? "",
      "--output",
      `${name}.agentz`,
      "--key",
      "release.pem",
    );
  await run(
    folder,
    "bundle",
    "build",
    "--candidate",
    "p",
    "--output",
    "foreign.agentz",
    "--key",
    "other.pem",
  );
  const bundle = JSON.parse(readFileSync(join(folder, "new.agentz"), "utf8"));
  const forged = {
    ...JSON.parse(readFileSync(join(folder, "foreign.agentz"), "utf8")),
    signatures: bundle.signatures,
  };
  writeFileSync(
    join(folder, "stripped.agentz"),
    `${JSON.stringify({ ...bundle, signatures: [] })}\n`,
  );
  forged.signatures[0].signature = Buffer.alloc(64).toString("base64");
  writeFileSync(join(folder, "forged.agentz"), `${JSON.stringify(forged)}\n`);
  return folder;
}

/** Every command that loads policies, by a bundle. */
function commandsOn(folder: string, bundle: string): readonly (readonly string[])[] {
  const trace = join(folder, "t.jsonl");
  return [
    ["decide", "--candidate", bundle, "r.json"],
    ["explain", "--candidate", bundle, "r.json"],
    ["lint", bundle],
    ["replay", "--candidate", bundle, "--baseline", "recorded", "--trace", trace, "--no-index"],
    ["replay", "--candidate", "p", "--baseline", bundle, "--trace", trace, "--no-index"],
    ["coverage", "--candidate", bundle, "--baseline", "recorded", "--trace", trace, "--no-index"],
    ["report", "--candidate", bundle, "--baseline", "recorded", "--trace", trace, "--no-index"],
    ["ci", "--candidate", bundle, "--baseline", "recorded", "--trace", trace, "--no-index"],
    ["ci", "--candidate", "p", "--baseline", bundle, "--trace", trace, "--no-index"],
    ["diff", bundle, "p"],
    ["diff", "p", bundle],
    ["version", "check", "--base", bundle, "--candidate", "p"],
    ["version", "check", "--base", "p", "--candidate", bundle],
    ["blast-radius", "--candidate", bundle],
    ["who-can", "crm/lookup", "--candidate", bundle],
    ["bench", "--candidate", bundle, "--trace", trace, "--runs", "1"],
    ["catalog", "check", trace, "--catalog", bundle],
    ["trace", "redact", trace, "--policies", bundle, "--output", join(folder, "redacted.jsonl")],
    ["trace", "distil", trace, "--candidate", bundle, "--output", join(folder, "few.jsonl")],
    ["bundle", "build", "--candidate", bundle, "--output", "again.agentz"],
  ];
}

async function statusOf(
  folder: string,
  bundle: string,
  more: readonly string[],
): Promise<readonly (readonly [string, Done])[]> {
  const done: (readonly [string, Done])[] = [];
  for (const argv of commandsOn(folder, bundle))
    done.push([argv.join(" "), await run(folder, ...argv, ...more)]);
  return done;
}

async function allRefuse(
  folder: string,
  bundle: string,
  why: RegExp,
  more: readonly string[] = [],
): Promise<void> {
  for (const [command, { status, stderr, stdout }] of await statusOf(folder, bundle, more)) {
    expect([command, status, stderr + stdout]).toEqual([command, 2, expect.stringMatching(why)]);
  }
}

async function allTake(
  folder: string,
  bundle: string,
  more: readonly string[] = [],
): Promise<void> {
  for (const [command, { status, stderr }] of await statusOf(folder, bundle, more))
    expect([command, [0, 1].includes(status), stderr]).toEqual([
      command,
      true,
      expect.not.stringMatching(/^agentz: /m),
    ]);
}

async function decides(
  folder: string,
  bundle: string,
  ...more: readonly string[]
): Promise<number> {
  return (await run(folder, "decide", "--candidate", bundle, "r.json", ...more)).status;
}

describe("design 14.5: a bundle proves itself wherever it is loaded, where keys are configured", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await releases();
  });

  const configure = (text: string): void => writeFileSync(join(folder, "agentz.yaml"), text);

  it("without keys a bundle has to be what it says", async () => {
    configure("");
    for (const bundle of ["new.agentz", "stripped.agentz", "foreign.agentz"])
      expect([bundle, await decides(folder, bundle)]).toEqual([bundle, 0]);
    expect(await decides(folder, "forged.agentz")).toBe(2);
  });

  it(
    "keys of agentz.yaml: a stripped signature, another key's and a forged one are refused by " +
      "every command",
    async () => {
      configure("keys: [release.pub.pem]\n");
      await allTake(folder, "new.agentz");
      await allRefuse(folder, "stripped.agentz", /the bundle is not signed/);
      await allRefuse(
        folder,
        "foreign.agentz",
        /none of the keys that you passed has signed the bundle/,
      );
      await allRefuse(folder, "forged.agentz", /is wrong/);
    },
  );

  it("--verify-key beats agentz.yaml", async () => {
    configure("keys: [release.pub.pem]\n");
    expect(await decides(folder, "foreign.agentz", "--verify-key", "other.pub.pem")).toBe(0);
    await allRefuse(folder, "new.agentz", /none of the keys that you passed has signed/, [
      "--verify-key",
      "other.pub.pem",
    ]);
    configure("");
    expect(await decides(folder, "stripped.agentz", "--verify-key", "release.pub.pem")).toBe(2);
  });

  it("an older bundle than agentz.yaml says is refused, unless it is asked for", async () => {
    configure("keys: [release.pub.pem]\nat_least: 2.0.0\n");
    expect(await decides(folder, "new.agentz")).toBe(0);
    await allRefuse(
      folder,
      "old.agentz",
      /Policy `p` has version 1.9.0, but 2.0.0 or later is required/,
    );
    await allTake(folder, "old.agentz", ["--at-least", "1.9.0"]);
    configure("");
    expect(await decides(folder, "old.agentz", "--at-least", "1.9.1")).toBe(2);
    expect(
      await decides(folder, "old.agentz", "--at-least", "p=1.9.0", "--at-least", "world=3.0.0"),
    ).toBe(0);
  });

  it.each<[string, string, string | RegExp]>([
    ["a version of each policy", "at_least: 2.1.0", ""],
    ["a pre-release is before its release", "at_least: 2.1.0-rc.1", ""],
    ["a later one", "at_least: 2.1.1", /version 2.1.0/],
    ["by names", "at_least: { p: 2.1.0, world: 3.0.0 }", ""],
    [
      "a catalog that is too old",
      "at_least: { p: 2.0.0, world: 3.0.1 }",
      /Catalog `world` has version 3.0.0/,
    ],
    ["a document that is not there", "at_least: { q: 0.0.1 }", /it has no document `q`/],
  ])("at_least: %s", async (_name, config, why) => {
    configure(config);
    const done = await run(folder, "decide", "--candidate", "new.agentz", "r.json");
    expect([done.status, done.stderr]).toEqual(
      why === "" ? [0, ""] : [2, expect.stringMatching(why)],
    );
    const verified = await run(folder, "bundle", "verify", "new.agentz", "--format", "json");
    expect(JSON.parse(verified.stdout).problems.map((one: { code: string }) => one.code)).toEqual(
      why === "" ? [] : ["too-old"],
    );
  });

  it.each([
    "keys:",
    "keys: []",
    "keys: ''",
    "keys: [1]",
    "keys: {}",
    "keys: ['']",
    "keys: [none.pem]",
    "keys: [p]",
    "keys: [t.jsonl]",
    "keys: ['sha256:12']",
    "at_least:",
    "at_least: {}",
    "at_least: 2.1",
    "at_least: v2.1.0",
    "at_least: { p: }",
    "at_least: [2.1.0]",
    "at-least: 2.1.0",
  ])("`%s` is an error, never no check", async (config) => {
    configure(config);
    const done = await run(folder, "decide", "--candidate", "new.agentz", "r.json");
    expect([done.status, done.stdout]).toEqual([2, ""]);
  });

  it("a key is a file, the text of one, or its id; one of several is enough", async () => {
    configure("");
    const pem = readFileSync(join(folder, "release.pub.pem"), "utf8");
    const { signatures } = JSON.parse(
      (
        await run(
          folder,
          "bundle",
          "verify",
          "new.agentz",
          "--key",
          "release.pub.pem",
          "--format",
          "json",
        )
      ).stdout,
    );
    for (const key of ["release.pub.pem", pem, signatures[0].key]) {
      configure(JSON.stringify({ keys: ["other.pub.pem", key] }));
      expect([
        key,
        (await run(folder, "decide", "--candidate", "new.agentz", "r.json")).stderr,
      ]).toEqual([key, ""]);
      expect((await run(folder, "decide", "--candidate", "stripped.agentz", "r.json")).status).toBe(
        2,
      );
    }
    const weak =
      "-----BEGIN PUBLIC KEY-----\n" +
      `${Buffer.from(`302a300506032b657003210001${"00".repeat(31)}`, "hex").toString("base64")}\n` +
      "-----END PUBLIC KEY-----\n";
    configure(JSON.stringify({ keys: [weak] }));
    expect((await run(folder, "decide", "--candidate", "new.agentz", "r.json")).stderr).toContain(
      "the public key cannot be read",
    );
  });

  it("agentz.yaml of a folder above names keys beside itself", async () => {
    configure("keys: release.pub.pem\n");
    mkdirSync(join(folder, "below"), { recursive: true });
    expect(
      (await run(join(folder, "below"), "decide", "--candidate", "../new.agentz", "../r.json"))
        .status,
    ).toBe(0);
    expect(
      (await run(join(folder, "below"), "decide", "--candidate", "../stripped.agentz", "../r.json"))
        .status,
    ).toBe(2);
  });

  it("bundle verify takes agentz.yaml's keys, and --key instead of them", async () => {
    configure("keys: [release.pub.pem]\nat_least: 2.0.0\n");
    const codes = async (...argv: readonly string[]): Promise<readonly string[]> =>
      JSON.parse(
        (await run(folder, "bundle", "verify", ...argv, "--format", "json")).stdout,
      ).problems.map((one: { code: string }) => one.code);
    expect(await codes("new.agentz")).toEqual([]);
    expect(await codes("stripped.agentz")).toEqual(["wrong-key"]);
    expect(await codes("old.agentz")).toEqual(["too-old"]);
    expect(await codes("foreign.agentz", "--key", "other.pub.pem")).toEqual([]);
  });

  it("a baseline that the trace names is one that is signed, of whatever age", async () => {
    configure("keys: [release.pub.pem]\nat_least: 2.0.0\n");
    const { digest } = JSON.parse(readFileSync(join(folder, "old.agentz"), "utf8")).manifest;
    writeFileSync(
      join(folder, "named.jsonl"),
      jsonl(EVENTS.map((event) => ({ ...event, decision: { effect: "allow", policy: digest } }))),
    );
    const replay = (): Promise<Done> =>
      run(
        folder,
        "replay",
        "--baseline",
        "recorded-policy",
        "--candidate",
        "p",
        "--trace",
        join(folder, "named.jsonl"),
        "--no-index",
        "--format",
        "json",
      );
    expect(JSON.parse((await replay()).stdout).baseline.ref).toBe("recorded-policy old.agentz");
    configure("keys: [other.pub.pem]\n");
    expect((await replay()).status).toBe(2);
  });

  it("folders are no bundles: they need no key", async () => {
    configure("keys: [release.pub.pem]\nat_least: 9.0.0\n");
    expect((await run(folder, "decide", "--candidate", "p", "r.json")).status).toBe(0);
  });
});
