import { isExactGlob } from "../policy/glob.ts";

/** Which names a glob is about: `type:id` or `server/name`. */
export type GlobKind = "subject" | "resource" | "action";

interface Sides {
  readonly first: string;
  readonly second: string;
}

const ANYTHING = /^\*+$/;

/**
 * The two sides of a pattern, each matched by itself (design 2.4); what fits every name on both
 * sides is two lone stars.
 */
function sidesOf(pattern: string, kind: GlobKind): Sides {
  const separator = kind === "action" ? "/" : ":";
  if (pattern === "**") return { first: "**", second: "**" };
  const at = pattern.indexOf(separator);
  if (at < 0)
    return kind === "action" ? { first: "*", second: pattern } : { first: "", second: "" };
  return { first: pattern.slice(0, at), second: pattern.slice(at + 1) };
}

/** Literals, `*` and `**` as tokens. */
function tokens(pattern: string): readonly string[] {
  return pattern.match(/\*+|[^*]/gsu) ?? [];
}

function swallows(star: string, token: string): boolean {
  if (star.length > 1) return true;
  return token !== "/" && !(token.startsWith("*") && token.length > 1);
}

/**
 * Whether `outer` read as a pattern fits `inner` read as a text whose stars are letters of their
 * own: then it fits all that `inner` does.
 */
function coversSide(outer: string, inner: string): boolean {
  if (ANYTHING.test(outer)) return true;
  if (ANYTHING.test(inner)) return false;
  const text = tokens(inner);
  let reach: readonly boolean[] = [true, ...text.map(() => false)];
  for (const step of tokens(outer)) {
    const next: boolean[] = [];
    for (let i = 0; i <= text.length; i++) {
      const token = text[i - 1];
      if (step.startsWith("*"))
        next.push(
          reach[i] === true ||
            (token !== undefined && next[i - 1] === true && swallows(step, token)),
        );
      else next.push(token === step && reach[i - 1] === true);
    }
    reach = next;
  }
  return reach[text.length] === true;
}

function literalEnds(pattern: string): { readonly head: string; readonly tail: string } {
  return {
    head: pattern.slice(0, pattern.indexOf("*")),
    tail: pattern.slice(pattern.lastIndexOf("*") + 1),
  };
}

function disjointSide(a: string, b: string): boolean {
  if (ANYTHING.test(a) || ANYTHING.test(b)) return false;
  if (isExactGlob(a)) return isExactGlob(b) ? a !== b : !coversSide(b, a);
  if (isExactGlob(b)) return !coversSide(a, b);
  const left = literalEnds(a);
  const right = literalEnds(b);
  const heads = left.head.startsWith(right.head) || right.head.startsWith(left.head);
  const tails = left.tail.endsWith(right.tail) || right.tail.endsWith(left.tail);
  return !heads || !tails;
}

/** True where every name that `inner` fits is surely fitted by `outer`; false says nothing. */
export function covers(outer: string, inner: string, kind: GlobKind): boolean {
  const out = sidesOf(outer, kind);
  const within = sidesOf(inner, kind);
  return coversSide(out.first, within.first) && coversSide(out.second, within.second);
}

/** True where surely no name is fitted by both; false says nothing. */
export function disjoint(a: string, b: string, kind: GlobKind): boolean {
  const left = sidesOf(a, kind);
  const right = sidesOf(b, kind);
  return disjointSide(left.first, right.first) || disjointSide(left.second, right.second);
}

/**
 * True where every name that one of `inner` fits is surely fitted by one of `outer`; undefined
 * lists fit everything.
 */
export function coversAll(
  outer: readonly string[] | undefined,
  inner: readonly string[] | undefined,
  kind: GlobKind,
): boolean {
  if (outer === undefined) return true;
  return (inner ?? ["**"]).every((one) => outer.some((other) => covers(other, one, kind)));
}

/** True where surely no name is fitted by one of each. */
export function allDisjoint(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
  kind: GlobKind,
): boolean {
  if (a === undefined || b === undefined) return false;
  return a.every((one) => b.every((other) => disjoint(one, other, kind)));
}
