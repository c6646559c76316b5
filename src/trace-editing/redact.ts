import { canonicalJson } from "../request/canonical-json.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import { hasSecrets } from "../request/without-secrets.ts";
import { isSecretKind, kindsIn } from "../text/detectors.ts";
import { EVENT_TYPES, RECORDED_EFFECTS } from "../trace/event.ts";
import { parseTime } from "../text/time.ts";
import type { PathUses } from "./path-uses.ts";
import type { DetectedKind, PathUse } from "../documents/trace-redact-result.ts";

export interface RedactOptions {
  readonly uses: PathUses;
  /** What is kept becomes unrecorded instead, but for who acts and what is called. */
  readonly strict: boolean;
  /** The keyed hash of a text, as hexadecimal digits; the host brings salt and algorithm. */
  readonly hash: (text: string) => string;
}

/** Members of an event that say what the rest of it is: each stays only if it has its form. */
const FORMS: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  [
    "time",
    (value: Json) =>
      typeof value === "number" || (typeof value === "string" && parseTime(value) !== undefined),
  ],
  ["type", (value: Json) => typeof value === "string" && EVENT_TYPES.includes(value)],
  ["decision.effect", (value: Json) => RECORDED_EFFECTS.some((effect) => effect === value)],
  [
    "decision.policy",
    (value: Json) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value),
  ],
  ["decision.ms", (value: Json) => typeof value === "number"],
  ["labels.incident", (value: Json) => typeof value === "boolean"],
]);
/** Names of the decision point and of its rule stay, so that a recorded baseline stays one. */
const POINT_NAMES: ReadonlySet<string> = new Set(["decision.rule", "decision.pdp"]);
/** Lists of paths of the event. */
const PATH_LISTS: ReadonlySet<string> = new Set(["complete", "unrecorded"]);
/** Members that every event may have; any other may be called anything. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...(
    "id time session parent type subject action args resource context decision outcome complete " +
    "unrecorded labels"
  ).split(" "),
]);
/** Names that tie events together: hashed alike, so that they still do. */
const LINKS: ReadonlySet<string> = new Set(["id", "session", "parent"]);
/** Without these a trace says nothing, so `strict` leaves them. */
const NAMES: ReadonlySet<string> = new Set([
  "subject.type",
  "subject.id",
  "action.kind",
  "action.server",
  "action.name",
  "resource.type",
]);

/** Redacts events, one by one, and keeps count. */
export class Redactor {
  readonly #options: RedactOptions;
  readonly #kept: ReadonlySet<string>;
  readonly #detected = new Map<
    string,
    { path: string; kind: string; values: number; became: DetectedKind["became"] }
  >();
  hashed = 0;
  unrecorded = 0;
  bound = 0;

  constructor(options: RedactOptions) {
    this.#options = options;
    this.#kept = new Set(options.uses.kept.keys());
  }

