import { UserError } from "../../diagnostics/user-error.ts";
import { CLASSIFICATIONS, TOOL_EFFECTS } from "../../policy/closed-lists.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { meantHelp, slippedFrom } from "../../text/slip.ts";
import { limitOf, LIMITS, isLooser } from "../../replay/gate.ts";
import { shareFault } from "./share-fault.ts";
import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject } from "../../request/json.ts";
import { parseTime } from "../../text/time.ts";
import type { AcceptedChange, GateConfig, GateLimit } from "../../replay/gate.ts";

/** The checks that a gate can limit. */
export { LIMITS } from "../../replay/gate.ts";

function fail(message: string, help?: string): never {
  throw new UserError(
    "config",
    `${message} in \`gate\` of agentz.yaml`,
    help === undefined ? {} : { help },
  );
}

/** What is wrong with a name or a value, and what to do. */
interface Fault {
  readonly message: string;
  readonly help?: string;
}

const TRAIT = /^widened\.(class|effect):(.*)$/s;

const TRAIT_VALUES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["class", CLASSIFICATIONS],
  ["effect", TOOL_EFFECTS],
]);

/** Why a text is the name of no limit; undefined: it is one. */
export function nameFault(name: string): Fault | undefined {
  const [, trait = "", value = ""] = TRAIT.exec(name) ?? [];
  const values = TRAIT_VALUES.get(trait);
  if (values !== undefined && !values.includes(value)) {
    const near = slippedFrom(value, values);
    return {
      message: `there is no ${trait === "class" ? "classification" : "effect"} \`${value}\``,
      help:
        near === undefined
          ? `there are ${values.join(", ")}`
          : `did you mean \`widened.${trait}:${near}\`?`,
    };
  }
  if (limitOf(name) !== undefined) return undefined;
  const known = [...LIMITS.keys()];
  const all = [...known, "widened.label:<x>", "widened.class:<x>", "widened.effect:<x>"];
  // the metric alone, as `coverage:` of agentz.yaml names it
  const otherwise = meantHelp(`coverage.${name}`, known, `there are ${all.join(", ")}`);
  return {
    message: `there is no check \`${name}\``,
    help: meantHelp(name, known, otherwise),
  };
}

/** Why a number cannot be a limit: a limit that cannot be broken is no limit. */
export function valueFault(name: string, value: number): Fault | undefined {
  const kind = limitOf(name)?.kind;
  if (kind === "share") {
    const fault = shareFault(value);
    return fault === undefined
      ? undefined
      : { message: `\`${name}\` is a share: ${fault.message}`, help: fault.help };
  }
  if (kind === "count" && !(Number.isSafeInteger(value) && value >= 0))
    return {
      message: `\`${name}\` is a count: it has to be a whole number, 0 or more`,
      help: `such as ${name}=0`,
    };
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER))
    return { message: `\`${name}\` has to be a number, 0 or more` };
  return undefined;
}

type Limits = Map<string, number>;

function addLimit(limits: Limits, name: string, value: Json | undefined): void {
  const fault = nameFault(name);
  if (fault !== undefined) fail(fault.message, fault.help);
  if (typeof value !== "number")
    fail(
      `\`${name}\` has to be a number`,
      typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value)
        ? "write it without quotes"
        : "such as `0`",
    );
  const wrong = valueFault(name, value);
  if (wrong !== undefined) fail(wrong.message, wrong.help);
  if (limits.has(name)) fail(`\`${name}\` is given twice`, "keep one of them");
  limits.set(name, value);
}

/** The members of a map of limits; one without any looks like a limit, and is none. */
function entriesOf(
  name: string,
  map: JsonObject,
): readonly (readonly [string, Json | undefined])[] {
  const entries = Object.entries(map);
  return entries.length === 0
    ? fail(`\`${name}\` sets no limit`, "set one, or remove the check")
    : entries;
}

const WIDENED_FIELDS: readonly string[] = ["all", "label", "class", "effect"];

/**
 * `widened: 0`, or `widened: { all: 0, label: { x: 0 }, class: { restricted: 0 }, effect: { pay: 0
 * } }`.
 */
function addWidened(limits: Limits, value: Json | undefined): void {
  if (!isJsonObject(value)) return addLimit(limits, "widened", value);
  for (const [kind, inner] of entriesOf("widened", value)) {
    if (kind === "all") addLimit(limits, "widened", inner);
    else if (!WIDENED_FIELDS.includes(kind))
      fail(
        `\`widened\` has no field \`${kind}\``,
        meantHelp(kind, WIDENED_FIELDS, `it has ${WIDENED_FIELDS.join(", ")}`),
      );
    else if (!isJsonObject(inner)) fail(`\`widened.${kind}\` has to be a map of limits`);
    else
      for (const [name, limit] of entriesOf(`widened.${kind}`, inner))
        addLimit(limits, `widened.${kind}:${name}`, limit);
  }
}

/** The fields of an accepted change in agentz.yaml that are texts. */
export const ACCEPTED_TEXTS = ["group", "rules", "reason", "owner", "expires"] as const;

/** All of its fields; `calls` is a number. */
export const ACCEPTED_FIELDS = [...ACCEPTED_TEXTS, "calls"] as const;

function textField(entry: JsonObject, name: (typeof ACCEPTED_TEXTS)[number]): string {
  const value = entry[name];
  if (typeof value === "number")
    fail(
      `YAML reads \`${name}\` of an accepted change as a number`,
      `put it in quotes, with exactly the digits that are shown: \`${name}: "..."\``,
    );
  return typeof value === "string" && value.trim() !== ""
    ? value
    : fail(
        `an accepted change needs \`${name}\``,
        "`agentz accept <group>` writes the whole entry",
      );
}

