import type { VersionInfo } from "../documents/replay-result.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import type { TraceFile } from "../trace/read-events.ts";
import { eachEvent } from "./find-event.ts";
import { openBundle } from "../node/bundle-file.ts";
import { commitsTouching } from "../node/history.ts";
import type { SetHost } from "../node/io.ts";
import { loadPolicySet, type PolicySet } from "./policy-set.ts";
import { SetHistory } from "./set-history.ts";
import { filesBelow } from "../node/folders.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { count } from "../text/count.ts";

/** `--baseline recorded-policy`: the policies that the trace's own decisions name. */
export const RECORDED_POLICY = "recorded-policy";

/**
 * A digest that recorded decisions name, how often, and where policies of that digest are found.
 */
export interface NamedPolicy {
  readonly digest: string;
  readonly calls: number;
  /** `git:<commit>` or a bundle's path; null: not found. */
  readonly found: string | null;
}

/** What the result document says of a baseline that was found by the digest in the trace. */
export interface RecordedPolicyInfo {
  readonly policies: readonly NamedPolicy[];
  /** Calls that a decision point decided, of which none names a policy. */
  readonly unnamed: number;
  /**
   * Calls decided by the baseline's very policies that it decides otherwise now, and the first of
   * them.
   */
  readonly mismatches: number;
  readonly example: string | null;
}

interface Named {
  readonly digests: ReadonlyMap<string, number>;
  readonly unnamed: number;
}

async function namedIn(files: readonly TraceFile[]): Promise<Named> {
  const digests = new Map<string, number>();
  let unnamed = 0;
  await eachEvent(files, ({ decision }) => {
    if (decision?.policy !== undefined)
      digests.set(decision.policy, (digests.get(decision.policy) ?? 0) + 1);
    else if (decision !== undefined) unnamed++;
    return false;
  });
  return { digests, unnamed };
}

/** Bundles looked at, and commits, at most. */
const MAX_BUNDLES = 500;
const MAX_COMMITS = 1000;

/**
 * Finds references for digests: bundles below the folder first, then the history of the candidate's
 * paths.
 */
async function locate(
  { cwd, trust }: SetHost,
  wanted: ReadonlySet<string>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  // WHY caught: it is a search of what may be there; a folder that cannot be read holds nothing to
  // find
  const bundles = [...(await filesBelow(cwd, "**/*.agentz", "node_modules").catch(() => []))]
    .sort()
    .slice(0, MAX_BUNDLES);
  for (const file of bundles) {
    const { bundle, problems } = openBundle(cwd, file, { ...(await trust()), required: [] });
    if (
      bundle !== undefined &&
      problems.length === 0 &&
      wanted.has(bundle.manifest.digest) &&
      !found.has(bundle.manifest.digest)
    )
      found.set(bundle.manifest.digest, file);
  }
  const plain = paths.filter((path) => !path.startsWith("git:") && !path.endsWith(".agentz"));
  const history = new SetHistory(cwd, plain);
  const commits =
    plain.length === 0 ? [] : ((await commitsTouching(cwd, plain, MAX_COMMITS)) ?? []);
  for (const { id } of commits) {
    if (found.size === wanted.size) break;
    const digest = (await history.at(id))?.digest ?? undefined;
    if (digest !== undefined && wanted.has(digest) && !found.has(digest))
      found.set(digest, `git:${id}`);
  }
  return found;
}

/** Counts where recorded decisions are not what the policies that they name decide. */
export class RecordedPolicyCheck implements ReplayObserver {
  readonly #digest: string;
  readonly #named: readonly NamedPolicy[];
  readonly #unnamed: number;
  #mismatches = 0;
  #example: string | null = null;

  constructor(digest: string, named: readonly NamedPolicy[], unnamed: number) {
    this.#digest = digest;
    this.#named = named;
    this.#unnamed = unnamed;
  }

  /** Begins with the first call of the trace. */
  begin(): void {
    this.#mismatches = 0;
    this.#example = null;
  }

  call({ event, baseline }: CallResult): void {
    if (
      event.decision?.policy !== this.#digest ||
      baseline.indeterminate ||
      event.decision.effect === baseline.effect
    )
      return;
    this.#mismatches++;
    this.#example ??= event.id;
  }

  get info(): RecordedPolicyInfo {
    return {
      policies: this.#named,
      unnamed: this.#unnamed,
      mismatches: this.#mismatches,
      example: this.#example,
    };
  }

  /** What a reader should know before trusting the comparison, a sentence each. */
  warnings(): readonly string[] {
    const others = this.#named.filter(({ digest }) => digest !== this.#digest);
    return [
      ...others.map(
        ({ digest, calls, found }) =>
          `${count(calls, "call")} decided by other policies, ${digest} ` +
          `(${found ?? "found in no bundle and no commit"}); they are still compared with the ` +
          "baseline",
      ),
      ...(this.#unnamed > 0
        ? [`${count(this.#unnamed, "recorded decision")} without a policy digest`]
        : []),
      ...(this.#mismatches > 0
        ? [
            `${count(this.#mismatches, "recorded decision")} different from what the named ` +
              `policies decide, the first at ${this.#example ?? "?"}`,
          ]
        : []),
    ];
  }
}

/** The baseline that a trace names itself, and the check that goes with it. */
export interface RecordedPolicy {
  readonly set: PolicySet["set"];
  readonly info: VersionInfo;
  readonly loaded: PolicySet;
  readonly check: RecordedPolicyCheck;
}

/**
 * The policies named by most recorded decisions of a trace, found in a bundle or a commit; a
 * `UserError` where they are not.
 */
export async function findRecordedPolicy(
  io: SetHost,
  files: readonly TraceFile[],
  paths: readonly string[],
): Promise<RecordedPolicy> {
  // WHY of any age: what decided then is asked for, and its digest says which version that was
  const host: SetHost = {
    cwd: io.cwd,
    trust: async () => ({ ...(await io.trust()), atLeast: [] }),
  };
  if (files.some(({ name }) => name === "-"))
    throw new UserError(
      "recorded-policy",
      "\`--baseline recorded-policy\` reads the trace twice, so it cannot read standard input",
      { help: "write the trace to a file, or name the baseline" },
    );
  const { digests, unnamed } = await namedIn(files);
  const ordered = [...digests].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const [most] = ordered;
  if (most === undefined)
    throw new UserError(
      "recorded-policy",
      "no recorded decision of the trace names the policies that made it",
      {
        help: "an event names them in `decision.policy`; for this trace, use `--baseline recorded`",
      },
    );
  const found = await locate(host, new Set(digests.keys()), paths);
  const [digest] = most;
  const ref = found.get(digest);
  if (ref === undefined)
    throw new UserError(
      "recorded-policy",
      `the policies ${digest} decided the trace, but no bundle here and no commit of ${paths.join(", ")} has them`,
      {
        help: "put the bundle of that release into this folder, or fetch the whole history (`git fetch --unshallow`)",
      },
    );
  const loaded = await loadPolicySet(host, [ref], paths);
  const named = ordered.map(
    ([one, calls]): NamedPolicy => ({ digest: one, calls, found: found.get(one) ?? null }),
  );
  const info = { ...loaded.info, ref: `${RECORDED_POLICY} ${ref}` };
  return {
    set: loaded.set,
    info,
    loaded: { ...loaded, info },
    check: new RecordedPolicyCheck(digest, named, unnamed),
  };
}
