import { rmSync } from "node:fs";
import { describe, expect, test as trick } from "vitest";
import { folderOf, runIn } from "../hostile/run-case.ts";
import { activeParts } from "../hostile/inert.ts";
import { policy } from "./world.ts";

const FORMATS = ["pretty", "json", "markdown", "sarif", "github", "junit"];

/** The replay of one call of a tool of that name, with that argument, in every format. */
async function replays(
  name: string,
  secret = "none",
): Promise<readonly (readonly [format: string, text: string])[]> {
  const event = {
    id: name,
    session: name,
    subject: { type: "agent", id: name },
    action: { server: "kb", name },
    args: { note: secret },
    context: { request: secret },
    outcome: { status: "ok", result: secret },
    labels: { incident: true },
  };
  const folder = folderOf({
    "p.yaml": policy([{ id: "x", effect: "allow", actions: ["kb/*"], reason: name }]),
    "q.yaml": policy([{ id: "x", effect: "deny", actions: ["kb/*"], reason: name }]),
    "t.jsonl": `${JSON.stringify(event)}\n{"${secret}": \n`,
  });
  try {
    return await Promise.all(
      FORMATS.map(
        async (format) =>
          [
            format,
            (
              await runIn(folder, [
                "replay",
                "--candidate",
                "p.yaml",
                "--baseline",
                "q.yaml",
                "--trace",
                "@/t.jsonl",
                "--details",
                "--format",
                format,
              ])
            ).stdout,
          ] as const,
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function inert(name: string): Promise<void> {
  for (const [format, text] of await replays(name))
    expect([format, text === "", ...activeParts(text, format)]).toEqual([format, false]);
}

describe("how policies are fooled, 17: reports", () => {
  trick(
    "reports: a secret in an argument, a prompt, a result or a broken line is in no report",
    async () => {
      for (const [format, text] of await replays("send", "4111-1111-secret"))
        expect([format, text.includes("4111-1111-secret")]).toEqual([format, false]);
    },
  );
  trick("reports: Markdown in a name is text", () =>
    inert("[x](javascript:alert(1))![i](https://evil.example)|**b** `c` @team #1 <!-- x"),
  );
  trick("reports: HTML in a name is text", () =>
    inert("<script>alert(1)</script><img src=x onerror=alert(1)>\"'>"),
  );
  trick("reports: terminal escapes and bidirectional marks in a name are written out", () =>
    inert("a\u001b[2J\u001b]8;;https://evil.example\u0007\u009b31m\u202e\u200b\r\b"),
  );
  trick("reports: GitHub workflow commands in a name are broken up", () =>
    inert(
      "x\n::error file=a::owned\n##[set-output name=a]b ##vso[task.setvariable]x %0A::add-mask::y",
    ),
  );
  trick("reports: XML in a name is text", () =>
    inert("]]></failure><testcase name='owned'/>&lt;&#0;\u0000"),
  );
});
