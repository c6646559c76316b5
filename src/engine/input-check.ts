import type { StructType, Type } from "../condition/types.ts";
import type { SessionNames } from "../policy/built-in-types.ts";
import { allConditions } from "../policy/conditions.ts";
import { isExactGlob } from "../policy/glob.ts";
import { quoted } from "../policy/log.ts";
import type { Document, Policy, Tool } from "../policy/model.ts";
import { memberPath } from "../policy/node.ts";
import { Reads } from "../policy/reads.ts";
import { sessionNames, typeScopes, type TypeScopes } from "../policy/type-scope.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import { REQUEST_PARTS } from "../request/request.ts";
import { slippedFrom } from "../text/slip.ts";
import { listedWords, type InputProblem } from "./input-problem.ts";
import { pathRootProblem, writtenPaths, type WrittenPath } from "./input-paths.ts";
import { stateProblems } from "./input-state.ts";
import { valueProblems, type InputTypes } from "./input-types.ts";
import { parsePath } from "../request/attribute-path.ts";
import type { ActionName } from "./scope.ts";

const ENTITIES = ["subject", "action", "resource"] as const;

/** What a call is held against, by the tool that it is a call of. */
interface CallTypes extends InputTypes {
  readonly variables: ReadonlyMap<string, Type>;
}

/** A call as it was written, and what is known of where it belongs. */
export interface Input {
  readonly json: JsonObject;
  /** The YAML path of the call. */
  readonly path: string;
  /** The tools that it may be a call of, where it does not say so itself: patterns of a rule. */
  readonly actions?: readonly string[] | undefined;
  /**
   * True where it is complete: then a call without a server is one of the host's own tools (design
   * 2.4).
   */
  readonly complete?: boolean;
}

function actionName({ json, complete }: Input): ActionName {
  const action = objectMember(json, "action");
  const properties = objectMember(action, "properties");
  const said = (key: string): string | undefined =>
    stringMember(action, key) ?? stringMember(properties, key);
  const name = said("name");
  return {
    name,
    server: said("server") ?? (complete === true && name !== undefined ? "host" : undefined),
  };
}

/** Tools that rules name one by one. */
function namedByRules(policies: readonly Policy[]): readonly string[] {
  const patterns = policies.flatMap(({ rules }) => rules.flatMap(({ actions }) => actions ?? []));
  return patterns.filter((pattern) => isExactGlob(pattern) && pattern.includes("/"));
}

/** Members that stand in an AuthZEN `properties` are those of the entity (design 3.1). */
function* entityParts(
  value: JsonObject,
  path: string,
): Generator<{ readonly value: JsonObject; readonly path: string }> {
  const inner = objectMember(value, "properties");
  if (inner === undefined) return yield { value, path };
  yield {
    value: Object.fromEntries(Object.entries(value).filter(([key]) => key !== "properties")),
    path,
  };
  yield { value: inner, path: memberPath(path, "properties") };
}

/**
 * Holds what people write down as input (requests, examples, tests) against what the policies and
 * catalogs of a set know, by the types and word lists that conditions are checked against (design
 * 3.4).
 */
export class InputCheck {
  /** The session state that policies declare. */
  readonly declared: SessionNames;
  readonly #scopes: TypeScopes;
  readonly #reads: Reads;
  readonly #tools: ReadonlyMap<string, Tool>;
  /** The tools that the catalogs declare, else those that rules name. */
  readonly #known: readonly string[];
  readonly #types = new Map<string, ReadonlyMap<string, Type>>();
  /** The listed agents; empty where others than these are told apart by rules alone. */
  readonly #agents: readonly string[];

  constructor(documents: readonly Document[]) {
    const catalogs = documents.filter((document) => document.kind === "Catalog");
    this.declared = sessionNames(documents);
    this.#scopes = typeScopes(documents, { vocabulary: true });
    this.#reads = new Reads(allConditions(documents));
    this.#tools = new Map(
      catalogs.flatMap(({ tools }) => tools).map((tool) => [`${tool.server}/${tool.name}`, tool]),
    );
    this.#agents = catalogs.some(({ unregistered }) => unregistered === "policy")
      ? []
      : catalogs.flatMap(({ agents }) => agents?.map(({ id }) => id) ?? []);
    this.#known =
      this.#tools.size > 0
        ? [...this.#tools.keys()]
        : namedByRules(documents.filter((document) => document.kind === "Policy"));
  }

