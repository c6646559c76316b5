/**
 * YAML as Prettier lays it out, `width` columns wide: two spaces a level, comments where they are.
 * The text has to be well-formed.
 */
export async function printYaml(text: string, width: number): Promise<string> {
  // WHY here: nothing else needs it
  const [{ format }, yaml] = await Promise.all([
    import("prettier/standalone"),
    import("prettier/plugins/yaml"),
  ]);
  return format(text, { parser: "yaml", plugins: [yaml], printWidth: width });
}
