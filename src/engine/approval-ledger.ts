import { Unknown } from "../condition/value.ts";
import type { ApprovalIdentity } from "./approval-evidence.ts";
import type { RunCertainty } from "./run-certainty.ts";
import type { UsedApprovals } from "./counting-approvals.ts";
import type { CountedApproval } from "./requirement.ts";
import { or, type Truth } from "./truth.ts";

const MAYBE = new Unknown(["context.approvals"]);

interface AnonymousUse {
  readonly digest: string | undefined;
  readonly certain: boolean;
}

/** Which approvals the calls of one history have used up, or may have (design 6.2). */
export class ApprovalLedger implements UsedApprovals {
  /** By id: true where certain. */
  readonly #named = new Map<string, boolean>();
  /** Those without an id, by who gave them when. */
  readonly #anonymous = new Map<string, AnonymousUse[]>();

  isUsed(identity: ApprovalIdentity): Truth {
    if ("id" in identity) {
      const use = this.#named.get(identity.id);
      return use === undefined ? false : use || MAYBE;
    }
    let used: Truth = false;
    for (const use of this.#anonymous.get(keyOf(identity)) ?? []) {
      const same: Truth =
        use.digest === undefined || identity.digest === undefined
          ? MAYBE
          : use.digest === identity.digest;
      if (same !== false) used = or(used, same === true && use.certain ? true : MAYBE);
    }
    return used;
  }

  /** Notes what a call did with its approvals, as far as it ran. */
  use(counted: readonly CountedApproval[], ran: RunCertainty): void {
    if (ran === "no") return;
    for (const { identity, certain } of counted) {
      const sure = certain && ran === "yes";
      if ("id" in identity)
        this.#named.set(identity.id, this.#named.get(identity.id) === true || sure);
      else this.#note(keyOf(identity), { digest: identity.digest, certain: sure });
    }
  }

  #note(key: string, use: AnonymousUse): void {
    const uses = this.#anonymous.get(key) ?? [];
    if (!uses.some((one) => one.digest === use.digest && one.certain === use.certain))
      uses.push(use);
    this.#anonymous.set(key, uses);
  }
}

function keyOf(identity: { readonly by: string; readonly at: number }): string {
  return `${identity.by}\u0000${identity.at}`;
}
