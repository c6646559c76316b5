import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { loadDocuments } from "../policy/load.ts";
import type { Source } from "../text/span.ts";
import { layOutConditions } from "./lay-out-conditions.ts";
import { printYaml } from "./print-yaml.ts";
import { changedContent } from "./same-content.ts";

/**
 * What became of a text: laid out, left as it is and why, or `other`: it holds no document of agentz,
 * as data files of a catalog do not.
 */
export type FormattedSource =
  | { readonly text: string }
  | "other"
  | { readonly why: string; readonly at: Diagnostic | undefined };

/**
 * A file of policies, catalogs, invariants or suites laid out, `width` columns wide: YAML as {@link
 * printYaml} writes it, conditions as {@link layOutConditions} does. Content, comments and
 * suppressions stay the same, and laying out the result changes nothing. Left as it is: what is not
 * well-formed YAML.
 */
export async function formatSource(source: Source, width: number): Promise<FormattedSource> {
  const { documents, unread, diagnostics } = loadDocuments([source]);
  const isMeant =
    documents.length > 0 ||
    unread.some((kind) => kind !== undefined) ||
    diagnostics.some(({ code }) => code === "yaml-syntax");
  if (!isMeant) return "other";
  const broken = diagnostics.find(({ code }) => UNREADABLE.has(code));
  if (broken !== undefined) return { why: broken.message, at: broken };
  const plain = { ...source, text: source.text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n") };
  const laid = await layOut(plain, width, width);
  const why = changedContent(plain, laid);
  // WHY again: maps in braces stay on one line where there is room for all of them, and with them
  // what an `agentz-ignore` before them suppresses
  const kept = why === undefined ? laid : await layOut(plain, width, UNBROKEN);
  if (why !== undefined && changedContent(plain, kept) !== undefined) return { why, at: undefined };
  const { text } = kept;
  return { text: source.text.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text };
}

/** Columns that no line has. */
const UNBROKEN = 1_000_000;

/** `width`: columns of conditions; `yamlWidth`: of everything else. */
async function layOut(source: Source, width: number, yamlWidth: number): Promise<Source> {
  const printed = { ...source, text: await printYaml(source.text, yamlWidth) };
  return { ...source, text: await printYaml(layOutConditions(printed, width), yamlWidth) };
}

const UNREADABLE: ReadonlySet<string> = new Set(["yaml-syntax", "nesting-limit"]);
