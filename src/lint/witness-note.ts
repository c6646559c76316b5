import type { Witness } from "../proof/witness.ts";
import type { DiagnosticNote } from "../diagnostics/diagnostic.ts";
import type { JsonObject } from "../request/json.ts";
import { hiddenStart } from "../text/hide-secrets.ts";

const LIMIT = 300;

function isEmpty(value: JsonObject | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

/** A call as one line of YAML flow, as `agentz decide` takes it. */
function witnessText({ request, state }: Witness): string {
  const roots = {
    subject: request.subject,
    action: request.action,
    resource: request.resource,
    args: request.args,
    context: request.context,
  };
  const session = {
    ...(state.labels.length > 0 && { labels: state.labels }),
    ...(Object.keys(state.counters).length > 0 && { counters: state.counters }),
    ...(Object.keys(state.values).length > 0 && { values: state.values }),
  };
  const shown = {
    ...Object.fromEntries(Object.entries(roots).filter(([, value]) => !isEmpty(value))),
    ...(Object.keys(session).length > 0 && { session }),
  };
  const text = JSON.stringify(shown);
  return hiddenStart(text, LIMIT) + (text.length > LIMIT ? "…" : "");
}

/** The note that shows a call as proof. */
export function witnessNote(witness: Witness, what: string): DiagnosticNote {
  return { message: `${what}: ${witnessText(witness)}` };
}