  /**
   * The event without what no policy needs; values keep their place, so that what is there still
   * is.
   */
  redact(event: JsonObject): JsonObject {
    const masked: string[] = [];
    const bound = this.#isBound(event);
    if (bound) this.bound++;
    const entries = Object.entries(event).flatMap(([name, value]): [string, Json | undefined][] => {
      const shownName = MEMBERS.has(name) ? name : this.#key(name, "");
      if (value === undefined || value === null) return [[shownName, value]];
      if (LINKS.has(name)) return [[name, this.#hash(value)]];
      if (PATH_LISTS.has(name)) return [[name, this.#paths(value)]];
      if (name === "args" && bound) return [[name, value]];
      const shown = this.#value(value, name, masked);
      return shown === undefined ? [] : [[shownName, shown]];
    });
    const redacted = Object.fromEntries(entries);
    if (masked.length === 0) return redacted;
    const before = member(redacted, "unrecorded");
    return {
      ...redacted,
      unrecorded: [...new Set([...(Array.isArray(before) ? before : []), ...masked])],
    };
  }

  /** What detectors found in values that were kept, by path. */
  detected(): readonly DetectedKind[] {
    return [...this.#detected.values()].sort((a, b) =>
      a.path === b.path ? (a.kind < b.kind ? -1 : 1) : a.path < b.path ? -1 : 1,
    );
  }

  /**
   * Approvals bind to the digest of the arguments, which hashing them would change (design 6.2).
   */
  #isBound(event: JsonObject): boolean {
    const approvals = member(objectMember(event, "context"), "approvals");
    // WHY: a secret goes, even if the approval is then one of other arguments, and counts no more
    if (hasSecrets(member(event, "args") ?? null)) return false;
    return (
      !this.#options.strict &&
      Array.isArray(approvals) &&
      approvals.some(
        (approval) => isJsonObject(approval) && stringMember(approval, "digest") !== undefined,
      )
    );
  }

  /** The value at a path as it is shown; undefined: it is left out, and named in `masked`. */
  #value(value: Json, path: string, masked: string[]): Json | undefined {
    if (value === null) return value;
    const form = FORMS.get(path);
    if (form !== undefined) return form(value) ? value : this.#hash(value);
    if (POINT_NAMES.has(path)) return this.#name(value, path);
    if (this.#kept.has(path)) return this.#keptValue(value, path, masked);
    if (Array.isArray(value)) return value.map((item) => this.#value(item, path, masked) ?? null);
    if (!isJsonObject(value)) return this.#hash(value);
    const entries = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
      if (inner === undefined) return [];
      // AuthZEN's `properties` stand for members of the entity itself
      const below = name === "properties" && !path.includes(".") ? path : `${path}.${name}`;
      const shown = this.#value(inner, below, masked);
      return shown === undefined ? [] : [[this.#key(name, path), shown]];
    });
    return Object.fromEntries(entries);
  }

  /**
   * The name of a member below a path: hashed where others are looked up among such names, or where
   * it tells of a person or a secret.
   */
  #key(name: string, path: string): string {
    const { searched, named } = this.#options.uses;
    return searched.has(path) || (!named.has(`${path}.${name}`) && kindsIn(name).length > 0)
      ? this.#hash(name)
      : name;
  }

  /** Paths of the event, with the names in them hashed as they are where they stand. */
  #paths(value: Json): Json {
    if (!Array.isArray(value)) return this.#hash(value);
    return value.map((item: Json) =>
      typeof item === "string" ? this.#path(item) : this.#hash(item),
    );
  }

  #path(path: string): string {
    const names = path.split(".");
    const shown = names.map((name, i) =>
      i === 0 && MEMBERS.has(name) ? name : this.#key(name, names.slice(0, i).join(".")),
    );
    // a secret with dots in it is in no single name
    return kindsIn(shown.join(".")).length > 0 ? this.#hash(path) : shown.join(".");
  }

  /**
   * A name that stays unless it holds a secret: then it is hashed, so that the event still has one.
   */
  #name(value: Json, path: string): Json {
    const kinds = kindsWithin(value);
    const hidden = kinds.some(isSecretKind);
    for (const kind of kinds) this.#note(path, kind, hidden ? "hashed" : "kept");
    return hidden ? this.#hash(value) : value;
  }

  #keptValue(value: Json, path: string, masked: string[]): Json | undefined {
    if (NAMES.has(path)) return this.#name(value, path);
    const kinds = kindsWithin(value);
    // a value that is secret by its name has the kind of one that is by its form
    const isNamed = kinds.every((kind) => !isSecretKind(kind)) && isSecretBy(path, value);
    const hidden = this.#options.strict || isNamed || kinds.some(isSecretKind);
    for (const kind of isNamed ? [...kinds, "secret/password"] : kinds)
      this.#note(path, kind, hidden ? "unrecorded" : "kept");
    if (!hidden) return value;
    this.unrecorded++;
    masked.push(path);
    return undefined;
  }

  #note(path: string, kind: string, became: DetectedKind["became"]): void {
    const key = JSON.stringify([path, kind, became]);
    const found = this.#detected.get(key) ?? { path, kind, values: 0, became };
    found.values++;
    this.#detected.set(key, found);
  }

  #hash(value: Json): string {
    this.hashed++;
    return `h:${this.#options.hash(canonicalJson(value))}`;
  }
}

/** Whether a value is secret by the name at the end of its path, or has such values. */
function isSecretBy(path: string, value: Json): boolean {
  const [root, ...names] = path.split(".");
  if (root !== "args" && root !== "outcome") return false;
  return hasSecrets({ [names.at(-1) ?? ""]: value });
}

/** Kinds in a value, wherever its texts and names stand. */
function kindsWithin(value: Json): readonly string[] {
  if (typeof value === "string") return kindsIn(value);
  if (typeof value !== "object" || value === null) return [];
  const parts = isJsonObject(value) ? [...Object.keys(value), ...Object.values(value)] : value;
  return [...new Set(parts.flatMap((part) => (part === undefined ? [] : kindsWithin(part))))];
}

/** Paths with their readers and what became of them, for the document. */
export function useLists(
  { kept, compared }: PathUses,
  strict: boolean,
): { readonly kept: readonly PathUse[]; readonly compared: readonly PathUse[] } {
  return {
    kept: [
      ...[...kept].map(
        ([path, readBy]): PathUse => ({
          path,
          readBy,
          became: strict && !NAMES.has(path) ? "unrecorded" : "kept",
        }),
      ),
      ...[...FORMS.keys(), ...POINT_NAMES]
        .sort()
        .map((path): PathUse => ({ path, readBy: ["the replay"], became: "kept" })),
    ],
    compared: [...compared].map(([path, readBy]) => ({ path, readBy, became: "hashed" })),
  };
}
