import MarkdownIt from "markdown-it";

const renderer = new MarkdownIt({ html: true, linkify: true });

/**
 * The text as a page of HTML, by a renderer of Markdown with tables, strikethrough, bare links and
 * inline HTML let through.
 */
export function renderMarkdown(text: string): string {
  return renderer.render(text);
}

/**
 * Elements that the reports mean to hold; a renderer adds no attribute but the alignment of cells.
 */
const OWN = new Set([
  "h1",
  "h2",
  "h3",
  "h4",
  "p",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
  "code",
  "pre",
  "strong",
  "em",
  "ul",
  "ol",
  "li",
  "br",
  "hr",
  "details",
  "summary",
  "sub",
]);

/**
 * What of a Markdown text a page would act on once it is rendered: elements that are not a report's
 * own, links, comments.
 */
export function renderedFaults(text: string): readonly string[] {
  const html = renderMarkdown(text);
  const tags = html.match(/<[^>]*>/g) ?? [];
  // what GitHub makes links of besides: hosts that begin with `www.`, and the names of people,
  // teams and issues
  const prose = html.replace(/<(code|pre)\b[^]*?<\/\1>/g, "").replace(/<[^>]*>/g, "\n");
  const links = prose.match(/(?<![\w/])(?:www\.[a-z]|@[a-z]|#\d|GH-\d)/gi) ?? [];
  return [...links, ...foreignTags(tags)];
}

function foreignTags(tags: readonly string[]): readonly string[] {
  return tags.filter((tag) => {
    if (/^<!-- agentz [a-z ]+ -->$/.test(tag)) return false;
    const name =
      /^<\/?([a-z0-9]+)( style="text-align:(?:left|right|center)"| class="language-[a-z]+")?>$/.exec(
        tag,
      )?.[1];
    return name === undefined || !OWN.has(name);
  });
}
