import { formatTime } from "../text/time.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Request } from "../request/request.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";

/** People who are asked for an approval, at most. */
const MAX_PEOPLE = 30;

/**
 * Who might approve: the people of the catalog; where it lists none, those whom rules name, and as
 * many others as any rule asks for.
 */
function people({ catalog, rules }: CompiledSet): readonly string[] {
  if (catalog.people.size > 0)
    return [...catalog.people.keys()].slice(0, MAX_PEOPLE).map((id) => `human:${id}`);
  const approvals = rules.flatMap(({ rule }) => rule.approval ?? []);
  const named = approvals.flatMap(({ approvers }) => approvers ?? ["human:*"]);
  const most = Math.max(1, ...approvals.map(({ quorum }) => quorum));
  const invented = named
    .filter((name) => !name.startsWith("role:"))
    .flatMap((name) =>
      Array.from({ length: name.includes("*") ? most : 1 }, (_, i) =>
        name.replace(/\*+/g, `approver-${i + 1}`),
      ),
    );
  return [...new Set(invented)].slice(0, MAX_PEOPLE);
}

function withApprovals(request: Request, by: readonly string[]): Request {
  if (by.length === 0) return request;
  const at = request.time === undefined ? {} : { at: formatTime(request.time) };
  const approvals: readonly JsonObject[] = by.map((name, i) => ({
    id: `approval-${i + 1}`,
    by: name,
    ...at,
    decision: "granted",
  }));
  return { ...request, context: { ...request.context, approvals } };
}

/**
 * The call with as few approvals as make `isPermitted` true of it; undefined where everybody's
 * together do not.
 */
export function approvedCall(
  set: CompiledSet,
  request: Request,
  isPermitted: (request: Request) => boolean,
): Request | undefined {
  if (isPermitted(request)) return request;
  if (request.context?.["approvals"] !== undefined) return undefined;
  let by = people(set);
  if (!isPermitted(withApprovals(request, by))) return undefined;
  for (const name of by) {
    const fewer = by.filter((other) => other !== name);
    if (isPermitted(withApprovals(request, fewer))) by = fewer;
  }
  return withApprovals(request, by);
}

/** WHY: an approval is used up by the call that it lets run, so each call of a session has its own. */
export function ownApprovals(calls: readonly Request[]): readonly Request[] {
  return calls.map((call, i) => {
    const approvals = call.context?.["approvals"];
    if (!Array.isArray(approvals)) return call;
    const own = approvals.map((one: Json, j) =>
      isJsonObject(one) ? { ...one, id: `approval-${i + 1}-${j + 1}` } : one,
    );
    return { ...call, context: { ...call.context, approvals: own } };
  });
}
