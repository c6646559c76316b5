import { hideSecrets } from "../text/hide-secrets.ts";
import { isJsonObject, type JsonObject } from "../request/json.ts";
import type { Decider } from "./decider.ts";
import type { Host, Verdict } from "./host.ts";
import { verdictOf } from "./verdict.ts";

function inputOf(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (isJsonObject(value)) return value;
  throw new Error("the input from the host is not an object");
}

async function verdict(
  host: Host,
  input: JsonObject,
  of: { readonly subject: JsonObject; readonly decide: () => Decider },
): Promise<Verdict | undefined> {
  const read = host.read(input, of.subject);
  if (typeof read === "string") throw new Error(read);
  if (read.kind === "none") return undefined;
  const decided = await of.decide()(read);
  return decided && verdictOf(decided, host);
}

/**
 * What a hook writes for its host: nothing where the call may go on. Whatever goes wrong on the way
 * is a deny that says so (design 15.3): hosts take other failures for leave to go on.
 */
export async function runHook(
  host: Host,
  text: string,
  of: { readonly subject: JsonObject; readonly decide: () => Decider },
): Promise<string> {
  let input: JsonObject = {};
  try {
    input = inputOf(text);
    const found = await verdict(host, input, of);
    return found === undefined ? "" : `${JSON.stringify(host.answer(found, input))}\n`;
  } catch (error) {
    const why = hideSecrets(error instanceof Error ? error.message : String(error));
    const reason = `agentz: the call could not be decided, so it is denied: ${why}`;
    return `${JSON.stringify(host.answer({ answer: "deny", reason }, input))}\n`;
  }
}
