import type { Expr } from "../../condition/ast.ts";
import { unparse } from "../../condition/unparse.ts";
import { compileActionGlob, isExactGlob } from "../../policy/glob.ts";
import type { CatalogIndex } from "../../engine/catalog-index.ts";
import type { Condition, Document, Effect, Place, Policy, Rule } from "../../policy/model.ts";
import { durationText } from "../../text/time.ts";
import { omit } from "../omit.ts";
import { conditionRewritings, type Rewriting } from "./rewrite.ts";

/**
 * One change of one rule (or of a session window), with the documents' text before and after it.
 */
export interface Mutant {
  /** Stable for one text of the policies: `<rule>#<n>`. */
  readonly id: string;
  readonly rule: string;
  readonly operator: string;
  readonly change: string;
  readonly place: Place;
  /** Where in the file the change begins. */
  readonly offset: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The policy as it was. */
  readonly policy: Policy;
  readonly kind:
    | { readonly by: "rule"; readonly rule: Rule }
    | { readonly by: "window"; readonly policy: Policy; readonly window: number };
}

interface RuleChange {
  readonly operator: string;
  readonly change: string;
  readonly rule: Rule;
  readonly offset?: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function effectChange(rule: Rule, to: Effect): RuleChange {
  const changed: Rule =
    to === "require_approval"
      ? { ...rule, effect: to, approval: { quorum: 1 } }
      : { ...omit(rule, "approval"), effect: to };
  // what belongs to the old effect goes with it: an allow rule contains nobody, a deny rule obliges
  // to nothing
  const plain: Rule = to === "deny" ? omit(changed, "obligations") : omit(changed, "onDeny");
  const operator =
    rule.effect === "require_approval" && to === "allow" ? "remove-approval" : "flip-effect";
  return {
    operator,
    change: `\`effect: ${rule.effect}\` becomes \`effect: ${to}\``,
    rule: plain,
    before: [`effect: ${rule.effect}`],
    after: [`effect: ${to}`],
  };
}

const FLIPS: { readonly [effect in Effect]: readonly Effect[] } = {
  allow: ["deny"],
  deny: ["allow"],
  require_approval: ["allow", "deny"],
};

function whenText(expr: Expr | undefined): readonly string[] {
  return expr === undefined ? [] : [`when: ${unparse(expr)}`];
}

function whenOf(condition: Condition, expr: Expr | undefined): Condition | undefined {
  return expr === undefined ? undefined : { ...condition, expr, text: unparse(expr) };
}

function conditionChanges(rule: Rule): readonly RuleChange[] {
  const { when } = rule;
  if (when === undefined) return [];
  const bare = omit(rule, "when");
  return conditionRewritings(when.expr).map(({ operator, change, expr, start }) => {
    const changed = whenOf(when, expr);
    return {
      operator,
      change,
      rule: changed === undefined ? bare : { ...bare, when: changed },
      offset: when.toFile(start),
      before: whenText(when.expr),
      after: whenText(expr),
    };
  });
}

type ListField = "subjects" | "actions" | "resources";

function listText(field: string, list: readonly string[] | undefined): readonly string[] {
  return list === undefined ? [] : [`${field}: [${list.join(", ")}]`];
}

function listChange(
  rule: Rule,
  field: ListField,
  { operator, change, to }: { operator: string; change: string; to: readonly string[] | undefined },
): RuleChange {
  const bare: Rule = omit(rule, field);
  return {
    operator,
    change,
    rule: to === undefined ? bare : { ...bare, [field]: to },
    before: listText(field, rule[field]),
    after: listText(field, to),
  };
}

/**
 * A pattern that fits more of the same type or server; undefined where it fits everything of it
 * already.
 */
function widened(pattern: string, field: ListField): string | undefined {
  const at = field === "actions" ? pattern.indexOf("/") : pattern.indexOf(":");
  const wider = at < 0 ? "**" : `${pattern.slice(0, at + 1)}**`;
  const same = pattern === wider || pattern === "**" || (at >= 0 && pattern.slice(at + 1) === "*");
  return same ? undefined : wider;
}

/** An action pattern with a wildcard, narrowed to all that it fits but the last known tool. */
function narrowed(
  pattern: string,
  field: ListField,
  catalog: CatalogIndex,
): readonly string[] | undefined {
  if (field !== "actions" || isExactGlob(pattern)) return undefined;
  const glob = compileActionGlob(pattern);
  const fitting = [...catalog.tools.values()]
    .filter(({ tool }) => glob.fits(tool.server, tool.name) === true)
    .map(({ tool }) => `${tool.server}/${tool.name}`);
  return fitting.length > 1 ? fitting.slice(0, -1) : undefined;
}

function globChanges(rule: Rule, field: ListField, catalog: CatalogIndex): readonly RuleChange[] {
  const list = rule[field];
  if (list === undefined) return [];
  const each = list.flatMap((pattern, i): readonly RuleChange[] => {
    const wide = widened(pattern, field);
    const narrow = narrowed(pattern, field, catalog);
    return [
      ...(list.length > 1
        ? [
            listChange(rule, field, {
              operator: "narrow-glob",
              change: `\`${pattern}\` is dropped from \`${field}\``,
              to: list.toSpliced(i, 1),
            }),
          ]
        : []),
      ...(wide === undefined
        ? []
        : [
            listChange(rule, field, {
              operator: "widen-glob",
              change: `\`${pattern}\` in \`${field}\` becomes \`${wide}\``,
              to: list.toSpliced(i, 1, wide),
            }),
          ]),
      ...(narrow === undefined
        ? []
        : [
            listChange(rule, field, {
              operator: "narrow-glob",
              change: `\`${pattern}\` in \`${field}\` fits fewer names`,
              to: list.toSpliced(i, 1, ...narrow),
            }),
          ]),
    ];
  });
  return [
    listChange(rule, field, {
      operator: "widen-glob",
      change: `\`${field}\` is dropped`,
      to: undefined,
    }),
    ...each,
  ];
}

type Approval = NonNullable<Rule["approval"]>;

function lowerQuorum({ approval, quorum }: { approval: Approval; quorum: number }): ApprovalChange {
  return {
    operator: "lower-quorum",
    change: `\`quorum: ${quorum}\` becomes \`quorum: ${quorum - 1}\``,
    approval: { ...approval, quorum: quorum - 1 },
    before: [`quorum: ${quorum}`],
    after: [`quorum: ${quorum - 1}`],
  };
}

function shortenWindow({
  approval,
  within,
}: {
  approval: Approval;
  within: number;
}): ApprovalChange {
  const half = Math.floor(within / 2);
  return {
    operator: "shorten-window",
    change: `\`within: ${durationText(within)}\` becomes \`${durationText(half)}\``,
    approval: { ...approval, within: half },
    before: [`within: ${durationText(within)}`],
    after: [`within: ${durationText(half)}`],
  };
}

function widenApprovers({
  approval,
  approvers,
}: {
  approval: Approval;
  approvers: readonly string[];
}): ApprovalChange {
  return {
    operator: "widen-approvers",
    change: "any human may approve",
    approval: omit(approval, "approvers"),
    before: [`approvers: [${approvers.join(", ")}]`],
    after: [],
  };
}

type ApprovalChange = Omit<RuleChange, "rule"> & { readonly approval: Approval };

function approvalChanges(rule: Rule): readonly RuleChange[] {
  const { approval } = rule;
  if (approval === undefined) return [];
  const { approvers, quorum, within } = approval;
  const changes = [
    ...(quorum > 1 ? [lowerQuorum({ approval, quorum })] : []),
    ...(within === undefined ? [] : [shortenWindow({ approval, within })]),
    ...(approvers === undefined ? [] : [widenApprovers({ approval, approvers })]),
  ];
  return changes.map(({ approval: changed, ...change }) => ({
    ...change,
    rule: { ...rule, approval: changed },
  }));
}

function obligationChanges(rule: Rule): readonly RuleChange[] {
  const { obligations } = rule;
  if (obligations === undefined) return [];
  const { redact, log, notify } = obligations;
  const kept = { log, notify };
  return [
    ...(redact === undefined
      ? []
      : [
          {
            operator: "remove-obligation",
            change: "`redact` is dropped",
            rule: { ...rule, obligations: kept },
            before: ["redact: …"],
            after: [],
          },
        ]),
    ...(log
      ? [
          {
            operator: "remove-obligation",
            change: "`log` is dropped",
            rule: { ...rule, obligations: { ...obligations, log: false } },
            before: ["log: true"],
            after: [],
          },
        ]
      : []),
    ...(notify.length === 0
      ? []
      : [
          {
            operator: "remove-obligation",
            change: "`notify` is dropped",
            rule: { ...rule, obligations: { ...obligations, notify: [] } },
            before: [`notify: [${notify.join(", ")}]`],
            after: [],
          },
        ]),
  ];
}

function exceptionChanges(rule: Rule): readonly RuleChange[] {
  return rule.exceptions.flatMap((exception, i): readonly RuleChange[] => {
    const { when, reason } = exception;
    const dropped = {
      operator: "remove-exception",
      change: `the exception \`${reason}\` is dropped`,
      rule: { ...rule, exceptions: rule.exceptions.toSpliced(i, 1) },
      before: [`exceptions: ${reason}`],
      after: [],
      offset: exception.place.span.start,
    };
    if (when === undefined) return [dropped];
    const bare = omit(exception, "when");
    const parts = conditionRewritings(when.expr).map(
      ({ operator, change, expr, start }: Rewriting) => {
        const changed = whenOf(when, expr);
        const next = changed === undefined ? bare : { ...bare, when: changed };
        return {
          operator,
          change: `in an exception, ${change}`,
          rule: { ...rule, exceptions: rule.exceptions.toSpliced(i, 1, next) },
          offset: when.toFile(start),
          before: whenText(when.expr),
          after: whenText(expr),
        };
      },
    );
    return [dropped, ...parts];
  });
}

function containmentChanges(rule: Rule): readonly RuleChange[] {
  const { onDeny } = rule;
  return onDeny === undefined
    ? []
    : [
        {
          operator: "remove-containment",
          change: `\`on_deny: ${onDeny}\` is dropped`,
          rule: omit(rule, "onDeny"),
          before: [`on_deny: ${onDeny}`],
          after: [],
        },
      ];
}

/**
 * Every change of a rule. A shadow rule decides nothing, so there is nothing that a test could
 * notice.
 */
function ruleChanges(rule: Rule, catalog: CatalogIndex): readonly RuleChange[] {
  if (rule.mode === "shadow") return [];
  return [
    ...FLIPS[rule.effect].map((to) => effectChange(rule, to)),
    ...conditionChanges(rule),
    ...(["subjects", "actions", "resources"] as const).flatMap((field) =>
      globChanges(rule, field, catalog),
    ),
    ...approvalChanges(rule),
    ...obligationChanges(rule),
    ...exceptionChanges(rule),
    ...containmentChanges(rule),
  ];
}

/** The windows of counters and value lists, each halved. */
function windowMutants(policy: Policy): readonly Mutant[] {
  return (["counters", "values"] as const).flatMap((kind) =>
    policy.session[kind].flatMap((declaration, i): readonly Mutant[] => {
      const { within, name, place } = declaration;
      if (within === undefined) return [];
      const half = Math.floor(within / 2);
      const session = {
        ...policy.session,
        [kind]: policy.session[kind].toSpliced(i, 1, { ...declaration, within: half }),
      };
      const rule = `${policy.name}/session.${name}`;
      return [
        {
          id: `${rule}#0`,
          rule,
          operator: "shorten-window",
          change: `\`within: ${durationText(within)}\` becomes \`${durationText(half)}\``,
          place,
          offset: place.span.start,
          before: [`within: ${durationText(within)}`],
          after: [`within: ${durationText(half)}`],
          policy,
          kind: { by: "window", policy: { ...policy, session }, window: within },
        },
      ];
    }),
  );
}

/** Every mutant of a set's policies, by policy and rule in the order written. */
export function mutantsOf(
  documents: readonly Document[],
  catalog: CatalogIndex,
): readonly Mutant[] {
  return documents.flatMap((policy) => {
    if (policy.kind !== "Policy") return [];
    const rules = policy.rules.flatMap((rule) =>
      ruleChanges(rule, catalog).map(
        ({ operator, change, rule: changed, offset, before, after }, i): Mutant => {
          const name = `${policy.name}/${rule.id}`;
          return {
            id: `${name}#${i}`,
            rule: name,
            operator,
            change,
            place: rule.place,
            offset: offset ?? rule.place.span.start,
            before,
            after,
            policy,
            kind: { by: "rule", rule: changed },
          };
        },
      ),
    );
    return [...rules, ...windowMutants(policy)];
  });
}
