import type { CallExpr, Expr } from "../../condition/ast.ts";
import { shown, shownTarget } from "../../condition/check/shown.ts";
import { literalText } from "../../condition/literal-value.ts";
import { unparse } from "../../condition/unparse.ts";
import { visitAll } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { AnalysedRule } from "../../proof/analysed-set.ts";
import type { Problem, SetRule } from "../rule.ts";

/** An absolute path or a URL that ends within a name. */
const BEGINNING = /^(?:\/|~|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]*:\/\/).*[A-Za-z0-9]$/;
/** A URL that names a host and nothing else. */
const HOST_ALONE = /^([a-z][a-z0-9+.-]*:\/\/)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)$/;
const URL_TEXT = /^[a-z][a-z0-9+.-]*:\/\//;
/** A domain that ends a longer one. */
const ENDING = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$/;
/** What holds hosts and addresses, by its name. */
const PLACES = /host|domain|url|uri|mail|recipient|\bto\b|address/i;
/** What holds a bare domain, by its name. */
const DOMAINS = /(?:host|domain)(?:_?name)?$/i;

interface Sibling {
  readonly text: string;
  readonly other: string;
  readonly verb: string;
  /** What to write instead of the whole call. */
  readonly instead: string;
}

/**
 * What asks whether a text lies at the beginning of another. WHY not `under` for URLs: it compares
 * paths and domains, and a URL is neither.
 */
function insteadOfStart(target: string, text: string): string {
  const [, scheme, host] = HOST_ALONE.exec(text) ?? [];
  if (scheme !== undefined && host !== undefined)
    return `(${target}.startsWith('${scheme}') && host(${target}) == '${host.toLowerCase()}')`;
  const literal = `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  return URL_TEXT.test(text)
    ? `(${target} == ${literal} || ${target}.startsWith(${literal.slice(0, -1)}/'))`
    : `under(${target}, ${literal})`;
}

/** What asks whether an address or a URL is of a domain. */
function insteadOfEnd(target: Expr, text: string): string {
  const written = shown(target);
  const isDomain = (target.kind === "call" && target.name === "host") || DOMAINS.test(written);
  return `under(${isDomain ? written : `host(${written})`}, '${text}')`;
}

function siblingOf({ name, target, args }: CallExpr): Sibling | undefined {
  const text = literalText(args[0]);
  if (target === undefined || text === undefined) return undefined;
  if (name === "startsWith" && BEGINNING.test(text)) {
    const instead = insteadOfStart(shownTarget(target), text);
    return { text, other: `${text}-other`, verb: "the beginning", instead };
  }
  if (name !== "endsWith" || !ENDING.test(text) || !PLACES.test(unparse(target))) return undefined;
  return { text, other: `other-${text}`, verb: "the end", instead: insteadOfEnd(target, text) };
}

function check({ rule }: AnalysedRule): readonly Problem[] {
  const found: Problem[] = [];
  for (const when of [rule.when, ...rule.exceptions.map((exception) => exception.when)]) {
    if (when === undefined) continue;
    visitAll(when.expr, (node) => {
      const sibling = node.kind === "call" ? siblingOf(node) : undefined;
      if (sibling === undefined) return;
      const { text, other, verb, instead } = sibling;
      const span = conditionSpan(when, node.start, node.end);
      const message = `${quoted(text)} is also ${verb} of ${quoted(other)}, which is not below it`;
      found.push({ place: when.place, span, message, help: `write \`${instead}\`` });
    });
  }
  return found;
}

export const siblingPrefix: SetRule = {
  code: "sibling-prefix",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) => context.analysed.rules.flatMap(check),
};
