import { join } from "node:path";
import { ROOT, scratch as scratchFolder } from "../e2e/agentz.ts";
import { runInProcess, type Ran } from "../e2e/in-process.ts";

export { ROOT };

/** The path of a file with that text, in a folder of its own. */
export function scratch(name: string, text: string): string {
  return join(scratchFolder({ [name]: text }), name);
}

/** Runs a command line in this process, in the project's folder. */
export function run(...argv: readonly string[]): Promise<Ran> {
  return runInProcess(ROOT, {}, argv);
}

/** The report of the given flags, as a page in a file. */
export async function makeReport(...flags: readonly string[]): Promise<string> {
  const file = join(scratchFolder(), "report.html");
  const { status, stderr } = await run("report", ...flags, "-o", file);
  if (status !== 0) throw new Error(stderr);
  return file;
}

const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
]);

/** What a page says to a reader of its text: what stands beside a tag stands beside what is before it. */
export function pageText(page: string): string {
  return page
    .replace(/<(style|script)\b.*?<\/\1>/gs, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&[#\w]+;/g, (reference) => CHARACTERS.get(reference) ?? reference)
    .replace(/\s+/g, " ");
}

/**
 * What a trace may hold to run in a page, break out of an attribute, a script or a table, or fool a
 * reader.
 */
export const HOSTILE = [
  "<script>window.hacked=1</script>",
  "</script><script>window.hacked=1</script>",
  "<img src=x onerror=window.hacked=1>",
  '"><svg onload=window.hacked=1>',
  "'onmouseover='window.hacked=1",
  "<!--<script>",
  "javascript:window.hacked=1",
  "${window.hacked=1}{{window.hacked=1}}",
  "a\u202egnp.exe\u0000\u001b[31m\u2028",
  "__proto__",
  "x".repeat(5000),
] as const;

/** A trace of which every text is hostile in its turn. */
export function hostileTrace(): string {
  const lines = HOSTILE.flatMap((text, i) => {
    const time = `2026-05-04T09:00:${String(i).padStart(2, "0")}Z`;
    return [
      {
        id: `${text}/p`,
        session: text,
        time,
        type: text === "__proto__" ? "prompt" : text.slice(0, 50),
        subject: { type: text, id: text },
        context: { request: text },
      },
      {
        id: text,
        session: text,
        time,
        subject: { type: "agent", id: text, credential: { kind: text, id: text } },
        action: { kind: text, server: text, name: text },
        args: { [text]: text, secret: "hunter2-argument-value" },
        resource: { type: text, id: text, classification: text },
        context: {
          surface: text,
          task: { id: text, type: text },
          model: { name: text },
          on_behalf_of: { type: text, id: text },
          signals: { [text]: text },
        },
        decision: { effect: "allow", rule: text, policy: text, pdp: text, ms: 1 },
        outcome: { status: text },
        labels: { incident: true, [text]: text },
      },
    ];
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
