import { detectCi, type CiRun, type Variable } from "./ci-systems.ts";
import { isBundle } from "../node/bundle-file.ts";
import { findCommit, inRepository } from "../node/git.ts";
import { firstTip, isShallow, mergeBaseOf, type Tip } from "../node/git-base.ts";
import type { Io } from "../node/io.ts";
import { printable } from "../report/escape.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** Where a change is taken to go, where no variable says it (design 7.3). */
const DEFAULTS = [
  "refs/remotes/origin/HEAD",
  "refs/remotes/origin/main",
  "refs/remotes/origin/master",
  "refs/heads/main",
  "refs/heads/master",
];

type BaselineIo = Pick<Io, "cwd" | "env" | "stderr">;

function refuse(message: string, help: string): never {
  throw new UserError("baseline", message, { help });
}

/** A ref as people write it. */
function shortName(ref: string): string {
  return ref.replace(/^refs\/(?:remotes|heads)\//, "");
}

const OTHERWISE = "or pass the baseline: `--baseline git:<ref>`, a folder, or `recorded`";

/**
 * The command that brings a branch, with all of its history, into a clone. WHY not of every name: a
 * shell reads it.
 */
function fetchOf(branch: string, shallow: boolean): string {
  const name = /^\w[\w./-]*$/.test(branch) ? branch : "<branch>";
  return `\`git fetch ${shallow ? "--unshallow " : ""}origin +refs/heads/${name}:refs/remotes/origin/${name}\``;
}

function fetchHelp(branch: string, shallow: boolean, ci: CiRun | undefined): string {
  const setting = ci !== undefined && shallow ? ` (or ${ci.wholeClone})` : "";
  return `run ${fetchOf(branch, shallow)} first${setting}, ${OTHERWISE}`;
}

/** What was found, and the variable that named it. */
interface Target extends Tip {
  readonly variable: Variable | undefined;
}

/** The name of a branch without `refs/heads/`, which some systems write before it. */
function branchOf({ value }: Variable): string {
  return value.replace(/^refs\/heads\//, "");
}

async function namedTarget(cwd: string, variable: Variable, ci: CiRun): Promise<Target> {
  const branch = branchOf(variable);
  const tip = await firstTip(cwd, [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]);
  if (tip !== undefined) return { ...tip, variable };
  return refuse(
    `${ci.name} names the target branch \`${branch}\` in ${variable.name}, but this clone does not have that branch`,
    fetchHelp(branch, await isShallow(cwd), ci),
  );
}

/**
 * The branch that the change goes to: the one that the CI's variables name, else the default
 * branch.
 */
async function findTarget(cwd: string, ci: CiRun | undefined): Promise<Target> {
  const [variable] = ci?.branches ?? [];
  if (ci !== undefined && variable !== undefined) return namedTarget(cwd, variable, ci);
  const tip = await firstTip(cwd, DEFAULTS);
  if (tip !== undefined) return { ...tip, variable: undefined };
  return refuse(
    "there is no baseline: this clone has none of the branches " +
      `${DEFAULTS.map((ref) => `\`${shortName(ref)}\``).join(", ")}`,
    fetchHelp("main", await isShallow(cwd), ci),
  );
}

async function sharedBase(
  cwd: string,
  head: string,
  { target, ci }: { readonly target: Target; readonly ci: CiRun | undefined },
): Promise<string> {
  const base = await mergeBaseOf(cwd, head, target.commit);
  if (base !== undefined) return base;
  const name = shortName(target.ref);
  if (!(await isShallow(cwd)))
    return refuse(
      `HEAD and \`${name}\` have no commit in common`,
      `pass the baseline: \`--baseline git:${"<ref>"}\``,
    );
  return refuse(
    `this clone is too shallow: it ends before the commit where HEAD left \`${name}\``,
    fetchHelp(name.replace(/^origin\//, ""), true, ci),
  );
}

/** The error of a base that is HEAD: nothing would be compared with anything. */
async function refuseHead(cwd: string, name: string): Promise<never> {
  const first =
    (await findCommit(cwd, "HEAD^1")) === undefined && (await isShallow(cwd))
      ? "run `git fetch --deepen=1 origin` first, and "
      : "";
  return refuse(
    `the baseline would be HEAD itself, because \`${name}\` contains HEAD: the version would be compared with itself`,
    `${first}compare with the commit before: \`--baseline git:HEAD^\``,
  );
}

/** A commit that a variable names, where this clone holds it. */
async function namedCommit(
  cwd: string,
  variables: readonly Variable[],
): Promise<Variable | undefined> {
  for (const variable of variables) {
    if (
      /^[0-9a-f]{40,64}$/.test(variable.value) &&
      (await findCommit(cwd, variable.value).catch(() => undefined)) !== undefined
    )
      return variable;
  }
  return undefined;
}

interface Base {
  readonly commit: string;
  /** How it was found, as the end of a sentence. */
  readonly why: string;
}

async function findBase(cwd: string, ci: CiRun | undefined): Promise<Base> {
  const head = await findCommit(cwd, "HEAD");
  if (head === undefined)
    return refuse(
      "there is no baseline: this repository has no commit yet",
      "commit first, or compare with the recorded decisions: `--baseline recorded`",
    );
  const exact = await namedCommit(cwd, ci?.commits ?? []);
  if (exact !== undefined)
    return exact.value === head
      ? refuseHead(cwd, exact.name)
      : { commit: exact.value, why: `named by ${exact.name}` };
  const target = await findTarget(cwd, ci);
  const name = shortName(target.ref);
  const commit = await sharedBase(cwd, head, { target, ci });
  if (ci !== undefined && commit === head) return refuseHead(cwd, name);
  return {
    commit,
    why: `where HEAD left ${name}${target.variable === undefined ? "" : `, which ${target.variable.name} names`}`,
  };
}

/**
 * The commit that a reference names; undefined: a path, a bundle, or one that this clone does not
 * have.
 */
async function commitNamed(cwd: string, ref: string): Promise<string | undefined> {
  if (!ref.startsWith("git:")) return undefined;
  return findCommit(cwd, ref.slice("git:".length).split(":")[0] ?? "").catch(() => undefined);
}

/**
 * In a pipeline a baseline that somebody named is a `UserError` where it is HEAD itself and the
 * candidate is what was checked out: a gate that compares a commit with itself never fails.
 */
export async function refuseSameCommit(
  io: Pick<Io, "cwd" | "env">,
  said: readonly string[],
  candidate: readonly string[] | undefined,
): Promise<void> {
  const isCheckedOut =
    candidate?.every((ref) => !ref.startsWith("git:") && !isBundle(ref)) !== false;
  if (
    !isCheckedOut ||
    detectCi(io.env) === undefined ||
    !said.some((ref) => ref.startsWith("git:"))
  )
    return;
  const head = (await inRepository(io.cwd)) ? await findCommit(io.cwd, "HEAD") : undefined;
  if (head === undefined) return;
  for (const ref of said)
    if ((await commitNamed(io.cwd, ref)) === head) await refuseHead(io.cwd, ref);
}

/**
 * The commit at which the change that is checked out began, whatever it is compared with: where HEAD
 * left the target branch, else the commit before HEAD. Undefined: this clone does not tell.
 */
export async function beginOfChange(io: Pick<Io, "cwd" | "env">): Promise<Base | undefined> {
  const orNone = (error: unknown): undefined => {
    if (!(error instanceof UserError)) throw error;
  };
  if ((await inRepository(io.cwd).catch(orNone)) !== true) return undefined;
  const base = await findBase(io.cwd, detectCi(io.env)).catch(orNone);
  if (base !== undefined) return base;
  const before = await findCommit(io.cwd, "HEAD^1").catch(orNone);
  return before === undefined ? undefined : { commit: before, why: "the commit before HEAD" };
}

/**
 * What a candidate is compared with: what flag or configuration say, else, in a repository, the
 * commit where HEAD left the branch that the change goes to, else `recorded` (design 7.3). In a
 * pipeline there is no such "else": a base that cannot be found, that a shallow clone cuts off, or
 * that is HEAD itself is a `UserError` with the way out. `candidate`: its references; undefined:
 * what was checked out.
 */
export async function chooseBaseline(
  io: BaselineIo,
  said: readonly string[] | undefined,
  candidate: readonly string[] | undefined,
): Promise<readonly string[]> {
  if (said !== undefined) {
    await refuseSameCommit(io, said, candidate);
    return said;
  }
  const ci = detectCi(io.env);
  if (!(await inRepository(io.cwd))) {
    if (ci === undefined) return ["recorded"];
    return refuse(
      `there is no baseline: ${ci.name} runs agentz, but the folder is in no git repository`,
      `check out the repository with git, ${OTHERWISE}`,
    );
  }
  const { commit, why } = await findBase(io.cwd, ci);
  if (ci !== undefined)
    io.stderr.write(`agentz: the baseline is ${commit.slice(0, 12)}, ${printable(why)}\n`);
  return [`git:${commit}`];
}

/** {@link chooseBaseline} of what flags say, else agentz.yaml. */
export async function configuredBaseline(
  io: BaselineIo,
  flags: NamedVersions,
  config: NamedVersions,
): Promise<readonly string[]> {
  const { baseline = config.baseline, candidate = config.candidate } = flags;
  return chooseBaseline(io, baseline, candidate);
}

/** The versions that flags or agentz.yaml name. */
interface NamedVersions {
  readonly candidate?: readonly string[] | undefined;
  readonly baseline?: readonly string[] | undefined;
}

/** As {@link chooseBaseline}, of versions that hold documents: what is `recorded` holds none. */
export async function chooseDocuments(
  io: BaselineIo,
  said: readonly string[] | undefined,
  candidate: readonly string[] | undefined,
): Promise<readonly string[]> {
  const named =
    said?.some((ref) => ref === "recorded" || ref === "recorded-policy") === true
      ? undefined
      : said;
  const chosen = await chooseBaseline(io, named, candidate);
  if (chosen[0] !== "recorded") return chosen;
  throw new UserError(
    "usage",
    "there is nothing to compare with: the folder is in no git repository",
    { help: "pass a git ref, a folder or a bundle" },
  );
}
