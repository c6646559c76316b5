import type { ChangeImpact } from "../proof/judge-change.ts";
import { invariantRuleText } from "../policy/canonical-policy.ts";
import type { Invariant, InvariantRule } from "../policy/model.ts";
import type { Change } from "./change.ts";
import { NARROWS, NOTHING_MOVES, WIDENS } from "./verdict.ts";

const EITHER: ChangeImpact = { ...WIDENS, narrows: true };

function changeOf(
  name: string,
  before: InvariantRule | undefined,
  after: InvariantRule | undefined,
): readonly Change[] {
  const about = `rule ${name}`;
  if (before === undefined)
    return [{ about, sentence: `invariant \`${name}\` is new`, verdict: NARROWS }];
  if (after === undefined)
    return [{ about, sentence: `invariant \`${name}\` was removed`, verdict: WIDENS }];
  return invariantRuleText(before) === invariantRuleText(after)
    ? []
    : [{ about, sentence: `the claim of invariant \`${name}\` changed`, verdict: EITHER }];
}

/**
 * What changed in an invariant. It decides no call, but bounds what policies may ever permit: what
 * is promised no more may be widened by whatever comes next.
 */
export function compareInvariants(
  before: Invariant | undefined,
  after: Invariant | undefined,
): readonly Change[] {
  const [old, now] = [before?.rules ?? [], after?.rules ?? []];
  const ids = [...new Set([...old, ...now].map(({ id }) => id))].sort();
  const name = after?.name ?? before?.name ?? "";
  const found = ids.flatMap((id) =>
    changeOf(
      `${name}/${id}`,
      old.find((rule) => rule.id === id),
      now.find((rule) => rule.id === id),
    ),
  );
  return found.length > 0 || before === undefined || after === undefined
    ? found
    : [{ about: `invariant ${name}`, sentence: "its rules mean the same", verdict: NOTHING_MOVES }];
}
