import { isPlaceholder } from "./detectors.ts";
import { isSecretName } from "./secret-names.ts";
import { joinedSpans } from "./masked-slice.ts";
import type { Span } from "./span.ts";
import { spliced } from "./splice.ts";

/**
 * Forms in which a text gives a value a name, each with the groups `name` and `value`, which stands at
 * the end of the match. INVARIANT: each takes time linear in the text: what repeats is bounded, or ends
 * where the next match can begin.
 */
const FORMS: readonly RegExp[] = [
  // a member of JSON, also inside a text of JSON
  /"(?<name>[^"\\\n]{1,100})\\{0,7}"\s{0,20}:\s{0,20}\\{0,7}"?(?<value>[^"\\\s,{}[\]][^"\\\n]{0,10000})/g,
  // a parameter of a URL or of a form
  /(?:[?&]|^)(?<name>[\w.%-]{1,100})=(?<value>[^&\s#"']{1,10000})/g,
  // an option of a command line
  /(?<![^\s"'])--(?<name>[A-Za-z][\w-]{0,100})(?:=|[ \t]{1,20})["']?(?<value>[^\s"'-][^\s"']{0,10000})/g,
  // a variable of an environment
  /(?<![\w$])(?<name>[A-Z][A-Z0-9_]{1,100})=["']?(?<value>[^\s"';&|]{1,10000})/g,
  // a header
  new RegExp(
    "(?<![\\w-])(?<name>(?:[A-Za-z]{1,30}-){1,6}[A-Za-z]{1,30}|[Aa]uthorization|[Cc]ookie):" +
      "[ \\t]{0,20}(?<value>[^\\s\"'][^\"'\\r\\n]{0,10000})",
    "g",
  ),
];

const NO_VALUE = /^(?:null|true|false|none)(?![A-Za-z0-9])/i;

/** What every such form holds: most texts are names, and one look is enough for them. */
const HINT = /[=:]|--/;

/** The values in a text that have the name of a secret; a reference such as `$PASSWORD` is none. */
export function namedSecrets(text: string): readonly Span[] {
  if (!HINT.test(text)) return [];
  return FORMS.flatMap((form) =>
    [...text.matchAll(form)].flatMap(({ 0: match, index, groups }) => {
      const { name = "", value = "" } = groups ?? {};
      if (!isSecretName(name) || isPlaceholder(value) || NO_VALUE.test(value)) return [];
      const end = index + match.length;
      return [{ start: end - value.length, end }];
    }),
  );
}

/** A text with these values in it written as stars. */
export function hideNamedSecrets(text: string): string {
  const spans = joinedSpans(namedSecrets(text));
  if (spans.length === 0) return text;
  return spliced(text, spans, ({ start, end }) => "*".repeat(end - start));
}
