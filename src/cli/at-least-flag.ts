import { InvalidArgumentError } from "commander";
import { leastVersion, type LeastVersion } from "../api/config/trust-config.ts";

/** `--at-least 2.1.0` and `--at-least name=2.1.0`, collected. */
export function atLeastFlag(
  value: string,
  before: readonly LeastVersion[] | undefined,
): readonly LeastVersion[] {
  const [, name, version = ""] = /^(?:(.+)=)?([^=]*)$/.exec(value) ?? [];
  const least = leastVersion(name ?? null, version);
  if (least === undefined)
    throw new InvalidArgumentError(
      "it has to be a version such as 2.1.0, or a document's name and a version: name=2.1.0.",
    );
  return [...(before ?? []), least];
}
