import type { Expr } from "../condition/ast.ts";
import { visitAll } from "../condition/walk.ts";
import type { Json, JsonObject } from "../request/json.ts";
import { isJsonObject } from "../request/json.ts";
import { samplesAround } from "./operand-group.ts";
import { askBoth, askOne, type Question, type Versions } from "./decide-both.ts";
import type { OutcomeChange, WitnessSide } from "./result.ts";

const ORDERED: ReadonlySet<string> = new Set(["<", "<=", ">", ">=", "==", "!="]);

function numberOf(expr: Expr): number | undefined {
  if (expr.kind === "unary" && expr.op === "-") {
    const inner = numberOf(expr.operand);
    return inner === undefined ? undefined : -inner;
  }
  if (expr.kind !== "literal") return undefined;
  const { literal } = expr;
  return literal.type === "int" ? Number(literal.value) : literal.type === "double" ? literal.value : undefined;
}

/** The name of an argument that is read directly: `args.amount`. */
function argumentOf(expr: Expr): string | undefined {
  return expr.kind === "select" && !expr.optional && expr.operand.kind === "ident" && expr.operand.name === "args" ? expr.field : undefined;
}

/** The numbers that conditions compare each argument with. */
function boundsOf(versions: Versions): ReadonlyMap<string, ReadonlySet<number>> {
  const bounds = new Map<string, Set<number>>();
  for (const { rule } of [...versions.before.rules, ...versions.after.rules]) {
    if (rule.when === undefined) continue;
    visitAll(rule.when.expr, (node) => {
      if (node.kind !== "binary" || !ORDERED.has(node.op)) return;
      for (const [operand, literal] of [[node.left, node.right], [node.right, node.left]] as const) {
        const [name, bound] = [argumentOf(operand), numberOf(literal)];
        if (name !== undefined && bound !== undefined && Number.isFinite(bound)) bounds.set(name, (bounds.get(name) ?? new Set()).add(bound));
      }
    });
  }
  return bounds;
}

function doneText(side: WitnessSide): string {
  const duties = side.obligations.length === 0 ? "" : `, with ${side.obligations.join(" and ")}`;
  if (side.effect === "allow") return `allowed${duties}`;
  if (side.effect === "deny") return "denied";
  const words = ["no", "one", "two", "three", "four", "five"];
  const quorums = side.quorums.map((quorum) => `${words[quorum] ?? quorum} approval${quorum === 1 ? "" : "s"}`);
  return `held for ${quorums.join(" and ")}${duties}`;
}

function nowText(side: WitnessSide): string {
  return doneText(side).startsWith("held for ") ? `now need ${doneText(side).slice("held for ".length)}` : `are now ${doneText(side)}`;
}

interface Point {
  readonly at: number;
  readonly before: WitnessSide;
  readonly after: WitnessSide;
}

interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly point: Point;
}

function textOf({ before, after }: Point): string {
  return `${doneText(before)}\u0000${doneText(after)}`;
}

/** Neighbouring samples that come out alike, where the versions differ. */
function stretches(points: readonly Point[]): readonly Stretch[] {
  const found: Stretch[] = [];
  points.forEach((point, i) => {
    if (doneText(point.before) === doneText(point.after)) return;
    const open = found[found.length - 1];
    if (open !== undefined && open.last === i - 1 && textOf(open.point) === textOf(point)) found[found.length - 1] = { ...open, last: i };
    else found.push({ first: i, last: i, point });
  });
  return found;
}

/** INVARIANT: samples alternate between beyond a bound and on it, so an odd index is a bound. */
function rangeText(samples: readonly number[], { first, last }: Stretch): string {
  const from = first === 0 ? undefined : first % 2 === 1 ? `from ${samples[first]}` : `above ${samples[first - 1]}`;
  const to = last === samples.length - 1 ? undefined : last % 2 === 1 ? `up to ${samples[last]}` : `below ${samples[last + 1]}`;
  if (first === last && first % 2 === 1) return `of exactly ${samples[first]}`;
  if (from === undefined && to === undefined) return "of any size";
  return [from, to].filter((part) => part !== undefined).join(" and ");
}

function withArgument(question: Question, name: string, value: number): Question {
  const args: JsonObject = { ...question.request.args, [name]: value };
  return { ...question, request: { ...question.request, args } };
}

function actionText(action: JsonObject | undefined): string {
  const part = (value: Json | undefined): string => (typeof value === "string" ? value : "?");
  return `${part(action?.["server"])}/${part(action?.["name"])}`;
}

const MAX_BOUNDS = 50;

/**
 * Calls that the two versions decide otherwise, as ranges of one argument: each witness call is asked again with the
 * argument below, on, between and above every number that a condition compares it with. Every sentence is what the
 * engine said of such calls, all else as in the witness.
 */
export function outcomeChanges(versions: Versions, witnesses: readonly Question[]): readonly OutcomeChange[] {
  const bounds = boundsOf(versions);
  const found = new Map<string, OutcomeChange>();
  for (const question of witnesses) {
    const args = isJsonObject(question.request.args) ? question.request.args : {};
    for (const [name, numbers] of bounds) {
      if (typeof args[name] !== "number" || numbers.size > MAX_BOUNDS) continue;
      const samples = samplesAround(numbers);
      const points = samples.map((at): Point => {
        const asked = withArgument(question, name, at);
        return { at, before: askOne(versions.before, asked), after: askOne(versions.after, asked) };
      });
      for (const stretch of stretches(points)) {
        const witness = askBoth(versions, withArgument(question, name, stretch.point.at));
        const sentence = `calls of \`${actionText(question.request.action)}\` with \`args.${name}\` ${rangeText(samples, stretch)} ${nowText(stretch.point.after)}, and were ${doneText(stretch.point.before)}`;
        if (witness !== undefined && !found.has(sentence)) found.set(sentence, { sentence, witness });
      }
    }
  }
  return [...found.values()];
}

