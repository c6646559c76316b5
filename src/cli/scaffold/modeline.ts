import type { ScaffoldFile } from "./files.ts";

/** Where the schemas are if agentz is installed in the folder that `init` writes to. */
const SCHEMAS = "node_modules/agentz/schemas";

/** The schema of a file that `init` writes; undefined: it is no document of agentz. */
function schemaOf({ path, text }: ScaffoldFile): string | undefined {
  if (path === "agentz.yaml") return "agentz.schema.json";
  return /\.ya?ml$/.test(path) && /^apiVersion: agentz\//m.test(text)
    ? "document.schema.json"
    : undefined;
}

/**
 * The file with a first line that names its schema: editors with a server for YAML know the fields
 * by it, also without `agentz lsp`.
 */
export function withModeline(file: ScaffoldFile): ScaffoldFile {
  const schema = schemaOf(file);
  if (schema === undefined) return file;
  const up = "../".repeat(file.path.split("/").length - 1) || "./";
  const line = `# yaml-language-server: $schema=${up}${SCHEMAS}/${schema}\n`;
  return { ...file, text: `${line}${file.text}` };
}
