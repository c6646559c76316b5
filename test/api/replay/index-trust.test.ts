import { createHmac } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { freshName } from "../../../src/node/fresh-file.ts";
import { main } from "../../../src/cli/main.ts";
import { lacks } from "../../needs.ts";

const root = mkdtempSync(join(tmpdir(), "agentz-index-"));
afterAll(() => rmSync(root, { recursive: true }));

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: pay, effect: allow, actions: [bank/pay], when: "args.amount <= 100.0" }
  - { id: trusted, effect: deny, actions: [bank/pay], when: "subject.credential.scope == 'none'" }
`;

/**
 * Payments of `amount` each; nobody reads the note, the token and what else is said of who acts.
 */
function payments(amount: number): string {
  const event = (i: number): object => ({
    id: `e${i}`,
    session: "s",
    time: `2026-05-01T10:00:${String(i).padStart(2, "0")}Z`,
    subject: {
      type: "agent",
      id: "a",
      credential: { kind: "api_key", id: "k1", token: "S-credential", scope: "all" },
      phrase: "S-subject",
      properties: { pin: "S-property", credential: { kind: "api_key", key: "S-nested" } },
    },
    action: { kind: "mcp_request", server: "bank", name: "pay", header: "S-action" },
    resource: { type: "account", id: "1", iban: "S-resource" },
    args: { amount: amount + i, note: "S-argument" },
    context: {
      on_behalf_of: { type: "human", id: "ann", password: "S-person" },
      delegation: [{ type: "agent", id: "above", key: "S-chain" }],
      cookie: "S-context",
    },
    outcome: { status: "success", result: "S-outcome" },
    labels: { incident: false, reviewed: true, note: "S-label" },
  });
  return Array.from({ length: 50 }, (_, i) => `${JSON.stringify(event(i))}\n`).join("");
}

const DENIED = payments(900);
const HARMLESS = payments(10);
const HONEST = { allow: 0, deny: 50 };

let count = 0;
let folder = "";
let env: { readonly [name: string]: string } = {};

beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(join(folder, "cache"), { recursive: true });
  writeFileSync(join(folder, "p.yaml"), POLICY);
  writeFileSync(join(folder, "t.jsonl"), DENIED);
  env = { XDG_CACHE_HOME: join(folder, "cache") };
});

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  args: readonly string[],
  more: { readonly [name: string]: string } = env,
): Promise<Ran> {
  let [out, err] = ["", ""];
  const status = await main(args, {
    cwd: folder,
    env: more,
    stdout: { write: (text) => void (out += text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void (err += text), isTTY: false },
    readStdin: () => Promise.resolve(""),
    clock: () => 0,
  });
  return { status, out, err };
}

const traceIndex = (trace = "t.jsonl", more = env): Promise<Ran> =>
  run(["trace", "index", join(folder, trace), "--candidate", "p.yaml", "--format", "json"], more);

interface Replayed {
  readonly decisions: { readonly allow: number; readonly deny: number };
  readonly index: { readonly used: string; readonly why: string | null; readonly written: boolean };
  readonly err: string;
}

async function replayed(...args: readonly string[]): Promise<Replayed> {
  const sets = [
    "--baseline",
    "recorded",
    "--candidate",
    "p.yaml",
    "--trace",
    join(folder, "t.jsonl"),
  ];
  const { status, out, err } = await run([
    "replay",
    ...sets,
    "--format",
    "json",
    "--stats",
    ...args,
  ]);
  expect([status, out]).toEqual([0, expect.stringContaining("{")]);
  const {
    decisions,
    stats,
  }: {
    decisions: { candidate: { allow: number; deny: number } };
    stats: { index: Replayed["index"] };
  } = JSON.parse(out);
  return {
    decisions: { allow: decisions.candidate.allow, deny: decisions.candidate.deny },
    index: stats.index,
    err,
  };
}

/** Where the index of the trace is kept. */
async function built(trace = "t.jsonl", more = env): Promise<string> {
  const { out, status } = await traceIndex(trace, more);
  expect(status).toBe(0);
  const { files }: { files: readonly { index: string }[] } = JSON.parse(out);
  return files[0]?.index ?? "";
}

/** The index that the trace would have if it said something harmless: a failed gate would pass. */
async function forged(more = env): Promise<string> {
  writeFileSync(join(folder, "t.jsonl"), HARMLESS);
  const path = await built("t.jsonl", more);
  writeFileSync(join(folder, "t.jsonl"), DENIED);
  return path;
}

async function expectDisbelieved(why: RegExp, ...args: readonly string[]): Promise<void> {
  const { decisions, index, err } = await replayed(...args);
  expect([decisions, index.used]).toEqual([HONEST, "none"]);
  expect(err).toMatch(why);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
}

/** An index as this user's own key seals it, with a header that was changed. */
function resealed(path: string, change: (header: { trace: object; blocks: string }) => void): void {
  const bytes = readFileSync(path);
  const start = bytes.length - 44;
  const length = bytes.readUInt32LE(start + 8);
  const header: { trace: object; blocks: string } = JSON.parse(
    bytes.toString("utf8", start - length, start),
  );
  change(header);
  const text = Buffer.from(JSON.stringify(header));
  const trailer = Buffer.from(bytes.subarray(start, start + 12));
  trailer.writeUInt32LE(text.length, 8);
  const key = readFileSync(join(path, "../index.key"));
  const seal = createHmac("sha256", key).update("agentz index\u0000").update(text).digest();
  writeFileSync(path, Buffer.concat([bytes.subarray(0, start - length), text, trailer, seal]));
}

describe("an index is believed only where this user wrote it of this trace", () => {
  it("its own index is used, without a word; an edit takes the columns alone", async () => {
    await built();
    expect(await replayed()).toEqual({
      decisions: HONEST,
      index: { used: "columns", why: null, written: false },
      err: "",
    });
    writeFileSync(join(folder, "p.yaml"), POLICY.replace("100.0", "905.0"));
    expect(await replayed()).toMatchObject({
      decisions: { allow: 6, deny: 44 },
      index: { used: "columns" },
      err: "",
    });
  });

  it("one that somebody else made is not, whatever it says of the trace", async () => {
    const theirs = { XDG_CACHE_HOME: join(folder, "theirs") };
    const other = await forged(theirs);
    copyFileSync(other, await built());
    await expectDisbelieved(
      /agentz does not use the index of .*: it was not written by your agentz/,
    );
    await expectDisbelieved(
      /agentz does not use the index of .*: it was not written by your agentz/,
      "--check-index",
    );
  });

  it("one that is sealed with a key that was taken away or changed is not", async () => {
    const key = join(await built(), "../index.key");
    rmSync(key);
    await expectDisbelieved(/it was not written by your agentz/);
    await built();
    writeFileSync(key, "short");
    await expectDisbelieved(/it was not written by your agentz/);
    await built();
    chmodSync(key, 0o644);
    await expectDisbelieved(/it was not written by your agentz/);
    expect([statSync(key).mode & 0o777, statSync(key).size]).toEqual([0o600, 32]);
  });

  it("one that is cut off, or changed at any byte, is not", async () => {
    const path = await built();
    const bytes = readFileSync(path);
    const sizes = [0, 1, 43, 44, bytes.length >> 1, bytes.length - 1];
    for (const size of sizes) {
      writeFileSync(path, bytes.subarray(0, size));
      await expectDisbelieved(
        /does not use the index of .*: it was not written by your agentz, or it is damaged/,
      );
    }
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 40)) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(path, changed, { mode: 0o600 });
      await expectDisbelieved(/damaged/);
    }
  });

  it("one of another trace, or of another state of this one, is not", async () => {
    writeFileSync(join(folder, "other.jsonl"), HARMLESS);
    copyFileSync(await built("other.jsonl"), await built());
    await expectDisbelieved(/does not use the index of .*: it belongs to another trace/);
    await forged();
    // a trace that grew is nothing to warn of
    expect(await replayed()).toMatchObject({ decisions: HONEST, index: { used: "none" }, err: "" });
  });

  it("one beside the trace is not read, and named", async () => {
    copyFileSync(
      await forged({ XDG_CACHE_HOME: join(folder, "theirs") }),
      join(folder, "t.jsonl.azx"),
    );
    await expectDisbelieved(
      /t\.jsonl\.azx` is not read: anybody may have written an index beside a trace/,
    );
  });

  it("--check-index holds every column and key against the trace, even of an index with the right seal", async () => {
    const right = await built();
    const { trace, blocks }: { trace: object; blocks: string } = headerOf(right);
    const path = await forged();
    writeFileSync(join(folder, "t.jsonl"), DENIED);
    const { size, mtimeMs, ctimeMs, dev, ino } = statSync(join(folder, "t.jsonl"));
    resealed(path, (header) => {
      header.trace = { ...trace, size, modified: mtimeMs, identity: [dev, ino, ctimeMs].join(":") };
      header.blocks = blocks;
    });
    expect((await replayed()).decisions).toEqual({ allow: 50, deny: 0 });
    const checked = await replayed("--check-index");
    expect(checked).toMatchObject({
      decisions: HONEST,
      index: { used: "none", written: true, why: "it differed from the trace" },
    });
    expect(checked.err).toMatch(
      /differs from the trace: agentz does not use it, and writes a new one/,
    );
    expect(await replayed()).toMatchObject({
      decisions: HONEST,
      index: { used: "columns" },
      err: "",
    });
    expect(await replayed("--check-index")).toMatchObject({
      index: { written: false, why: "it was compared with the trace, and is the same" },
      err: "",
    });
  });
});

