import { canonicalJson } from "../request/canonical-json.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";

/**
 * What a result document proves: of which command, about which policy set, and whether all was
 * well.
 */
export interface Evidence {
  readonly command: string;
  /** Digest of the set that it is about; undefined where it names none. */
  readonly digest: string | undefined;
  /** Null where such a document does not say. */
  readonly passed: boolean | null;
  /** Whether a gate with limits was part of it. */
  readonly gated: boolean;
}

function zero(summary: JsonObject | undefined, names: readonly string[]): boolean {
  return names.every((name) => member(summary, name) === 0);
}

/** Whether a check of a gate names a limit, and says that it held. */
function isLimitHeld(check: Json): boolean {
  return (
    isJsonObject(check) &&
    typeof check["name"] === "string" &&
    typeof check["limit"] === "number" &&
    check["passed"] === true
  );
}

/** Whether somebody set the limit: what `agentz ci` demands of every trace by itself is no gate. */
function isAskedFor(check: Json): boolean {
  return isJsonObject(check) && check["from"] !== "agentz ci";
}

function gateOf(document: JsonObject): { readonly passed: boolean; readonly gated: boolean } {
  const gate = objectMember(document, "gate");
  const checks = member(gate, "checks");
  const limits = Array.isArray(checks) && checks.every(isLimitHeld) && checks.some(isAskedFor);
  return {
    passed: member(gate, "passed") === true && member(document, "partial") !== true,
    gated: limits,
  };
}

function passedOf(command: string, document: JsonObject): boolean | null {
  if (member(document, "error") !== undefined) return false;
  switch (command) {
    case "lint":
      return zero(objectMember(document, "summary"), ["errors"]);
    case "test":
      return zero(objectMember(document, "summary"), ["failed", "errors"]);
    case "analyze":
      return zero(objectMember(document, "summary"), ["refuted"]);
    case "replay":
      return gateOf(document).passed;
    case "ci":
      return member(document, "passed") === true;
    case "version check":
      return member(document, "ok") === true;
    default:
      return null;
  }
}

/** The one text of a result document in a bundle: RFC 8785 JSON and a line end. */
export function evidenceText(document: Json): string {
  return `${canonicalJson(document)}\n`;
}

/**
 * The value that a text is the one text of; undefined where it is of none: a member that stands
 * twice can be read in two ways.
 */
function parsed(text: string): Json | undefined {
  try {
    const json: Json = JSON.parse(text);
    return evidenceText(json) === text ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a result document as evidence; undefined where it is none. */
export function readEvidence(text: string): Evidence | undefined {
  const json = parsed(text);
  const command = isJsonObject(json) ? stringMember(json, "command") : undefined;
  if (!isJsonObject(json) || command === undefined || member(json, "schemaVersion") === undefined)
    return undefined;
  const replay = command === "ci" ? objectMember(json, "replay") : json;
  const digest =
    stringMember(objectMember(json, "candidate"), "digest") ?? stringMember(json, "digest");
  return {
    command,
    digest,
    passed: passedOf(command, json),
    gated: replay !== undefined && gateOf(replay).gated,
  };
}

/** What `--require` may ask for. */
export const REQUIRABLE = ["lint", "test", "analyze", "replay", "gate", "version", "ci"] as const;
export type Requirable = (typeof REQUIRABLE)[number];

const PARTS: readonly string[] = ["lint", "test", "analyze", "version", "replay"];

/**
 * Whether a piece of evidence is what is required, and says that all was well. A passed pipeline
 * run stands for its parts.
 */
export function satisfies(text: string, required: Requirable): boolean {
  const evidence = readEvidence(text);
  if (evidence?.passed !== true) return false;
  if (required === "gate") return evidence.gated;
  if (required === "version" && evidence.command === "version check") return true;
  if (evidence.command === required) return true;
  return evidence.command === "ci" && PARTS.includes(required) && ranIn(text, required);
}

function ranIn(text: string, part: string): boolean {
  const json: unknown = JSON.parse(text);
  const steps: Json | undefined = isJsonObject(json) ? member(json, "steps") : undefined;
  return (
    Array.isArray(steps) &&
    steps.some(
      (step: Json) => isJsonObject(step) && step["name"] === part && step["status"] === "passed",
    )
  );
}
