import fc from "fast-check";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { install, MCP_HOSTS, uninstall } from "../../src/gateway/install.ts";
import { installAsOne, uninstallAsOne } from "../../src/gateway/install-as-one.ts";
import { HOSTS } from "../../src/hook/hosts.ts";
import * as hooks from "../../src/hook/install.ts";
import { placedJson } from "../../src/text/placed-json.ts";
import {
  anyText,
  fileText,
  listText,
  memberText,
  objectText,
  otherMembers,
  shuffled,
} from "../text/settings-text.ts";

const folder = mkdtempSync(join(tmpdir(), "agentz-install-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = { folder, scope: "project" } as const;
const path = join(folder, ".mcp.json");
const host = MCP_HOSTS.get("claude-code");
if (host === undefined) throw new Error("no host");
const gateway = (server: string): readonly string[] => [
  ...["/usr/bin/node", "/opt/agentz.js", "proxy", "--server", server],
];

const words = fc.constantFrom('"-y"', '"\\u002d\\u002d"', '"a, b"', '"--"', '"\\/srv"');
const command = memberText("command", fc.constantFrom('"npx"', '"n\\u006fde"', '"ü"'));
const args = memberText("args", listText(fc.array(words, { maxLength: 3 })));

function some(member: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  return member.map((text) => [text]);
}

/** An entry of a server in any layout; `rest` are members that the gateway does not know. */
function entry(rest: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  const list = fc.oneof(fc.constant([]), some(args));
  return fc.oneof(
    { weight: 6, arbitrary: objectText(shuffled([some(command), list, rest])) },
    {
      weight: 1,
      arbitrary: objectText(some(memberText("url", fc.constant('"https://a.example/"')))),
    },
    { weight: 1, arbitrary: anyText },
  );
}

const NAMES = ["files", "mail", "a b", "db", "web"];

/** A host's file with servers in it, and much that is not ours. */
function hostFile(rest: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  const servers = fc
    .shuffledSubarray(NAMES)
    .chain((names) => fc.tuple(...names.map((name) => memberText(name, entry(rest)))));
  const map = memberText("mcpServers", objectText(servers));
  return fileText(objectText(shuffled([otherMembers, fc.oneof(some(map), fc.constant([]))])));
}

function valueOf(text: string): Record<string, Record<string, unknown>> {
  const placed = placedJson(text);
  if ("brokenAt" in placed) throw new Error(`no JSON: ${text}`);
  return JSON.parse(JSON.stringify(placed.value));
}

function wrote(text: string): void {
  writeFileSync(path, text);
}

test("install and uninstall give the same bytes; between them only entries differ", async () => {
  await fc.assert(
    fc.asyncProperty(hostFile(otherMembers), async (text) => {
      wrote(text);
      const { changed } = await install(host, place, gateway);
      const [before, after] = [valueOf(text), valueOf(readFileSync(path, "utf8"))];
      expect({ ...after, mcpServers: 0 }).toEqual({
        ...before,
        mcpServers: 0,
        ...(before["mcpServers"] ? {} : { mcpServers: 0 }),
      });
      for (const name of Object.keys(before["mcpServers"] ?? {})) {
        const [old, now] = [before["mcpServers"]?.[name], after["mcpServers"]?.[name]];
        if (!changed.includes(name)) expect(now).toEqual(old);
        else
          expect(now).toMatchObject({
            command: "/usr/bin/node",
            args: [
              ...gateway(name).slice(1),
              ...["--", Object(old).command, ...(Object(old).args ?? [])],
            ],
          });
      }
      const back = await uninstall(host, place);
      expect(back.changed).toEqual(changed);
      expect(readFileSync(path, "utf8")).toBe(text);
    }),
    { numRuns: 150 },
  );
});

test("--as-one: install and uninstall give the same bytes", async () => {
  const one = (file: string): readonly string[] => [...gateway("one"), "--servers", file];
  await fc.assert(
    fc.asyncProperty(hostFile(fc.constant([])), fc.boolean(), async (text, isEdited) => {
      wrote(text);
      const { changed, kept } = await installAsOne(host, place, one);
      const installed = readFileSync(path, "utf8");
      const servers = valueOf(installed)["mcpServers"];
      const names = changed.length > 0 ? ["agentz"] : [];
      if (servers !== undefined)
        expect(Object.keys(servers).toSorted()).toEqual(
          [...kept.map(({ server }) => server), ...names].toSorted(),
        );
      const [before] = [valueOf(text)];
      // somebody writes the map anew: the entries come back all the same
      if (isEdited && changed.length > 0) wrote(JSON.stringify(valueOf(installed), null, 2));
      expect((await uninstallAsOne(host, place)) ?? []).toEqual(changed);
      const back = readFileSync(path, "utf8");
      if (isEdited && changed.length > 0) expect(valueOf(back)).toEqual(before);
      else expect(back).toBe(text);
    }),
    { numRuns: 100 },
  );
});

function isPlainJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("agentz hook install and uninstall give the same bytes", async () => {
  const claude = HOSTS.get("claude-code");
  if (claude === undefined) throw new Error("no host");
  const file = join(folder, ".claude/settings.json");
  await hooks.install(claude, place, { command: "agentz hook claude-code" });
  const lists = memberText(
    "PreToolUse",
    listText(fc.array(anyText, { minLength: 1, maxLength: 2 })),
  );
  const others = memberText("Stop", anyText);
  const map = memberText("hooks", objectText(shuffled([some(lists), some(others)])));
  const root = objectText(shuffled([otherMembers, fc.oneof(some(map), fc.constant([]))]));
  await fc.assert(
    fc.asyncProperty(fileText(root), async (text) => {
      writeFileSync(file, text);
      const first = hooks.install(claude, place, { command: "agentz hook claude-code --a" });
      if (!isPlainJson(text)) {
        // a host may pass over such a file
        await expect(first).rejects.toThrow("has comments");
        expect(readFileSync(file, "utf8")).toBe(text);
        return;
      }
      await first;
      await hooks.install(claude, place, { command: "agentz hook claude-code" });
      const own = valueOf(readFileSync(file, "utf8"))["hooks"]?.["PreToolUse"];
      expect(JSON.stringify(own).split("agentz hook claude-code").length).toBe(2);
      expect(await hooks.uninstall(claude, place)).toBe(true);
      expect(readFileSync(file, "utf8")).toBe(text);
    }),
    { numRuns: 100 },
  );
});

test("a link stays a link, and a file keeps its permissions", async () => {
  const real = join(folder, "real.json");
  const text = '\uFEFF{"big":12345678901234567890,\r\n"mcpServers":{"files":{"command":"x"}}}';
  writeFileSync(real, text);
  chmodSync(real, 0o640);
  rmSync(path);
  symlinkSync("real.json", path);
  await install(host, place, gateway);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, "utf8")).toContain('{"big":12345678901234567890,\r\n');
  await uninstall(host, place);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, "utf8")).toBe(text);
  expect(statSync(real).mode & 0o777).toBe(0o640);
});