function headerOf(path: string): { trace: object; blocks: string } {
  const bytes = readFileSync(path);
  const start = bytes.length - 44;
  return JSON.parse(bytes.toString("utf8", start - bytes.readUInt32LE(start + 8), start));
}

describe.skipIf(lacks("posix"))("index and key are this user's alone", () => {
  it("their folder and files are closed to others, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      const path = await built();
      const own = join(path, "..");
      expect(readdirSync(own).sort()).toEqual([
        expect.stringMatching(/^[0-9a-f]{32}\.azx$/),
        "index.key",
      ]);
      expect([own, path, join(own, "index.key")].map((one) => statSync(one).mode & 0o777)).toEqual([
        0o700, 0o600, 0o600,
      ]);
    } finally {
      process.umask(before);
    }
  });

  it("one that others may read or write is not believed", async () => {
    for (const mode of [0o644, 0o620, 0o602]) {
      chmodSync(await built(), mode);
      await expectDisbelieved(/does not use the index of .*: other users can read or write it/);
    }
  });

  it("one in a folder that others could look into is not believed, and the folder is closed", async () => {
    for (const mode of [0o755, 0o777, 0o710]) {
      const path = await built();
      chmodSync(join(path, ".."), mode);
      await expectDisbelieved(
        /does not use the index of .*: other users could read its folder; agentz has now restricted the folder to you/,
      );
      expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    }
  });

  it("a link in its place is not followed, neither to be read nor to be written", async () => {
    const path = await built();
    const elsewhere = join(folder, "elsewhere");
    renameSync(path, elsewhere);
    symlinkSync(elsewhere, path);
    await expectDisbelieved(/does not use the index of .*: it is a link/);
    const before = readFileSync(elsewhere);
    expect(await built()).toBe(path);
    expect(readFileSync(elsewhere)).toEqual(before);
    expect((await replayed()).index.used).toBe("columns");
  });

  it("a link in the place of the folder is none, nor one in the place of the key", async () => {
    const path = await built();
    const [own, moved] = [join(path, ".."), join(folder, "moved")];
    renameSync(own, moved);
    symlinkSync(moved, own);
    await expectDisbelieved(/does not use the index of .*: `.*index` is not a folder/);
    rmSync(own);
    renameSync(moved, own);
    renameSync(join(own, "index.key"), join(folder, "key"));
    symlinkSync(join(folder, "key"), join(own, "index.key"));
    await expectDisbelieved(/it was not written by your agentz/);
  });

  it("what a killed run left is swept by the next that writes; what is being written stays", async () => {
    const own = join(await built(), "..");
    const left = ["a.azx", "index.key"].map((name) =>
      basename(freshName(name)).replace(`.${process.pid}-`, ".4194304999-"),
    );
    const written = basename(freshName("b.azx"));
    for (const name of [...left, written, "old.tmp"]) writeFileSync(join(own, name), "half");
    utimesSync(join(own, "old.tmp"), 0, 0);
    writeFileSync(join(folder, "t.jsonl"), HARMLESS);
    await built();
    expect(readdirSync(own).sort()).toEqual([
      written,
      expect.stringMatching(/\.azx$/),
      "index.key",
    ]);
  });
});

