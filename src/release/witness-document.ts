import type { Witness } from "../documents/diff-result.ts";
import { callerText } from "./callers.ts";
import { askBoth, requestDocument, type Question, type Versions } from "./decide-both.ts";

/** A call as an example in a result document; undefined where both versions decide it alike. */
export function witnessDocument(versions: Versions, question: Question): Witness | undefined {
  const decisions = askBoth(versions, question);
  return decisions === undefined
    ? undefined
    : {
        request: requestDocument(question),
        caller: callerText(versions, question),
        ...decisions,
      };
}
