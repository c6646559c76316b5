/** What a trace shows and a catalog does not bear out. */
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
  /** What it is about: a tool as `server/name`, an agent's id, a credential's id. */
  readonly name: string;
  /** One sentence without final period. */
  readonly message: string;
  readonly calls: number;
  /** The id of the first event that shows it. */
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