describe("without a folder for caches", () => {
  it("a replay goes on, and where an index was asked for it is said", async () => {
    for (const none of [{}, { HOME: "" }, { XDG_CACHE_HOME: "relative", HOME: "also" }]) {
      env = none;
      expect(await replayed()).toMatchObject({
        decisions: HONEST,
        index: { used: "none", why: expect.stringMatching(/names no cache folder/) },
        err: "",
      });
      const { status, err } = await traceIndex();
      expect([status, err]).toEqual([
        2,
        expect.stringMatching(
          /the environment names no cache folder.*\n.*set XDG_CACHE_HOME, or HOME/s,
        ),
      ]);
    }
  });

  it("one that cannot be written is said once, and only where an index is worth writing", async () => {
    writeFileSync(join(folder, "file"), "");
    env = { XDG_CACHE_HOME: join(folder, "file") };
    expect(await replayed()).toMatchObject({ decisions: HONEST, err: "" });
    expect(await traceIndex()).toMatchObject({
      status: 2,
      err: expect.stringMatching(/no index can be written/),
    });
    writeFileSync(
      join(folder, "t.jsonl"),
      `${DENIED}\n`.repeat(1 + Math.ceil((1 << 22) / DENIED.length)),
    );
    writeFileSync(join(folder, "u.jsonl"), DENIED);
    const { err } = await replayed("--trace", join(folder, "u.jsonl"));
    expect(err).toMatch(
      /^agentz: there is no index: the folder `[^\n]*` cannot be made: [^\n]*\n$/,
    );
  });

  it("the home folder's cache is used where nothing else is named", async () => {
    env = { HOME: join(folder, "home") };
    if (process.platform === "linux")
      expect(await built()).toContain(join(realpathSync(folder), "home/.cache/agentz/index/"));
  });
});

