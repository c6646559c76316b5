import { parseJson } from "../api/trace-event.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import { isJsonObject, type JsonObject } from "../request/json.ts";
import type { Decided, Decider } from "./decider.ts";
import type { Host, HookInput } from "./host.ts";
import { verdictOf } from "./verdict.ts";

/** What a host tells; what cannot be read is thrown. */
export function readInput(host: Host, input: JsonObject, subject: JsonObject): HookInput {
  const read = host.read(input, subject);
  if (typeof read === "string") throw new Error(read);
  return read;
}

/** What a host is answered to `input`; undefined: nothing, so that the call may go on. */
export function answerOf(
  host: Host,
  decided: Decided | undefined,
  input: JsonObject,
): JsonObject | undefined {
  const verdict = decided && verdictOf(decided, host);
  return verdict && host.answer(verdict, input);
}

/** The deny of a call that could not be decided, which says why. */
export function denialOf(host: Host, error: unknown, input: JsonObject): JsonObject {
  const why = hideSecrets(error instanceof Error ? error.message : String(error));
  const reason = `agentz: the call could not be decided, so it is denied: ${why}`;
  return host.answer({ answer: "deny", reason }, input);
}

function inputOf(text: string): JsonObject {
  const parsed = parseJson(text);
  if ("reason" in parsed) throw new Error(`the input from the host: ${parsed.reason}`);
  if (isJsonObject(parsed.value)) return parsed.value;
  throw new Error("the input from the host is not an object");
}

/**
 * What a hook writes for its host: nothing where the call may go on. Whatever goes wrong on the way
 * is a deny that says so (design 15.3): hosts take other failures for leave to go on.
 */
export async function runHook(
  host: Host,
  text: () => Promise<string>,
  caller: { readonly subject: JsonObject; readonly decide: Decider },
): Promise<string> {
  let input: JsonObject = {};
  try {
    input = inputOf(await text());
    const decided = await caller.decide(readInput(host, input, caller.subject));
    const answer = answerOf(host, decided, input);
    return answer === undefined ? "" : `${JSON.stringify(answer)}\n`;
  } catch (error) {
    return `${JSON.stringify(denialOf(host, error, input))}\n`;
  }
}
