import type { StructType, Type } from "../../condition/types.ts";
import { DeclaredTools, type CallScope } from "../../policy/called-tools.ts";
import { quoted } from "../../policy/log.ts";
import { memberPath } from "../../policy/node.ts";
import { joinedArgs } from "../../policy/type-scope.ts";
import { parsePath, showPath } from "../../request/attribute-path.ts";
import { objectMember } from "../../request/json.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

/** The arguments of the declared tools that calls can be of; undefined: a call can have others. */
function argumentsOf(tools: DeclaredTools, scope: CallScope): StructType | undefined {
  const args = joinedArgs(tools.of([scope], true).tools);
  return args?.open === false ? args : undefined;
}

function helpOf(meant: string | undefined): string {
  return meant === undefined
    ? "fix the name, or declare the argument under `args` of its tool in a catalog"
    : `did you mean ${quoted(meant)}?`;
}

/** What is wrong with a path into arguments: no tool has one of its members. */
function argumentFault(
  path: readonly string[],
  args: StructType,
): Pick<Problem, "message" | "help"> | undefined {
  let type: Type | undefined = args;
  for (const [i, key] of path.entries()) {
    if (type?.kind !== "struct") return undefined;
    const { fields, open }: StructType = type;
    type = fields.get(key);
    if (type !== undefined) continue;
    if (open) return undefined;
    const near = nearestWord(key, fields.keys());
    const meant = near && showPath(["args", ...path.slice(0, i), near, ...path.slice(i + 1)]);
    const written = quoted(showPath(["args", ...path]));
    const message = `no tool that a catalog declares for these calls has the argument ${written}`;
    return { message, help: helpOf(meant) };
  }
  return undefined;
}

const ROOTS: ReadonlySet<string> = new Set(["args", "context", "outcome", "resource", "subject"]);
const RESULT = "outcome.result";

/** The path that is meant by one of a redaction, where that is most likely misspelled. */
function meantField(path: readonly string[], listed: ReadonlySet<string>): string | undefined {
  const [root = "", second = "", ...below] = path;
  const start = `${root}.${second}`;
  if (start !== RESULT && nearestWord(start, [RESULT]) !== undefined)
    return showPath(["outcome", "result", ...below]);
  if (ROOTS.has(root) && start !== RESULT) return undefined;
  const own = start === RESULT ? below : path;
  const near = listed.has(own.join(".")) ? undefined : nearestWord(own.join("."), listed);
  return (
    near && showPath(start === RESULT ? ["outcome", "result", ...parsePath(near)] : parsePath(near))
  );
}

/** Paths of redactions that take nothing out: of no argument, or beside a field of the catalog. */
function* redactions(context: LintContext, tools: DeclaredTools): Generator<Problem> {
  const listed = new Set(
    context.catalogs.flatMap(({ resources }) =>
      resources.flatMap(({ fields }) => Object.keys(fields ?? {})),
    ),
  );
  for (const { rule, policy } of context.analysed.rules) {
    for (const [i, field] of (rule.obligations?.redact?.fields ?? []).entries()) {
      const [root = "", ...path] = parsePath(field);
      const args = root === "args" ? argumentsOf(tools, rule) : undefined;
      const meant = meantField([root, ...path], listed);
      const fault =
        args !== undefined
          ? argumentFault(path, args)
          : meant !== undefined
            ? {
                message: `no catalog gives a resource the field ${quoted(field)}`,
                help: helpOf(meant),
              }
            : undefined;
      if (fault === undefined) continue;
      const list = `${rule.place.path}.obligations.redact`;
      const short = context.locate(policy, `${list}[${i}]`);
      const isShort = short.path === `${list}[${i}]`;
      yield { place: isShort ? short : context.locate(policy, `${list}.fields[${i}]`), ...fault };
    }
  }
}

/** Arguments in the schemas of manifests that the tools do not have. */
function* manifests(context: LintContext, tools: DeclaredTools): Generator<Problem> {
  for (const catalog of context.catalogs) {
    for (const { name, args, place } of catalog.agents?.flatMap((a) => a.manifest?.tools ?? []) ??
      []) {
      const own = args === undefined ? undefined : argumentsOf(tools, { actions: [name] });
      if (own === undefined) continue;
      for (const key of Object.keys(objectMember(args, "properties") ?? {})) {
        const fault = argumentFault([key], own);
        const path = memberPath(`${place.path}.args.properties`, key);
        if (fault !== undefined) yield { place: context.locate(catalog, path, "key"), ...fault };
      }
    }
  }
}

export const unknownArgument: SetRule = {
  code: "unknown-argument",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* (context) {
    for (const { code, problem } of context.words) if (code === "unknown-argument") yield problem;
    const tools = new DeclaredTools(context.tools);
    yield* redactions(context, tools);
    yield* manifests(context, tools);
  },
};
