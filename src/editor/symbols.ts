import type { EditorFile, EditorSet } from "./editor-set.ts";
import type { Mention } from "./mentions.ts";

/** The name that stands at an offset of a file, the shortest one. */
export function mentionAt(file: EditorFile, offset: number): Mention | undefined {
  return file
    .mentions()
    .filter(({ span }) => span.start <= offset && offset <= span.end)
    .sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
}

/** The id of a rule without its policy. */
export function ruleId(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

/** Whether two mentions name the same: rules also by their short form, fixtures within their file. */
function namesSame(one: Mention, definition: Mention): boolean {
  if (one.kind !== definition.kind) return false;
  if (one.kind === "fixture" && one.file !== definition.file) return false;
  if (one.name === definition.name) return true;
  return one.kind === "rule" && !one.name.includes("/") && one.name === ruleId(definition.name);
}

function allMentions({ files }: EditorSet): readonly Mention[] {
  return files.flatMap((file) => file.mentions());
}

/** Where what a mention names is declared. */
export function definitionsOf(mention: Mention, set: EditorSet): readonly Mention[] {
  return allMentions(set).filter((other) => other.isDefinition && namesSame(mention, other));
}

/** The name by which mentions of one thing are alike: that of a rule without its policy. */
function commonName({ kind, name }: Mention): string {
  return kind === "rule" ? ruleId(name) : name;
}

/** Every place that names what a mention names, declarations included. */
export function referencesOf(mention: Mention, set: EditorSet): readonly Mention[] {
  const alike = allMentions(set).filter(
    (other) => other.kind === mention.kind && commonName(other) === commonName(mention),
  );
  const definitions = alike.filter((other) => other.isDefinition);
  const meant = definitions.filter((definition) => namesSame(mention, definition));
  if (meant.length === 0) return alike.filter((other) => namesSame(other, mention));
  return alike.filter((other) => {
    const named = definitions.filter((definition) => namesSame(other, definition));
    return named.length > 0 && named.every((one) => meant.includes(one));
  });
}