/** How many calls were accepted; undefined: the entry was written without. */
function callsField({ calls }: JsonObject): number | undefined {
  if (
    calls === undefined ||
    (typeof calls === "number" && Number.isSafeInteger(calls) && calls >= 0)
  )
    return calls;
  return fail(
    "`calls` of an accepted change has to be a whole number, 0 or more",
    "it is the number of calls of the group when it was accepted",
  );
}

/** The last millisecond of a day, or an instant. */
export function endOf(text: string): number | undefined {
  return parseTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999Z` : text);
}

function acceptedChange(entry: Json): AcceptedChange {
  if (!isJsonObject(entry)) return fail("`accepted` has to be a list of maps");
  const unknown = Object.keys(entry).find((key) => !ACCEPTED_FIELDS.some((field) => field === key));
  if (unknown !== undefined)
    fail(
      `an accepted change has no field \`${unknown}\``,
      meantHelp(unknown, ACCEPTED_FIELDS, `it has ${ACCEPTED_FIELDS.join(", ")}`),
    );
  const expiresText = textField(entry, "expires");
  const expires = endOf(expiresText) ?? fail("`expires` has to be a date such as 2027-01-31");
  return {
    group: textField(entry, "group"),
    rulesDigest: textField(entry, "rules"),
    reason: textField(entry, "reason"),
    owner: textField(entry, "owner"),
    calls: callsField(entry),
    expires,
    expiresText,
  };
}

function acceptedChanges(value: Json | undefined): readonly AcceptedChange[] {
  if (!Array.isArray(value)) return fail("`accepted` has to be a list");
  const changes = value.map(acceptedChange);
  const twice = changes.find(
    ({ group }, i) => changes.findIndex((one) => one.group === group) !== i,
  );
  if (twice !== undefined)
    fail(`the group \`${twice.group}\` is accepted twice`, "keep one of them");
  return changes;
}

/** The `gate` of agentz.yaml. */
export function readGate(value: Json): GateConfig {
  if (!isJsonObject(value))
    return fail(
      "it has to be a map of limits",
      "such as `gate: { widened: 0 }`; or remove the field",
    );
  const limits: Limits = new Map();
  const accepted: AcceptedChange[] = [];
  for (const [name, inner] of entriesOf("gate", value)) {
    if (name === "widened") addWidened(limits, inner);
    else if (name === "accepted") accepted.push(...acceptedChanges(inner));
    else if (name === "coverage" && isJsonObject(inner))
      for (const [metric, limit] of entriesOf("coverage", inner))
        addLimit(limits, `coverage.${metric}`, limit);
    else addLimit(limits, name, inner);
  }
  return {
    limits: new Map([...limits].map(([name, limit]) => [name, { limit, from: "agentz.yaml" }])),
    accepted,
  };
}

const LABEL = /^widened\.label:(.*)$/s;

/**
 * Refuses a limit on a label that no rule has and that is nearly one that a rule has: it could
 * never fail.
 */
export function refuseMisspeltLabels({ limits }: GateConfig, known: ReadonlySet<string>): void {
  for (const [name, { from }] of limits) {
    const label = LABEL.exec(name)?.[1];
    const near = label === undefined || known.has(label) ? undefined : nearestWord(label, known);
    if (near !== undefined)
      throw new UserError("config", `no rule has the label of the check \`${name}\` (${from})`, {
        help: `did you mean \`widened.label:${near}\`?`,
      });
  }
}

/** Where the limits of a run come from. */
export interface GateSources {
  /** What the command demands by itself, unless somebody says otherwise. */
  readonly defaults?: ReadonlyMap<string, number> | undefined;
  /** Of agentz.yaml. */
  readonly config: GateConfig | undefined;
  /** Of `--gate`. */
  readonly flags: ReadonlyMap<string, number> | undefined;
  /** Of `--fail-on`. */
  readonly failOn: readonly string[] | undefined;
}

function replace(limits: Map<string, GateLimit>, name: string, next: GateLimit): void {
  const old = limits.get(name);
  if (old?.limit === next.limit) return;
  limits.set(
    name,
    old === undefined
      ? next
      : {
          ...next,
          replaces: {
            limit: old.limit,
            from: old.from,
            looser: isLooser(name, next.limit, old.limit),
          },
        },
  );
}

/**
 * The limits of a run. agentz.yaml beats what the command demands by itself, `--gate` beats both,
 * and what a limit stands in the place of is kept, so that the output can tell. `--fail-on` never
 * loosens: it is a limit of 0.
 */
export function mergeGate({ defaults, config, flags, failOn }: GateSources): GateConfig {
  const limits = new Map<string, GateLimit>(
    [...(defaults ?? [])].map(([name, limit]) => [name, { limit, from: "agentz ci" }]),
  );
  for (const [name, limit] of config?.limits ?? []) replace(limits, name, limit);
  for (const [name, limit] of flags ?? []) replace(limits, name, { limit, from: "--gate" });
  for (const name of failOn ?? []) replace(limits, name, { limit: 0, from: "--fail-on" });
  return { limits, accepted: config?.accepted ?? [] };
}

export const FAILABLE = ["widened", "narrowed", "indeterminate"] as const;

export type Failable = (typeof FAILABLE)[number];