  /**
   * Session state that no policy declares, or of another type (design 5.1): these are errors.
   * `path` is that of the state.
   */
  state(given: JsonObject, path: string): readonly InputProblem[] {
    return stateProblems(given, path, this.declared);
  }

  /**
   * All that a call says and nobody knows, in the order of its members; an unknown root of a path
   * is an error.
   */
  call(input: Input): readonly InputProblem[] {
    const name = actionName(input);
    const types = this.#typesFor(name, input);
    const { json, path } = input;
    return [
      ...REQUEST_PARTS.flatMap((root) =>
        this.#rootProblems(
          root,
          { value: member(json, root), path: memberPath(path, root) },
          types,
        ),
      ),
      ...this.#agentProblems(input),
      ...this.#toolProblems(name, input),
      ...writtenPaths(json, path).flatMap((one) => this.#pathProblems(one, types)),
    ];
  }

  /**
   * What is wrong with a path into a call: `args.amuont`. `path` is the YAML path of where it is
   * written.
   */
  path(
    written: string,
    { input, path }: { readonly input: Input; readonly path: string },
  ): readonly InputProblem[] {
    const types = this.#typesFor(actionName(input), input);
    return this.#pathProblems({ written, path }, types);
  }

  /** What a condition on such calls is checked against. */
  scopeOf(input: Input): { readonly variables: ReadonlyMap<string, Type> } {
    return { variables: this.#typesFor(actionName(input), input).variables };
  }

  #typesFor({ server, name }: ActionName, { actions }: Input): CallTypes {
    const tool = server === undefined || name === undefined ? undefined : `${server}/${name}`;
    const patterns = tool === undefined ? actions : [tool];
    return {
      variables: this.#variables(patterns),
      reads: this.#reads,
      tool: tool === undefined ? undefined : quoted(tool),
    };
  }