/** Everything that an index holds, its texts inflated. */
function contentOf(path: string): string {
  const bytes = readFileSync(path);
  const texts = [bytes.toString("latin1")];
  for (let at = 0; at < bytes.length; at++) {
    try {
      texts.push(inflateRawSync(bytes.subarray(at)).toString("latin1"));
    } catch {
      continue;
    }
  }
  return texts.join("\n");
}

describe("an index holds what the policies read", () => {
  it(
    "of credentials the id, the kind and what a rule reads, of entities and labels nothing that " +
      "nobody reads",
    async () => {
      const content = contentOf(await built());
      expect(content).toContain('{"kind":"api_key","id":"k1","scope":"all"}');
      expect(content).toContain('{"incident":false,"reviewed":true}');
      expect(content.match(/S-[a-z]+/g) ?? []).toEqual([]);
    },
  );

  it("what an edit reads besides is read off the trace, and kept from then on", async () => {
    await built();
    writeFileSync(
      join(folder, "p.yaml"),
      POLICY.replace(
        "subject.credential.scope == 'none'",
        "subject.credential.token == 'S-credential' && resource.iban == 'S-resource'",
      ),
    );
    expect(await replayed()).toMatchObject({
      decisions: HONEST,
      index: {
        used: "none",
        why: expect.stringMatching(/lacks an attribute that the policies read/),
      },
    });
    const content = contentOf(await built());
    expect([...new Set(content.match(/S-[a-z]+/g) ?? [])].sort()).toEqual([
      "S-credential",
      "S-resource",
    ]);
    expect((await replayed()).index.used).toBe("columns");
  });
});

/** The file that says how the calls of the trace were decided; it is the only one. */
function callsFile(): string {
  const below = join(folder, "cache/agentz/index");
  const names = readdirSync(below).filter((name) => name.endsWith(".azc"));
  expect(names).toHaveLength(1);
  return join(below, names[0] ?? "");
}

describe("how calls were decided is believed only where this user's agentz wrote it of this trace", () => {
  const again = async (): Promise<number> => {
    const { out, err } = await run([
      "replay",
      "--baseline",
      "recorded",
      "--candidate",
      "p.yaml",
      "--trace",
      join(folder, "t.jsonl"),
      "--format",
      "json",
      "--stats",
    ]);
    expect(err).toBe("");
    const { decisions, stats } = JSON.parse(out);
    expect(decisions.candidate).toMatchObject(HONEST);
    return stats.again;
  };

  beforeEach(async () => {
    await built();
    await replayed();
    writeFileSync(
      join(folder, "p.yaml"),
      `${POLICY}  - { id: other, effect: deny, actions: [bank/close] }\n`,
    );
  });

  it("an edit of a rule decides a call of each kind, and counts the others alike", async () => {
    expect(statSync(callsFile()).mode & 0o077).toBe(0);
    // all are of one kind
    expect(await again()).toBe(49);
    // nothing changed since
    expect(await again()).toBe(49);
  });

  it.each<readonly [string, (path: string) => void]>([
    ["is cut off", (path) => writeFileSync(path, readFileSync(path).subarray(0, 90))],
    ["is empty", (path) => writeFileSync(path, "")],
    [
      "was changed",
      (path) => {
        const bytes = readFileSync(path);
        bytes[3] = (bytes[3] ?? 0) ^ 3;
        writeFileSync(path, bytes);
      },
    ],
    ["may have been written by others", (path) => chmodSync(path, 0o666)],
    [
      "is a link",
      (path) => {
        renameSync(path, `${path}.moved`);
        symlinkSync(`${path}.moved`, path);
      },
    ],
    [
      "is a folder",
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      "is an index",
      (path) => {
        const [index = ""] = readdirSync(join(path, "..")).filter((name) => name.endsWith(".azx"));
        copyFileSync(join(path, "..", index), path);
      },
    ],
  ])("one that %s is thrown away, without a word", async (_, change) => {
    change(callsFile());
    expect(await again()).toBe(0);
  });

  it("one of another trace, or of another baseline, says nothing", async () => {
    const other = callsFile();
    const bytes = readFileSync(other);
    // the same calls, of which the first now are others
    writeFileSync(join(folder, "t.jsonl"), `${HARMLESS.split("\n")[0]}\n${DENIED}`);
    rmSync(other);
    await built();
    const before = await replayed();
    writeFileSync(callsFile(), bytes);
    const { decisions } = await replayed();
    expect(decisions).toEqual(before.decisions);
  });
});
