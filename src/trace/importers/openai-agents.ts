import type { JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { timeText } from "./call-values.ts";
import { shownKind } from "./chat-entry.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { importSpans } from "./import-spans.ts";
import type { SpanForest } from "./span-forest.ts";
import { textAttribute } from "./span.ts";

/** Traces that the OpenAI Agents SDK exports by itself (docs/importers/openai-agents.md). */
export const openaiAgents: Importer = {
  name: "openai-agents",
  title: "OpenAI Agents SDK traces: `trace` and `trace.span` objects",
  recognises,
  convert,
};

function recognises({ text }: ImportSample): boolean {
  return /"object"\s*:\s*"trace(\.span)?"/.test(text);
}

function convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  return importSpans({ file, options, tally }, (forest) => new AgentsReader(file, tally, forest));
}

/** Steps that are no calls. A `generation` holds messages, of which the forest reads the calls. */
const QUIET =
  /^(agent|generation|response|custom|task|turn|guardrail|transcription|speech|speech_group|mcp_tools)$/;

class AgentsReader {
  readonly #file: ImportFile;
  readonly #tally: ImportTally;
  readonly #forest: SpanForest;
  /** Who handed the run to an agent, by trace and name. */
  readonly #handed = new Map<string, string>();

  constructor(file: ImportFile, tally: ImportTally, forest: SpanForest) {
    this.#file = file;
    this.#tally = tally;
    this.#forest = forest;
  }

  read(value: unknown, line: number): void {
    if (!isJsonObject(value)) return this.#refuse("a value is not an object", line);
    const batch = member(value, "data");
    const kind = stringMember(value, "object");
    if (Array.isArray(batch)) for (const each of batch) this.read(each, line);
    else if (kind === "trace") this.#describe(value, line);
    else if (kind === "trace.span") this.#readSpan(value, line);
    else if (objectMember(value, "span_data") !== undefined)
      this.#tally.addNotUnderstood(
        "a record with `span_data` that is not a span",
        this.#file.name,
        line,
      );
    else this.#refuse("an object is neither a trace nor a span", line);
  }

  #describe(trace: JsonObject, line: number): void {
    const id = stringMember(trace, "id");
    if (id === undefined) return this.#refuse("a trace has no id", line);
    const metadata = objectMember(trace, "metadata") ?? {};
    this.#forest.describe(id, {
      session:
        stringMember(trace, "group_id") ??
        textAttribute(metadata, ["session_id", "thread_id", "conversation_id"]),
      user: textAttribute(metadata, ["user_id", "userId", "user"]),
    });
  }

  #readSpan(span: JsonObject, line: number): void {
    const [trace, id] = [stringMember(span, "trace_id"), stringMember(span, "id")];
    const data = objectMember(span, "span_data");
    const type = stringMember(data, "type");
    if (trace === undefined || id === undefined || data === undefined)
      return this.#tally.addNotUnderstood(
        "a span without id, trace or data",
        this.#file.name,
        line,
      );
    if (type !== "function" && type !== "handoff" && !QUIET.test(type ?? ""))
      this.#tally.addNotUnderstood(`a span of kind ${shownKind(type)}`, this.#file.name, line);
    const start = timeText(member(span, "started_at"));
    this.#forest.add({
      trace,
      id,
      parent: stringMember(span, "parent_id"),
      name: nameOf(data, type),
      start,
      order: start ?? "",
      attributes: this.#attributes(trace, data, type),
      resource: {},
      scope: "openai-agents",
      kind: undefined,
      failed: objectMember(span, "error") !== undefined,
      type: type === "function" ? "TOOL" : type === "agent" ? "AGENT" : undefined,
      input: member(data, "input"),
      output: member(data, "output"),
      line,
    });
  }

  /** In the words of OpenInference, which the reader of spans knows. */
  #attributes(trace: string, data: JsonObject, type: string | undefined): JsonObject {
    const name = stringMember(data, "name");
    const [from, to] = [stringMember(data, "from_agent"), stringMember(data, "to_agent")];
    if (type === "handoff") {
      if (from !== undefined && to !== undefined) this.#handed.set(`${trace}/${to}`, from);
      return { "gen_ai.operation.name": "handoff", from_agent: from, to_agent: to };
    }
    if (type === "agent" && name !== undefined)
      return {
        "openinference.span.kind": "AGENT",
        "agent.name": name,
        "graph.node.id": name,
        "graph.node.parent_id": this.#handed.get(`${trace}/${name}`),
      };
    const server = stringMember(objectMember(data, "mcp_data"), "server");
    if (type === "function") return { "tool.name": name, "mcp.server.name": server };
    const model = stringMember(data, "model");
    return model === undefined ? {} : { "gen_ai.request.model": model };
  }

  #refuse(cause: string, line: number): void {
    this.#tally.addUnreadable(cause, this.#file.name, line);
  }
}

function nameOf(data: JsonObject, type: string | undefined): string {
  return stringMember(data, "name") ?? type ?? "";
}