  #variables(actions: readonly string[] | undefined): ReadonlyMap<string, Type> {
    const key = JSON.stringify(actions ?? null);
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    const own = this.#scopes.rule(actions === undefined ? {} : { actions }).variables;
    const outcome = this.#scopes.session().variables.get("outcome");
    const made = outcome === undefined ? own : new Map([...own, ["outcome", outcome] as const]);
    this.#types.set(key, made);
    return made;
  }

  #rootProblems(
    root: (typeof REQUEST_PARTS)[number],
    at: { readonly value: Json | undefined; readonly path: string },
    types: CallTypes,
  ): readonly InputProblem[] {
    const type = types.variables.get(root);
    if (type === undefined || !isJsonObject(at.value)) return [];
    const parts = ENTITIES.some((one) => one === root)
      ? [...entityParts(at.value, at.path)]
      : [{ value: at.value, path: at.path }];
    const found = parts.flatMap(({ value, path }) =>
      valueProblems(value, type, { place: { path, keys: [root] }, types }),
    );
    // a tool is looked for by its whole name
    return root === "action" ? found.filter(({ path }) => !/\.(name|server)$/.test(path)) : found;
  }

  /** Only of what looks like a slip: tests are of unregistered agents too. */
  #agentProblems({ json, path }: Input): readonly InputProblem[] {
    const subject = objectMember(json, "subject");
    const id = stringMember(subject, "id");
    if (id === undefined || stringMember(subject, "type") !== "agent") return [];
    const meant = this.#agents.includes(id) ? undefined : slippedFrom(id, this.#agents);
    if (meant === undefined) return [];
    return [
      {
        code: "unknown-input",
        severity: "warning",
        path: `${memberPath(path, "subject")}.id`,
        part: "value",
        message: `no catalog lists the agent ${quoted(id)}`,
        help: `did you mean ${quoted(meant)}?`,
      },
    ];
  }

  #toolProblems({ server, name }: ActionName, { json, path }: Input): readonly InputProblem[] {
    if (name === undefined || !isJsonObject(json["action"])) return [];
    const full = server === undefined ? undefined : `${server}/${name}`;
    const known = this.#known;
    const isKnown =
      full === undefined ? known.some((tool) => tool.endsWith(`/${name}`)) : known.includes(full);
    if (isKnown || known.length === 0) return [];
    const meant = meantTool({ server, name }, known);
    if (meant === undefined && this.#tools.size === 0) return [];
    const holder =
      objectMember(json["action"], "properties") === undefined
        ? memberPath(path, "action")
        : `${memberPath(path, "action")}.properties`;
    const own = this.#withServer(name, holder);
    if (own !== undefined) return [own];
    const by = this.#tools.size > 0 ? "no catalog declares" : "no rule names";
    const near = known.filter((tool) => server !== undefined && tool.startsWith(`${server}/`));
    const help =
      meant === undefined
        ? listedWords("declared", near.length > 0 ? near : known)
        : `did you mean ${quoted(meant)}?`;
    const message = `${by} the tool ${quoted(full ?? name)}`;
    const isServer = full !== undefined && meant?.endsWith(`/${name}`) === true;
    return [
      {
        code: "unknown-input",
        severity: "warning",
        path: `${holder}.${isServer ? "server" : "name"}`,
        part: "value",
        message,
        help,
      },
    ];
  }

  /** Of a name that holds the server too. */
  #withServer(name: string, holder: string): InputProblem | undefined {
    const full = this.#known.includes(name) ? name : slippedFrom(name, this.#known);
    if (full === undefined || !name.includes("/")) return undefined;
    const [server, own] = [full.slice(0, full.indexOf("/")), full.slice(full.indexOf("/") + 1)];
    return {
      code: "unknown-input",
      severity: "warning",
      path: `${holder}.name`,
      part: "value",
      message: `the name of the tool holds its server: ${quoted(name)}`,
      help: `write ${quoted(`server: ${server}`)} and ${quoted(`name: ${own}`)}`,
    };
  }

  #pathProblems(at: WrittenPath, types: CallTypes): readonly InputProblem[] {
    const fault = pathRootProblem(at);
    if (fault !== undefined) return [fault];
    const keys = parsePath(at.written);
    let type = types.variables.get(keys[0] ?? "");
    for (let depth = 1; depth < keys.length; depth++) {
      if (type?.kind !== "struct") return [];
      const inner = type.fields.get(keys[depth] ?? "");
      if (inner === undefined)
        return this.#pathMember(type, { ...at, keys: keys.slice(0, depth + 1) }, types);
      type = inner;
    }
    return [];
  }

  /** The last of `keys` is no member of the struct. */
  #pathMember(
    struct: StructType,
    at: WrittenPath & { readonly keys: readonly string[] },
    types: InputTypes,
  ): readonly InputProblem[] {
    const [above, key = ""] = [at.keys.slice(0, -1), at.keys.at(-1)];
    if (struct.open && types.reads.has(...at.keys)) return [];
    const known = new Set([
      ...struct.fields.keys(),
      ...(struct.open ? types.reads.membersOf(above) : []),
    ]);
    const meant = slippedFrom(key, known);
    if (meant === undefined && struct.open) return [];
    const help =
      meant === undefined
        ? listedWords("declared", known)
        : `did you mean ${quoted([...above, meant].join("."))}?`;
    const message = `no policy reads ${quoted(at.written)}`;
    return [
      { code: "unknown-input", severity: "warning", path: at.path, part: "value", message, help },
    ];
  }
}

/**
 * The tool that a name most likely stands for: a slip in the whole name, or in the tool's own; or
 * the tool of another server.
 */
function meantTool(
  { server, name = "" }: ActionName,
  known: readonly string[],
): string | undefined {
  const ownName = (tool: string): string => tool.slice(tool.indexOf("/") + 1);
  const elsewhere = known.filter((tool) => ownName(tool) === name);
  const whole = server === undefined ? undefined : slippedFrom(`${server}/${name}`, known);
  if (whole !== undefined || elsewhere.length === 1) return whole ?? elsewhere[0];
  const near = slippedFrom(name, known.map(ownName));
  return (
    known.find(
      (tool) => ownName(tool) === near && (server === undefined || tool.startsWith(`${server}/`)),
    ) ?? known.find((tool) => ownName(tool) === near)
  );
}
