import type { Importer, ImportSample } from "../trace/importers/importer.ts";
import { IMPORTERS } from "../trace/importers/registry.ts";
import type { JsonObject } from "../request/json.ts";
import { mappedImporter } from "./mapped-importer.ts";
import { decodeMapping, type Mapping } from "./mapping.ts";
import { marked, type SeemingCalls } from "./seeming-calls.ts";
import { AGENTGATEWAY } from "./shipped/agentgateway.ts";
import { AGT } from "./shipped/agt.ts";
import { CERBOS } from "./shipped/cerbos.ts";
import { CLOUDTRAIL } from "./shipped/cloudtrail.ts";
import { ENVOY } from "./shipped/envoy.ts";
import { KUBERNETES } from "./shipped/kubernetes.ts";
import { OPA } from "./shipped/opa.ts";
import { PERMDIFF } from "./shipped/permdiff.ts";
import { VETO } from "./shipped/veto.ts";

interface Shipped {
  readonly name: string;
  readonly title: string;
  readonly document: JsonObject;
  readonly recognises: (sample: ImportSample) => boolean;
  /** The members by which a call can still be told where others are missing. */
  readonly seeming: SeemingCalls;
}

const SHIPPED: readonly Shipped[] = [
  {
    name: "cerbos",
    title: "Cerbos audit logs: decision entries of checked resources",
    document: CERBOS,
    recognises: ({ text }) =>
      /"(checkResources|planResources|decisionLogEntry)"\s*:\s*\{/.test(text) ||
      /"callId"\s*:[\s\S]*"EFFECT_(ALLOW|DENY)"/.test(text),
    seeming: (record) =>
      Object.hasOwn(record, "planResources")
        ? 0
        : marked(/^(?:principal|resource)$/, longestList)(record),
  },
  {
    name: "opa",
    title: "Open Policy Agent decision logs",
    document: OPA,
    recognises: ({ text }) =>
      /"decision_id"\s*:\s*"/.test(text) &&
      /"(labels|input|result|path|query|bundles)"\s*:/.test(text),
    seeming: marked(/^(?:decision_id|input|result|path|query)$/),
  },
  {
    name: "cloudtrail",
    title: "AWS CloudTrail: files of a trail, EventBridge, lookup-events, CloudWatch",
    document: CLOUDTRAIL,
    recognises: ({ text }) =>
      (/\\?"eventSource\\?"\s*:\s*\\?"[\w.-]+\.amazonaws\.com/.test(text) &&
        /eventName\\?"/.test(text)) ||
      /"CloudTrailEvent"\s*:\s*"/.test(text),
    seeming: marked(/^(?:eventSource|eventName|eventID|requestParameters|CloudTrailEvent)$/),
  },
  {
    name: "kubernetes",
    title: "Kubernetes audit logs of the API server",
    document: KUBERNETES,
    recognises: ({ text }) => /"audit\.k8s\.io\//.test(text),
    seeming: marked(/^(?:auditID|verb|stage|requestURI|objectRef)$/),
  },
  {
    name: "agentgateway",
    title: "agentgateway's request log: MCP, A2A and HTTP, as text or JSON",
    document: AGENTGATEWAY,
    recognises: ({ text }) =>
      /\bhttp\.method=\S+[^\n]*\bhttp\.path=/.test(text) ||
      /"http\.method"\s*:[^\n]*"http\.path"\s*:/.test(text),
    seeming: marked(/^(?:http|mcp|a2a|gen_ai)\./),
  },
  {
    name: "envoy",
    title: "Envoy access logs: the default format, or JSON (Istio, Envoy Gateway)",
    document: ENVOY,
    recognises: ({ text }) =>
      /"response_flags"\s*:/.test(text) ||
      /^\[\d{4}-\d\d-\d\dT[^\]]+\] "[A-Z]+ \S+ HTTP\//m.test(text),
    seeming: marked(/^(?:response_flags|response_code|path|authority|request_id)$/),
  },
  {
    name: "permdiff",
    title: "permdiff's corpus, and records of Custody",
    document: PERMDIFF,
    recognises: ({ text }) =>
      /"custody\.trace\.v\d/.test(text) ||
      (/"principal"\s*:\s*\{/.test(text) &&
        /"agent"\s*:\s*\{/.test(text) &&
        /"tool"\s*:\s*\{/.test(text)),
    seeming: marked(/^(?:tool|action|arguments|principal|actor|decision)$/),
  },
  {
    name: "agt",
    title: "Agent Governance Toolkit audit logs: entries, exports, CloudEvents",
    document: AGT,
    recognises: ({ text }) => /"agent_did"\s*:/.test(text) || /"ai\.agentmesh\.[a-z]/.test(text),
    seeming: marked(
      /^(?:entry_id|agent_did|event_type|policy_decision|specversion|source|action)$/,
    ),
  },
  {
    name: "veto",
    title: "Veto's log of decisions",
    document: VETO,
    recognises: ({ text }) =>
      /"tool(Name|_name)?"\s*:\s*"/.test(text) &&
      /"(arguments|args)"\s*:\s*\{/.test(text) &&
      /"decision"\s*:\s*"(allow|deny|require_approval)"/.test(text),
    seeming: marked(/^(?:tool_?name|tool|arguments|args|decision)$/i),
  },
];

/** Cerbos: a resource that was asked about, for as many actions as its list has. */
function longestList(input: JsonObject): number {
  const lists = Object.values(input).filter((held) => Array.isArray(held));
  return Math.max(1, ...lists.map(({ length }) => length));
}

/** WHY when it is first used: to check and compile every mapping takes longer than to start. */
function shippedImporter({ name, title, document, recognises, seeming }: Shipped): Importer {
  let made: Importer | undefined;
  return {
    name,
    title,
    recognises,
    convert: (file, options, tally) => {
      made ??= mappedImporter(soundMapping(name, document), { name, title, recognises, seeming });
      return made.convert(file, options, tally);
    },
  };
}

/** INVARIANT: a mapping that ships is sound; a test proves it of each. */
function soundMapping(name: string, document: JsonObject): Mapping {
  const decoded = decodeMapping(document);
  if ("problems" in decoded)
    throw new Error(`the built-in mapping ${name} is wrong: ${JSON.stringify(decoded.problems)}`);
  return decoded.mapping;
}

/**
 * All formats that `agentz import` reads without a mapping of one's own, in the order in which
 * `auto` asks them.
 */
export const ALL_IMPORTERS: readonly Importer[] = [...SHIPPED.map(shippedImporter), ...IMPORTERS];
