/**
 * What would act if it were not written out: on a terminal, in a CI log, in Markdown, HTML and XML,
 * and as a reader's eye.
 */
export const ACTIVE =
  "\u001b[31m\u009b2J\u202e\u200b\r\n::error file=x::owned\n##[error]owned " +
  "##vso[x]y\u2028<script>alert(1)</script><img src=x " +
  "onerror=alert(1)>\"'>]]><!--[x](javascript:alert(1))![i](https://evil.example/p)|`*b*_c_ " +
  "&amp; %0A::set-output name=a::b @team #1 www.evil.example https://evil.example " +
  "me@evil.example {{x}}";
/** The same without what no name may hold. */
export const ACTIVE_TEXT =
  "::error::owned ##[error]owned <script>alert(1)</script><img src=x " +
  "onerror=alert(1)>\"'>]]><!--[x](javascript:alert(1))![i](https://evil.example/p)|`*b*_c_ " +
  "&amp; %0A::set-output @team #1 me@evil.example";

const RAW =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]/;
const OWN_ANNOTATION =
  /^::(error|warning|notice) (?:(?:file|line|endLine|col|endColumn|title)=[^:,\n]*,?)+::[^\n]*$/;

function lineFaults(text: string, format: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    if (RAW.test(line)) return [`a raw control character in ${JSON.stringify(line)}`];
    if (/##\w*\[/.test(line)) return [`a workflow command in ${JSON.stringify(line)}`];
    if (!/^\s*::/.test(line)) return [];
    return format === "github" && OWN_ANNOTATION.test(line)
      ? []
      : [`a workflow command: ${JSON.stringify(line)}`];
  });
}

/**
 * What is left of Markdown when everything is taken out that stands for itself: escapes,
 * references, code.
 */
function activeMarkdown(text: string): string {
  const fences = text.replace(/^(`{3,})[^\n]*\n[^]*?^\1`*$/gm, "");
  return fences.replace(/\\[!-/:-@[-`{-~]/g, "").replace(/(`+)(?!`)[^`]*\1/g, "");
}

function markdownFaults(text: string): readonly string[] {
  const active = activeMarkdown(text);
  const found = [
    /<script/i,
    /<img/i,
    /<!--(?! agentz)/,
    /\]\(/,
    /!\[/,
    /@team/,
    /https?:\/\//,
    /www\.evil/,
    /\*b\*/,
  ].filter((pattern) => pattern.test(active));
  return [
    ...found.map((pattern) => `${String(pattern)} in ${JSON.stringify(around(active, pattern))}`),
    ...tableFaults(active),
  ];
}

/** Every row of a table has as many cells as its header. */
function tableFaults(text: string): readonly string[] {
  const cells = (line: string): number => line.split("|").length;
  let header: number | undefined;
  return text.split("\n").flatMap((line) => {
    if (!line.startsWith("|")) header = undefined;
    else if (header === undefined) header = cells(line);
    else if (cells(line) !== header)
      return [`a table row with other cells: ${JSON.stringify(line)}`];
    return [];
  });
}

function htmlFaults(text: string): readonly string[] {
  const found = [
    /<script>alert/i,
    /<img\b/i,
    /onerror=alert\(1\)>/,
    /href\s*=\s*["']?\s*javascript:/i,
    /<!--\[x\]/,
  ].filter((pattern) => pattern.test(text));
  return found.map((pattern) => `${String(pattern)} in ${JSON.stringify(around(text, pattern))}`);
}

/** Tags are closed in order, attributes are quoted, and no other `<` or `&` is left. */
function xmlFaults(text: string): readonly string[] {
  const open: string[] = [];
  const rest = text
    .replace(/^<\?xml [^?]*\?>/, "")
    .replace(
      /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
      (...[, close, name = "", , empty]: readonly string[]) => {
        if (close === "/") return open.pop() === name ? "" : "<wrong";
        if (empty === "") open.push(name);
        return "";
      },
    );
  const left = rest.replace(/&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);/g, "");
  return [
    ...(open.length === 0 ? [] : [`left open: ${open.join()}`]),
    ...(/[<&]/.test(left) ? [`not well-formed: ${JSON.stringify(around(left, /[<&]/))}`] : []),
  ];
}

function around(text: string, pattern: RegExp): string {
  const at = pattern.exec(text)?.index ?? 0;
  return text.slice(Math.max(0, at - 80), at + 60);
}

function jsonFaults(text: string): readonly string[] {
  try {
    JSON.parse(text);
    return [];
  } catch {
    return [`not JSON: ${JSON.stringify(text.slice(0, 100))}`];
  }
}

/** What of a document of that format would act; nothing where all of it is inert. */
export function activeParts(text: string, format: string): readonly string[] {
  const lines = lineFaults(text, format);
  if (format === "json" || format === "sarif") return [...lines, ...jsonFaults(text)];
  if (format === "markdown") return [...lines, ...markdownFaults(text)];
  if (format === "html") return [...lines, ...htmlFaults(text)];
  return format === "junit" ? [...lines, ...xmlFaults(text)] : lines;
}
