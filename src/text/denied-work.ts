/** What of a replay's document tells how much that runs today is denied, where no call is labelled benign. */
interface UnlabelledReplay {
  readonly labels: { readonly benign: { readonly calls: number } };
  readonly decisions: {
    readonly baseline: {
      readonly allow: number;
      readonly require_approval: number;
      readonly indeterminate: number;
    };
  };
  readonly groups: readonly {
    readonly class: string;
    readonly to: string;
    readonly calls: number;
  }[];
}

/** Most is more than this share. */
const MOST = 0.5;

/** The calls of a group that the candidate denies and the baseline does not. */
export function newlyDenied(group: UnlabelledReplay["groups"][number]): number {
  return group.class === "narrowed" && group.to === "deny" ? group.calls : 0;
}

/**
 * How many calls that the baseline does not deny the candidate denies, where these are most and no call
 * is labelled benign: then nobody can tell how much of that is work. Undefined elsewhere.
 */
export function deniedUnlabelled({
  labels,
  decisions,
  groups,
}: UnlabelledReplay): { readonly calls: number; readonly denied: number } | undefined {
  if (labels.benign.calls > 0) return undefined;
  const { allow, require_approval: held, indeterminate } = decisions.baseline;
  const calls = allow + held + indeterminate;
  const denied = groups.reduce((sum, group) => sum + newlyDenied(group), 0);
  return denied > MOST * calls ? { calls, denied } : undefined;
}
