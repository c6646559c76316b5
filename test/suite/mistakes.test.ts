import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";

interface Mistake {
  readonly name: string;
  readonly wrote: { readonly instead: string; readonly text: string };
  readonly fix: { readonly from: string; readonly to: string };
}

const here = (name: string): URL => new URL(`mistakes/${name}`, import.meta.url);
const right = readFileSync(here("right.yaml"), "utf8");
const suite = readFileSync(here("suite.yaml"), "utf8");
const mistakes: readonly Mistake[] = parse(readFileSync(here("mistakes.yaml"), "utf8"));

function replaceOnce(text: string, from: string, to: string): string {
  expect(text.split(from)).toHaveLength(2);
  return text.replace(from, () => to);
}

async function outcome(
  policy: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const { status, stdout } = await run(
    scratch({ "policy.yaml": policy, "suite.yaml": suite }),
    "test",
    "policy.yaml",
    "suite.yaml",
  );
  return { status, text: stdout };
}

describe("design 8: a failure says enough to fix the policy", () => {
  test("the policy without a mistake passes", async () => {
    expect((await outcome(right)).status).toBe(0);
  });

  test.each(mistakes)("$name", async ({ name, wrote, fix }) => {
    const broken = replaceOnce(right, wrote.instead, wrote.text);
    const failed = await outcome(broken);
    expect(failed.status).toBe(1);
    const golden = here(`${name.replaceAll(/[^a-z]+/g, "-")}.txt`);
    if (process.env["AGENTZ_GOLDEN"] === "write" || !existsSync(golden))
      writeFileSync(golden, failed.text);
    expect(failed.text).toBe(readFileSync(golden, "utf8"));
    expect(await outcome(replaceOnce(broken, fix.from, fix.to))).toMatchObject({ status: 0 });
  });
});
