import { globTest } from "../proof/glob-machine.ts";
import { normalFormTest } from "../proof/normal-form.ts";
import { EVERY_TEXT, narrowText, sampleText } from "../proof/text-set.ts";
import { normalizeDomain, normalizeUrl } from "../condition/normalize.ts";
import { normalizePath } from "../condition/normalize-path.ts";
import { decodeOnce } from "../condition/percent.ts";

const DEFAULT_PORT = /^(?:https?|wss?|ftp|ssh):\/\/(?:\[[^\]]*\]|[^/:*[\]]*):(\d+)(?:\/|$)/;
const PORTS: ReadonlyMap<string, string> = new Map([
  ["http", "80"],
  ["https", "443"],
  ["ws", "80"],
  ["wss", "443"],
  ["ftp", "21"],
  ["ssh", "22"],
]);

function hasDefaultPort(pattern: string): boolean {
  const [, port] = DEFAULT_PORT.exec(pattern) ?? [];
  return port !== undefined && PORTS.get(pattern.slice(0, pattern.indexOf(":"))) === port;
}

/** Percent-encoding that the normal form of a URL undoes, or writes in upper case. */
function hasOddEncoding(pattern: string): boolean {
  return [...pattern.matchAll(/%[0-9a-fA-F]{2}/g)].some(([code]) => {
    const character = String.fromCharCode(parseInt(code.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) || code !== code.toUpperCase();
  });
}

/** Windows paths are written in lower case with forward slashes. */
function isRaisedDrive(pattern: string): boolean {
  return /^[a-zA-Z]:\//.test(pattern) && pattern !== pattern.toLowerCase();
}

function neverNormal(form: string, pattern: string): boolean {
  if (form === "path") return isRaisedDrive(pattern) || /%[0-9a-fA-F]{2}/.test(pattern);
  return form === "url" && (hasDefaultPort(pattern) || hasOddEncoding(pattern));
}

/**
 * Whether no id of a form fits a pattern (its part behind the colon), so that it fits nothing at
 * all.
 */
export function fitsNoId(form: string, pattern: string): boolean {
  const normal = normalFormTest(form);
  const glob = globTest(pattern);
  if (normal === undefined || glob === undefined) return false;
  if (neverNormal(form, pattern)) return true;
  const both = narrowText(narrowText(EVERY_TEXT, { test: normal, wanted: true }), {
    test: glob,
    wanted: true,
  });
  return sampleText(both).kind === "none";
}

const NORMALIZE: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ["path", normalizePath],
  ["url", normalizeUrl],
  ["domain", normalizeDomain],
]);

/** Letters that stand for stars while a pattern is normalised, and that no pattern holds. */
const STAR = "xqstarqx";
const STARS = "xqstarsqx";

/** Texts that may have been meant by a pattern, the likeliest first. */
function drafts(form: string, pattern: string): readonly string[] {
  if (form === "url") return [pattern, `https://${pattern.replace(/^\/+/, "")}`];
  if (form === "domain")
    return [
      pattern,
      pattern.replace(/^[a-zA-Z][\w+.-]*:\/\//, "").replace(/[/:].*$/, ""),
      `*${pattern}`,
    ];
  return [pattern, decodeOnce(pattern) ?? pattern];
}

function normalized(form: string, pattern: string): string | undefined {
  const text = pattern.replace(/\*\*+/g, STARS).replace(/\*/g, STAR);
  return NORMALIZE.get(form)?.(text)?.replaceAll(STARS, "**").replaceAll(STAR, "*");
}

/** A folder with what is in it. */
function below(folder: string): string {
  if (folder === ".") return "**";
  return folder.endsWith("/") ? `${folder}**` : `${folder}/**`;
}

/**
 * The pattern as ids of a form are written; undefined where none such is found. A folder's final
 * slash means what is in it.
 */
export function asNormalPattern(form: string, pattern: string): string | undefined {
  for (const draft of drafts(form, pattern)) {
    const found = normalized(form, draft);
    const meant =
      found !== undefined && form === "path" && /[/\\]$/.test(draft) ? below(found) : found;
    if (meant !== undefined && !fitsNoId(form, meant)) return meant;
  }
  return undefined;
}
