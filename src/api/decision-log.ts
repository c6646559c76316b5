import type { Io } from "../node/io.ts";
import { type LineFile, openLog } from "../node/output.ts";
import type { Cell, RowTable } from "../node/row-table.ts";
import type { ListedCall } from "../replay/tally.ts";
import {
  isJsonObject,
  type JsonObject,
  member,
  objectMember,
  stringMember,
} from "../request/json.ts";
import { inertJson } from "../report/json-text.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { DecisionLine } from "../documents/replay-result.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import type { CallResult } from "../replay/walk.ts";
import { encodingOf, microseconds } from "./line-output.ts";

function lineSide(side: VersionDecision): DecisionLine["baseline"] {
  return {
    effect: side.effect,
    permitted: side.permitted,
    indeterminate: side.indeterminate,
    rules: side.rules,
  };
}

function missingOf(result: CallResult): readonly string[] {
  const sides = [result.baseline, result.candidate].flatMap(
    (side) => side.engine?.outcome.decision.missing ?? [],
  );
  return [...new Set(sides.map((m) => m.attribute))].sort();
}

/** The line without its id, and without the secrets in names. */
function restOf(result: CallResult): string {
  const line: Omit<DecisionLine, "id"> = {
    class: result.class,
    ...(result.direct === undefined ? {} : { direct: result.direct }),
    baseline: lineSide(result.baseline),
    candidate: lineSide(result.candidate),
    missing: missingOf(result),
  };
  return hideSecrets(inertJson(JSON.stringify(line))).slice(1);
}

/** One JSON text without secrets, and without its last brace. */
function openText(value: JsonObject): string {
  return hideSecrets(inertJson(JSON.stringify(value))).slice(0, -1);
}

/**
 * Writes one line for a call (design 12, `--decisions`), without the secrets in names; remembers
 * what it wrote of a result, since many calls share one. `named`: with the call's time and names.
 */
export function decisionLines(named: boolean): (result: CallResult, call: ListedCall) => string {
  const known = new WeakMap<CallResult, string>();
  return (result, call) => {
    const rest = known.get(result) ?? restOf(result);
    known.set(result, rest);
    const { time = null } = call;
    const names = named ? { time, ...call.names() } : {};
    return `${openText({ id: call.id(), ...names })},${rest}`;
  };
}

type Side = "baseline" | "candidate";

function sideColumns(side: Side): RowTable["columns"] {
  return [
    { name: `${side}_effect`, type: "text" },
    { name: `${side}_permitted`, type: "boolean" },
    { name: `${side}_indeterminate`, type: "boolean" },
    { name: `${side}_rules`, type: "texts" },
  ];
}

function truth(object: JsonObject | undefined, name: string): boolean | undefined {
  const value = member(object, name);
  return typeof value === "boolean" ? value : undefined;
}

function texts(object: JsonObject | undefined, name: string): readonly string[] {
  const value = member(object, name);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function sideCells(line: JsonObject, side: Side): readonly Cell[] {
  const decision = objectMember(line, side);
  return [
    stringMember(decision, "effect"),
    truth(decision, "permitted"),
    truth(decision, "indeterminate"),
    texts(decision, "rules"),
  ];
}

/** The decisions as a table: a column for each member of the lines, and the names of the calls. */
const DECISION_TABLE: RowTable = {
  columns: [
    { name: "time", type: "time" },
    ...["id", "session", "subject", "action", "class"].map((name) => ({
      name,
      type: "text" as const,
    })),
    { name: "direct", type: "boolean" },
    ...sideColumns("baseline"),
    ...sideColumns("candidate"),
    { name: "missing", type: "texts" },
  ],
  cellsOf: (text) => {
    const parsed: unknown = JSON.parse(text);
    const line = isJsonObject(parsed) ? parsed : {};
    const time = member(line, "time");
    return [
      typeof time === "number" ? microseconds(time) : undefined,
      ...["id", "session", "subject", "action", "class"].map((name) => stringMember(line, name)),
      truth(line, "direct"),
      ...sideCells(line, "baseline"),
      ...sideCells(line, "candidate"),
      texts(line, "missing"),
    ];
  },
};

/** Where decisions are written, call by call. */
export interface DecisionFile extends Pick<LineFile, "flush" | "rewind" | "close"> {
  readonly log: (result: CallResult, call: ListedCall) => void;
}

/**
 * Opens the file of `--decisions`: a line of JSON for each call, or a row where its name ends in
 * `.parquet`; `-` is stdout. What cannot be written is a `UserError`.
 */
export async function openDecisions(io: Io, path: string): Promise<DecisionFile> {
  const encoding = encodingOf(path, DECISION_TABLE);
  const file = await openLog(io, path, encoding);
  const lineOf = decisionLines(encoding === DECISION_TABLE);
  return { ...file, log: (result, call) => file.add(lineOf(result, call)) };
}
