/**
 * Globs on `type:id` and `server/name` (design 2.4): anchored, case-sensitive, matched by walking a
 * set of positions, so that no pattern makes matching more than (pattern length x text length).
 */

/**
 * `fits` answers true or false where every unknown (undefined) part would give that, and undefined
 * where it hangs on one.
 */
export interface EntityGlob {
  /** As it was written. */
  readonly pattern: string;
  readonly fits: (type: string | undefined, id: string | undefined) => boolean | undefined;
}

/** As {@link EntityGlob}, for a call's server and tool name. */
export interface ActionGlob {
  readonly fits: (server: string | undefined, name: string | undefined) => boolean | undefined;
}

type Part = (text: string) => boolean;

interface Compiled {
  readonly part: Part;
  /** True where every text fits. */
  readonly universal: boolean;
}

const ANYTHING: Compiled = { part: () => true, universal: true };

/** One step of a pattern: a UTF-16 unit to match, or a star (`deep`: also across `/`). */
type Step = { readonly unit: number } | { readonly deep: boolean };

function stepsOf(pattern: string): readonly Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== "*") {
      steps.push({ unit: pattern.charCodeAt(i) });
      continue;
    }
    let end = i;
    while (pattern[end + 1] === "*") end++;
    steps.push({ deep: end > i });
    i = end;
  }
  return steps;
}

/** Marks `at` and every step behind it that a star may leave empty. */
function enter(steps: readonly Step[], into: Uint8Array, at: number): void {
  for (let i = at; ; i++) {
    into[i] = 1;
    const step = steps[i];
    if (step === undefined || "unit" in step) return;
  }
}

const SLASH = 47;

/** Moves every marked position over `unit`; false where none is left. */
function advance(
  steps: readonly Step[],
  positions: { readonly from: Uint8Array; readonly to: Uint8Array },
  unit: number,
): boolean {
  positions.to.fill(0);
  let alive = false;
  steps.forEach((step, i) => {
    if (positions.from[i] === 0) return;
    const next =
      "unit" in step ? (step.unit === unit ? i + 1 : -1) : step.deep || unit !== SLASH ? i : -1;
    if (next < 0) return;
    enter(steps, positions.to, next);
    alive = true;
  });
  return alive;
}

function walker(pattern: string): Part {
  const steps = stepsOf(pattern);
  return (text) => {
    let from = new Uint8Array(steps.length + 1);
    let to = new Uint8Array(steps.length + 1);
    enter(steps, from, 0);
    for (let i = 0; i < text.length; i++) {
      if (!advance(steps, { from, to }, text.charCodeAt(i))) return false;
      [from, to] = [to, from];
    }
    return from[steps.length] === 1;
  };
}

/**
 * One side of a pattern. A lone `*` fits everything, slashes included, as in `type:*`; within a
 * text it stops at `/`.
 */
function compilePart(pattern: string): Compiled {
  const star = pattern.indexOf("*");
  if (star < 0) return { part: (text) => text === pattern, universal: false };
  if (/^\*+$/.test(pattern)) return ANYTHING;
  const head = pattern.slice(0, star);
  const rest = pattern.slice(star);
  if (rest === "*")
    return { part: (text) => text.startsWith(head) && !text.includes("/", star), universal: false };
  if (/^\*{2,}$/.test(rest)) return { part: (text) => text.startsWith(head), universal: false };
  const walk = walker(pattern);
  return { part: (text) => text.startsWith(head) && walk(text), universal: false };
}

function ask(compiled: Compiled, text: string | undefined): boolean | undefined {
  if (compiled.universal) return true;
  return text === undefined ? undefined : compiled.part(text);
}

function both(
  first: Compiled,
  second: Compiled,
): (a: string | undefined, b: string | undefined) => boolean | undefined {
  return (a, b) => {
    const left = ask(first, a);
    if (left === false) return false;
    const right = ask(second, b);
    return right === false ? false : left === undefined || right === undefined ? undefined : true;
  };
}

function isEverything(pattern: string): boolean {
  return pattern === "**";
}

/**
 * The matcher of a `type:id` pattern; `**` alone fits every entity. A pattern without a colon fits
 * nothing.
 */
export function compileEntityGlob(pattern: string): EntityGlob {
  if (isEverything(pattern)) return { pattern, fits: () => true };
  const colon = pattern.indexOf(":");
  if (colon < 0) return { pattern, fits: () => false };
  return {
    pattern,
    fits: both(compilePart(pattern.slice(0, colon)), compilePart(pattern.slice(colon + 1))),
  };
}

/**
 * The matcher of a `server/name` pattern; without a slash it is a tool's name on any server, `**`
 * is any tool.
 */
export function compileActionGlob(pattern: string): ActionGlob {
  if (isEverything(pattern)) return { fits: () => true };
  const slash = pattern.indexOf("/");
  if (slash < 0) return { fits: both(ANYTHING, compilePart(pattern)) };
  return {
    fits: both(compilePart(pattern.slice(0, slash)), compilePart(pattern.slice(slash + 1))),
  };
}

/**
 * How many of a pattern's characters are literal: the weight by which the most specific one wins
 * (design 2.5).
 */
export function literalLength(pattern: string): number {
  return pattern.length - pattern.split("*").length + 1;
}

/**
 * True where the pattern holds no star, so that it names one thing (or, for a bare tool name, one
 * name).
 */
export function isExactGlob(pattern: string): boolean {
  return !pattern.includes("*");
}

const MAX_PATTERN = 1000;

function commonFault(pattern: string): string | undefined {
  if (pattern === "") return "it is empty";
  if (pattern.length > MAX_PATTERN) return `it is longer than ${MAX_PATTERN} characters`;
  if (pattern.trim() !== pattern) return "it begins or ends with white space";
  return /\p{Cc}/u.test(pattern) ? "it contains a control character" : undefined;
}

/** Why a pattern on `type:id` can fit nothing as written; undefined where it is sound. */
export function entityGlobFault(pattern: string): string | undefined {
  const common = commonFault(pattern);
  if (common !== undefined || isEverything(pattern)) return common;
  const colon = pattern.indexOf(":");
  if (colon < 0) return "it has no `type:` at the start";
  if (colon === 0) return "there is nothing before the colon";
  return colon === pattern.length - 1 ? "there is nothing after the colon" : undefined;
}

/** Why a pattern on `server/name` can fit nothing as written; undefined where it is sound. */
export function actionGlobFault(pattern: string): string | undefined {
  const common = commonFault(pattern);
  if (common !== undefined) return common;
  const slash = pattern.indexOf("/");
  if (slash === 0) return "there is nothing before the slash";
  return slash === pattern.length - 1 ? "there is nothing after the slash" : undefined;
}
