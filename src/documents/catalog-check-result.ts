/** A fact of a trace that contradicts the catalog or is missing in it. */
export interface CatalogFinding {
  readonly code:
    | "shadow-tool"
    | "unregistered-agent"
    | "agent-not-in-service"
    | "agent-expired"
    | "credential-expired"
    | "credential-shared"
    | "agent-under-human-name"
    | "definition-changed"
    | "unknown-decision-point";
  /** The name of the thing: a tool as `server/name`, an agent's id, a credential's id. */
  readonly name: string;
  /** One sentence without a final period. */
  readonly message: string;
  readonly calls: number;
  /** The id of the first such event. */
  readonly first: string;
}

/** The result document of `agentz catalog check`. */
export interface CatalogCheckResult {
  readonly schemaVersion: 1;
  readonly command: "catalog check";
  readonly tool: { readonly version: string };
  readonly digest: string | null;
  readonly trace: { readonly events: number; readonly calls: number; readonly malformed: number };
  readonly summary: { readonly findings: number; readonly tools: number; readonly agents: number };
  readonly findings: readonly CatalogFinding[];
}
