import { renderAs } from "../../src/api/render.ts";
import { EVENTS, jsonl, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

/** The comment of `agentz ci` on a change of one file that declares a new version, over a trace. */
export async function comment(
  before: string,
  after: string,
  { most, trace = jsonl(EVENTS) }: { readonly most?: number; readonly trace?: string } = {},
): Promise<string> {
  const cwd = scratch({
    "before.yaml": before,
    "after.yaml": after.replaceAll("version: 1.0.0", "version: 2.0.0"),
    "t.jsonl": trace,
  });
  const args = ["--baseline", "before.yaml", "--candidate", "after.yaml", "--trace", "t.jsonl"];
  const { stdout } = await runInProcess(cwd, {}, ["ci", ...args, "--output", "json=-"]);
  const options = { format: "markdown", ...(most !== undefined && { most }) };
  return renderAs("ci", JSON.parse(stdout), options);
}

/** What a reader sees before anything is opened. */
export function firstScreen(text: string): string {
  return text.slice(0, text.indexOf("<details>"));
}
