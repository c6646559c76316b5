import type { Vote } from "../engine/combine.ts";
import { Failure } from "../condition/value.ts";
import { rulesDecidedBy, type Outcome } from "../engine/decide.ts";
import type { MemberDecision } from "../engine/member.ts";
import type { SchemaCheck } from "../engine/schema-check.ts";
import { compileSchema } from "../engine/schema-check.ts";
import { compileActionGlob } from "../policy/glob.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import { isJsonObject, member, type JsonObject } from "../request/json.ts";
import type { ConditionNode, DecidingDocument } from "../documents/test-result.ts";
import { grounds, ruleTree, subjectName, type Explaining } from "./rule-tree.ts";

/** The arguments that a manifest's schema refuses when each is looked at alone. */
function refusedArguments(schema: JsonObject, args: JsonObject): readonly string[] {
  const properties = member(schema, "properties");
  const required = member(schema, "required");
  const missing = Array.isArray(required)
    ? required.filter((name) => typeof name === "string" && member(args, name) === undefined)
    : [];
  const known = isJsonObject(properties) ? properties : {};
  const definitions = Object.fromEntries(
    ["$defs", "definitions"].flatMap((name) =>
      Object.hasOwn(schema, name) ? [[name, schema[name]]] : [],
    ),
  );
  const refused = Object.keys(args).filter((name) => {
    const one = Object.hasOwn(known, name) ? known[name] : undefined;
    if (one === undefined) return member(schema, "additionalProperties") === false;
    const check: SchemaCheck = compileSchema({
      ...definitions,
      type: "object",
      properties: { [name]: one },
    });
    return !check({ [name]: args[name] ?? null });
  });
  return [
    ...missing.map((name) => `\`args.${String(name)}\` is missing`),
    ...refused.map((name) => `\`args.${name}\` is not what the manifest allows`),
  ];
}

/** What of an agent's manifest stands against a call, as far as it can be told in words. */
function manifestFault(
  explaining: Explaining,
  call: PreparedCall,
  agentId: string,
): string | undefined {
  const tools = explaining.set.catalog.agents.get(agentId)?.agent.manifest?.tools;
  const { server, name } = call.action.name;
  if (tools === undefined || server === undefined || name === undefined) return undefined;
  const fitting = tools.filter((tool) => compileActionGlob(tool.name).fits(server, name) === true);
  if (fitting.length === 0) return `the manifest does not list ${server}/${name}`;
  const faults = fitting.flatMap((tool) =>
    tool.args === undefined ? [] : refusedArguments(tool.args, call.request.args ?? {}),
  );
  return faults.length === 0 ? undefined : faults.join(", ");
}

function agentOf(
  explaining: Explaining,
  name: string,
): { readonly id: string; readonly at: DecidingDocument["at"] } | undefined {
  const [, id] = /^(?:manifest|lifecycle)\/(.+)$/s.exec(name) ?? [];
  const agent = id === undefined ? undefined : explaining.set.catalog.agents.get(id)?.agent;
  return agent === undefined || id === undefined
    ? undefined
    : {
        id,
        at: explaining.lines.of(
          (name.startsWith("manifest/") ? agent.manifest : undefined)?.place ?? agent.place,
        ),
      };
}

function itemsOf(outcome: Outcome): readonly Vote[] {
  return outcome.members.flatMap((m): readonly Vote[] => [...m.rules, ...m.denials]);
}

/** Those whose decision a name is owed to (design 4.5). */
export function membersDecided(name: string, outcome: Outcome): readonly MemberDecision[] {
  return outcome.members.filter((member) => rulesDecidedBy(member, outcome).includes(name));
}

/** Why a rule matched, for the first whose decision it was a part of. */
function groundsOf(
  rule: CompiledRule,
  outcome: Outcome,
  explaining: Explaining & { call: PreparedCall },
): readonly ConditionNode[] {
  const member =
    membersDecided(rule.name, outcome)[0] ??
    outcome.members.find((m) => m.rules.some((item) => item.name === rule.name));
  return member === undefined
    ? []
    : grounds(ruleTree(rule, member, { ...explaining, rules: outcome.decision.rules }));
}

/** The reason of a rule is said only where it may have matched: it is not why an error counts. */
function whyRule({ rule, name }: CompiledRule, items: readonly Vote[]): string | null {
  const own = items.filter((item) => item.name === name);
  const hasFailed = own.length > 0 && own.every((item) => item.truth instanceof Failure);
  return hasFailed ? FAILED : (rule.reason ?? null);
}

const FAILED = "it could not be evaluated, so that the strictest outcome counts";

/** What decided a call, each with its source line, for whom, and why. */
export function decidingDocuments(
  explaining: Explaining,
  call: PreparedCall,
  outcome: Outcome,
): readonly DecidingDocument[] {
  const items = itemsOf(outcome);
  return outcome.decision.rules.map((name) => {
    const item = items.find((one) => one.name === name);
    const rule = explaining.set.rules.find((one) => one.name === name);
    const subjects =
      outcome.members.length === 1
        ? []
        : membersDecided(name, outcome).map(({ row }) => subjectName(row));
    if (rule !== undefined)
      return {
        rule: name,
        subjects,
        at: explaining.lines.of(rule.rule.place),
        why: whyRule(rule, items),
        because: groundsOf(rule, outcome, { ...explaining, call }),
      };
    const agent = agentOf(explaining, name);
    const fault =
      agent !== undefined && name.startsWith("manifest/")
        ? manifestFault(explaining, call, agent.id)
        : undefined;
    return {
      rule: name,
      subjects,
      at: agent?.at ?? null,
      why: fault ?? item?.reason ?? outcome.decision.reason,
      because: [],
    };
  });
}
