import type { ChalkInstance } from "chalk";
import type { Condition, Reach } from "../../documents/blast-radius-result.ts";
import { printable } from "../escape.ts";
import { WHOLE } from "../reporter.ts";

export function line(text: string): string {
  return printable(text.replaceAll(/\s+/g, " ").replace(/^ /, ""), WHOLE);
}

export function indented(depth: number, text: string): string {
  return `${" ".repeat(depth)}${line(text)}`;
}

export const WORDS = {
  allowed: "allowed",
  approval: "with an approval",
  conditional: "under conditions",
  denied: "denied",
} as const;

export function painted(reach: Pick<Reach, "access">, paint: ChalkInstance): string {
  const colour = {
    allowed: paint.red,
    approval: paint.yellow,
    conditional: paint.yellow,
    denied: paint.green,
  }[reach.access];
  return colour(WORDS[reach.access].padEnd(17));
}

/** What a tool is used on, in words. */
export function targetText({
  resourceType,
  resourceClass,
}: Pick<Reach, "resourceType" | "resourceClass">): string {
  if (resourceType === null) return "";
  return resourceClass === null
    ? ` on ${resourceType} of unknown classification`
    : ` on ${resourceClass} ${resourceType}`;
}

export function conditionText({ rule, effect, when, resources }: Condition): string {
  const asks = [when ?? "", resources.length === 0 ? "" : `resource in ${resources.join(", ")}`]
    .filter((part) => part !== "")
    .join("; ");
  const manifest =
    effect === "deny" && rule.startsWith("manifest/")
      ? " if the tool or its arguments are outside the manifest"
      : "";
  return `${effect} by ${rule}${asks === "" ? manifest : ` if ${asks}`}`;
}
