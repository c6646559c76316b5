import { UserError } from "../../diagnostics/user-error.ts";
import { mappedImporter } from "../../mapping/mapped-importer.ts";
import { decodeMapping } from "../../mapping/mapping.ts";
import { ALL_IMPORTERS } from "../../mapping/registry.ts";
import { readText } from "../../node/text-file.ts";
import { autoImporter } from "../../trace/importers/auto.ts";
import type { ImportOptions, Importer } from "../../trace/importers/importer.ts";
import { readYamlValue } from "../yaml-value.ts";
import { meantHelp } from "../../text/slip.ts";

/** The names that `agentz import` and `--from` take. */
export const FORMATS: readonly string[] = [
  ...ALL_IMPORTERS.map((importer) => importer.name),
  "generic",
  "auto",
].sort();

/** One line for each format, for help. */
export function formatLines(): string {
  const lines = new Map(ALL_IMPORTERS.map((importer) => [importer.name, importer.title]));
  lines.set("generic", "any JSON, JSONL or CSV, by a --mapping of CEL expressions");
  lines.set("auto", "any of these except generic; the content of each file decides");
  return FORMATS.map((name) => `  ${name.padEnd(16)} ${lines.get(name) ?? ""}`).join("\n");
}

export interface Party {
  readonly type: string;
  readonly id: string;
}

/** What an operator may add to an import: the flags of `import` and of `replay --from`. */
export interface ImportFlags {
  readonly subject?: Party;
  readonly onBehalfOf?: Party;
  readonly approver?: Party;
  readonly server?: string;
  readonly model?: string;
  readonly pdp?: string;
  readonly mapping?: string;
  readonly results?: boolean;
}

/** The flags as an importer takes them. */
export function importOptions(flags: ImportFlags): Omit<ImportOptions, "labels"> {
  return {
    results: flags.results === true,
    ...(flags.subject && { subject: flags.subject }),
    ...(flags.onBehalfOf && { onBehalfOf: flags.onBehalfOf }),
    ...(flags.approver && { approver: flags.approver }),
    ...(flags.server && { server: flags.server }),
    ...(flags.model && { model: flags.model }),
    ...(flags.pdp && { pdp: flags.pdp }),
  };
}

/** The importer of that name; `generic` needs a mapping, the others have theirs. */
export async function chooseImporter(
  format: string,
  cwd: string,
  mapping: string | undefined,
): Promise<Importer> {
  if (format === "generic") return genericImporter(cwd, mapping);
  if (mapping !== undefined)
    throw new UserError("usage", `--mapping is for the format \`generic\`, not for \`${format}\``);
  if (format === "auto") return autoImporter(ALL_IMPORTERS);
  const found = ALL_IMPORTERS.find((importer) => importer.name === format);
  if (found === undefined)
    throw new UserError("usage", `there is no format \`${format}\``, {
      help: meantHelp(format, FORMATS, `there are ${FORMATS.join(", ")}`),
    });
  return found;
}

async function genericImporter(cwd: string, path: string | undefined): Promise<Importer> {
  if (path === undefined)
    throw new UserError("usage", "the format `generic` needs a mapping", {
      help: "pass --mapping <file>; docs/importers/generic.md shows how to write one",
    });
  const text = await readText(cwd, path);
  if (text === undefined)
    throw new UserError("unreadable", `the mapping \`${path}\` cannot be read`);
  const { value: root } = readYamlValue({ name: path, text, code: "mapping" });
  const decoded = decodeMapping(root);
  if ("mapping" in decoded)
    return mappedImporter(decoded.mapping, { name: "generic", title: decoded.mapping.name });
  const details = decoded.problems
    .map((problem) => `${path}: ${problem.path}: ${problem.message}`)
    .join("\n");
  throw new UserError(
    "mapping",
    `the mapping \`${path}\` cannot be used: ${decoded.problems.length} ` +
      `${decoded.problems.length === 1 ? "problem" : "problems"}`,
    { details },
  );
}
