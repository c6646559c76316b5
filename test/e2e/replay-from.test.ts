import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { agentz, jsonl, POLICY, scratch } from "./agentz.ts";

const chat = (i: number): object => ({
  session_id: `s${Math.sin(i)}`,
  messages: [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", function: { name: "lookup", arguments: "{}" } }],
    },
  ],
});
const CHATS = jsonl(Array.from({ length: 3000 }, (_, i) => chat(i)));

/**
 * A replay of a file with such bytes as chat: its status, what it says, and the message of its
 * document.
 */
function replayed(
  name: string,
  bytes: string | Uint8Array,
  from = "chat",
): {
  readonly status: number | null;
  readonly stderr: string;
  readonly error: { readonly code: string; readonly message: string } | undefined;
} {
  const cwd = scratch({ "p.yaml": POLICY, "whole.jsonl": jsonl([chat(-1)]) });
  writeFileSync(join(cwd, name), bytes);
  const done = agentz(
    [
      "replay",
      "--baseline",
      "recorded",
      "--candidate",
      "p.yaml",
      "--from",
      from,
      "--subject",
      "agent:a",
      "--server",
      "crm",
      "--trace",
      "whole.jsonl",
      "--trace",
      name,
      "--gate",
      "widened=0",
      "--format",
      "json",
    ],
    { cwd },
  );
  return { status: done.status, stderr: done.stderr, error: JSON.parse(done.stdout).error };
}

it("design 11.3: no gate passes on a trace of another format that breaks off, as on none of agentz's own", () => {
  expect(replayed("whole.jsonl.gz", gzipSync(CHATS))).toMatchObject({
    status: 0,
    error: undefined,
  });
  const packed = gzipSync(CHATS);
  for (const part of [packed.length / 2, 12]) {
    const { status, stderr, error } = replayed("cut.jsonl.gz", packed.subarray(0, part));
    expect([status, error?.code]).toEqual([2, "unreadable-trace"]);
    expect(error?.message).toBe("cannot read `cut.jsonl.gz`: its gzip data is broken or truncated");
    expect(stderr).toMatch(/calls? in [\d,]+ sessions? from 2 files/);
  }
});

it.each([
  [
    "another format",
    jsonl([{ resourceSpans: [] }]),
    /imported: t\.jsonl:1: an object has no list of messages/,
  ],
  ["an empty file", "", /imported: t\.jsonl: the file is empty/],
  ["bytes", new Uint8Array([0xc3, 0x28]), /imported: t\.jsonl:1: the text is not valid UTF-8/],
])("design 11.3: a trace of which nothing can be imported: %s", (_, bytes, why) => {
  const cwd = scratch({ "p.yaml": POLICY });
  writeFileSync(join(cwd, "t.jsonl"), bytes);
  for (const command of [
    ["replay", "--baseline", "recorded", "--candidate", "p.yaml", "--trace", "t.jsonl"],
    ["trace", "stats", "t.jsonl"],
  ]) {
    const done = agentz([...command, "--from", "chat", "--format", "json"], { cwd });
    expect([done.status, JSON.parse(done.stdout).error.code]).toEqual([2, "unreadable-trace"]);
    expect(JSON.parse(done.stdout).error.message).toMatch(why);
  }
});
