import {
  isJsonObject,
  member,
  stringMember,
  type Json,
  type JsonObject,
} from "../../request/json.ts";
import type { Answer } from "../../serve/decision-service.ts";

type DecisionDocument = Answer["decision"];
type ObligationDocument = DecisionDocument["obligations"][number];

const EFFECTS: readonly DecisionDocument["effect"][] = ["allow", "require_approval", "deny"];
const OBLIGATIONS = ["redact", "log", "notify"] as const;

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one: Json) => typeof one === "string") : [];
}

/** An obligation; undefined: it is none that is known. */
function obligationOf(value: Json): ObligationDocument | undefined {
  if (!isJsonObject(value)) return undefined;
  const type = OBLIGATIONS.find((known) => known === value["type"]);
  const fields = member(value, "fields");
  if (type === undefined || (type === "redact" && !Array.isArray(fields))) return undefined;
  return {
    type,
    rules: textsOf(member(value, "rules")),
    ...(fields !== undefined && { fields: textsOf(fields) }),
  };
}

function obligationsOf(context: JsonObject): readonly ObligationDocument[] | undefined {
  const written = member(context, "obligations") ?? [];
  const all = Array.isArray(written) ? written : [null];
  const known = all.flatMap((one: Json) => obligationOf(one) ?? []);
  return known.length === all.length ? known : undefined;
}

/** What of a decision document an answer tells; the rest is empty. */
function documentOf(
  context: JsonObject,
  { effect, permitted }: Pick<DecisionDocument, "effect" | "permitted">,
  obligations: DecisionDocument["obligations"],
): DecisionDocument {
  return {
    effect,
    permitted,
    indeterminate: member(context, "indeterminate") === true,
    rules: textsOf(member(context, "rules")),
    reason: stringMember(context, "reason") ?? null,
    obligations,
    nearest: null,
    approval: { state: "none", requirements: [] },
    ...{
      possible: [],
      matched: [],
      undecided: [],
      shadow: [],
      excepted: [],
      missing: [],
      errors: [],
    },
  };
}

/**
 * The answer of a decision point to the call of an id; a text says why it is none. WHY so strict:
 * what is not understood may be what forbids the call.
 */
export function answerOf(text: string, id: string): Answer | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "its answer is not JSON";
  }
  const [permitted, context] = isJsonObject(value)
    ? [member(value, "decision"), member(value, "context")]
    : [];
  if (typeof permitted !== "boolean" || !isJsonObject(context)) return "its answer is no decision";
  if (stringMember(context, "id") !== id) return "its answer is to another call";
  const effect = EFFECTS.find((known) => known === context["effect"]);
  if (effect === undefined || (permitted && effect === "deny"))
    return "its answer contradicts itself";
  const obligations = obligationsOf(context);
  if (obligations === undefined) return "its answer has an obligation that agentz does not know";
  return {
    id,
    permitted,
    context,
    decision: documentOf(context, { effect, permitted }, obligations),
  };
}
