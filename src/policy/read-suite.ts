import { isJsonObject } from "../request/json.ts";
import { nodeLocator } from "./locate.ts";
import type { DiagnosticSink } from "./log.ts";
import type { SuiteDocument } from "./model.ts";
import { entryOf, headSpan, recordPlace, toJson, type Node } from "./node.ts";
import { text } from "./scalars.ts";

/** A suite with its header checked; its tests are read by those who run them. */
export function readSuite(node: Node, log: DiagnosticSink): SuiteDocument | undefined {
  if (node.kind !== "map") return undefined;
  const entry = entryOf(node, "name");
  const name = entry === undefined ? undefined : text(entry.value, log);
  if (entry === undefined)
    log.add({
      code: "missing-field",
      place: node.place,
      span: headSpan(node),
      message: "a suite needs `name`",
    });
  const body = toJson(node);
  if (!isJsonObject(body)) return undefined;
  return {
    kind: "Suite",
    name: name ?? "",
    body,
    node,
    place: recordPlace(node, "name"),
    locate: nodeLocator(node),
  };
}
