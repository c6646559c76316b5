import type { Expr } from "../condition/ast.ts";
import type { JsonObject, Json } from "../request/json.ts";
import type { MapNode } from "./node.ts";
import type { Place } from "./place.ts";

export type { Place } from "./place.ts";

/**
 * A CEL condition: its text, its tree, and where a part of it (offsets in `text`) stands in the
 * file.
 */
export interface Condition {
  readonly text: string;
  readonly expr: Expr;
  readonly place: Place;
  /** Maps an offset of `text` to one of the file, through quotes, folding and escapes. */
  readonly toFile: (offset: number) => number;
  /** The comment behind it, where it is written without quotes: YAML ends the text there. */
  readonly comment?: string;
}

export type Effect = "allow" | "deny" | "require_approval";
export type DelegationMode = "subject" | "agents" | "user";

/**
 * Lists of globs (design 2.4), joined by AND between the lists and OR within one; undefined: fits
 * everything.
 */
export interface Scope {
  readonly subjects?: readonly string[];
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
}

export interface Approval {
  /** Globs on `type:id`, or `role:name`; undefined: any human. */
  readonly approvers?: readonly string[];
  readonly quorum: number;
  /** Validity in milliseconds; undefined: no limit. */
  readonly within?: number;
}

export type Classification = "public" | "internal" | "confidential" | "restricted";

export interface Obligations {
  readonly redact?: { readonly fields: readonly string[]; readonly above?: Classification };
  readonly log: boolean;
  readonly notify: readonly string[];
}

export type OnDeny = "block_tool" | "suspend_session" | "terminate_session" | "revoke_credential";

export interface RuleException extends Scope {
  readonly when?: Condition;
  readonly reason: string;
  readonly owner: string;
  /** The last millisecond at which the exception holds; undefined: it does not expire. */
  readonly expires?: number;
  readonly place: Place;
}

/**
 * An inline example call (design 2.2): a partial request, with session state where the rule reads
 * it.
 */
export interface Example {
  readonly request: JsonObject;
  readonly session?: SessionExample;
  readonly place: Place;
}

/**
 * Session state written down by hand, in examples, suites and `decide`. Absent names are empty: not
 * set, 0, no values.
 */
export interface SessionExample {
  readonly labels: readonly string[];
  readonly counters: { readonly [name: string]: number };
  readonly values: { readonly [name: string]: readonly Json[] };
}

export interface Rule extends Scope {
  readonly id: string;
  readonly effect: Effect;
  readonly when?: Condition;
  readonly reason?: string;
  /** Set on every require_approval rule (with the default quorum of 1), and on no other. */
  readonly approval?: Approval;
  readonly obligations?: Obligations;
  readonly onDeny?: OnDeny;
  readonly labels: readonly string[];
  readonly mode: "enforce" | "shadow";
  readonly exceptions: readonly RuleException[];
  readonly match: readonly Example[];
  readonly notMatch: readonly Example[];
  readonly place: Place;
}

export type StateKey =
  | { readonly by: "session" | "subject" | "on_behalf_of" | "tenant" }
  | { readonly by: "condition"; readonly condition: Condition };
export type StateTrigger = "permitted" | "completed" | "attempted";

interface StateDeclaration {
  readonly name: string;
  readonly when?: Condition;
  readonly on: StateTrigger;
  readonly key: StateKey;
  readonly place: Place;
}
export type LabelDeclaration = StateDeclaration;
export interface CounterDeclaration extends StateDeclaration {
  readonly add: Condition;
  /** Window in milliseconds, both ends included; undefined: since the key's state began. */
  readonly within?: number;
}
export interface ValuesDeclaration extends StateDeclaration {
  readonly add: Condition;
  readonly within?: number;
  readonly max: number;
}

/** Session state that a policy declares (design 5.1). */
export interface SessionDeclarations {
  readonly labels: readonly LabelDeclaration[];
  readonly counters: readonly CounterDeclaration[];
  readonly values: readonly ValuesDeclaration[];
}

export interface Policy {
  readonly kind: "Policy";
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly description?: string;
  /** Globs on `type:id` of the subjects that the policy speaks about; undefined: all. */
  readonly target?: { readonly subjects: readonly string[] };
  readonly session: SessionDeclarations;
  readonly delegation: DelegationMode;
  readonly rules: readonly Rule[];
  readonly place: Place;
}

export type AgentStatus = "commissioned" | "suspended" | "decommissioned";

export interface ManifestTool {
  /** A glob on `server/name`. */
  readonly name: string;
  /** JSON Schema of the arguments; undefined: any. */
  readonly args?: JsonObject;
  readonly place: Place;
}

export interface Manifest {
  /** Undefined: the manifest does not restrict tools; empty: none may be called. */
  readonly tools?: readonly ManifestTool[];
  readonly sources?: readonly string[];
  readonly maxCalls?: number;
  /** Milliseconds. */
  readonly maxDuration?: number;
  readonly place: Place;
}

export interface Agent {
  readonly id: string;
  readonly owner?: string;
  readonly purpose?: string;
  readonly status: AgentStatus;
  /** The last millisecond at which the agent may act. */
  readonly expires?: number;
  /** As written, and as milliseconds (a date ends with its day). */
  readonly reviewed?: { readonly text: string; readonly time: number };
  readonly expiresText?: string;
  /** Milliseconds. */
  readonly reviewEvery?: number;
  readonly retireWhen?: string;
  readonly dataClasses?: readonly Classification[];
  readonly attributes: JsonObject;
  readonly manifest?: Manifest;
  readonly place: Place;
}

export interface Person {
  readonly id: string;
  readonly roles: readonly string[];
  readonly department?: string;
  readonly team?: string;
  readonly tenant?: string;
  readonly attributes: JsonObject;
  readonly place: Place;
}

export type ToolEffect =
  | "read"
  | "create"
  | "update"
  | "delete"
  | "execute"
  | "send"
  | "pay"
  | "grant"
  | "delegate"
  | "remember";

/**
 * How a tool's resource is read off its arguments: `none`, or a type and a CEL expression over
 * `args`.
 */
export type ToolResource = "none" | { readonly type: string; readonly id: Condition };

export interface Tool {
  readonly name: string;
  readonly server: string;
  readonly effects?: readonly ToolEffect[];
  readonly reversible?: boolean;
  readonly openWorld?: boolean;
  readonly consequential?: boolean;
  readonly definitionDigest?: string;
  readonly args?: JsonObject;
  readonly resource?: ToolResource;
  readonly place: Place;
}

export type ResourceForm = "path" | "url" | "domain" | "opaque";

export interface ResourceEntry {
  /** A glob on `type:id`. */
  readonly match: string;
  readonly classification?: Classification;
  readonly environment?: string;
  readonly owner?: string;
  readonly tenant?: string;
  readonly scope?: "user" | "team" | "tenant";
  /** Milliseconds. */
  readonly retain?: number;
  /** Field path -> class. */
  readonly fields?: { readonly [path: string]: Classification };
  /** Only on `type:*`. */
  readonly form?: ResourceForm;
  readonly attributes: JsonObject;
  readonly place: Place;
}

export interface DecisionPoint {
  readonly id: string;
  readonly external: boolean;
  readonly surfaces: readonly string[];
  readonly place: Place;
}

/**
 * A declared attribute's type as written: `string`, `double`, `bool`, `timestamp`, `duration`,
 * `list<string>`, `map<string, dyn>`, `dyn`.
 */
export interface AttributeDeclaration {
  readonly path: string;
  readonly type: string;
  readonly place: Place;
}

/**
 * What a data entry is read from: a CSV, JSON or YAML file beside the catalog, and the column
 * wanted of it.
 */
export interface DataFile {
  readonly path: string;
  readonly column?: string;
}

/**
 * A named list or map: inline, or asked from a file beside the catalog (the host reads it before
 * compiling).
 */
export interface DataEntry {
  readonly name: string;
  /** Null until the `file` has been read. */
  readonly value: Json;
  readonly file?: DataFile;
  readonly place: Place;
}

export interface Catalog {
  readonly kind: "Catalog";
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /**
   * What happens to an agent that the catalog does not list: `deny` by lifecycle/unregistered, or
   * left to the policies.
   */
  readonly unregistered: "deny" | "policy";
  /** The most steps that a part of a condition may take; undefined: as many as by default. */
  readonly conditionSteps?: number;
  /** Undefined: the catalog lists no agents at all. */
  readonly agents?: readonly Agent[];
  readonly people: readonly Person[];
  readonly tools: readonly Tool[];
  readonly resources: readonly ResourceEntry[];
  readonly attributes: readonly AttributeDeclaration[];
  readonly decisionPoints: readonly DecisionPoint[];
  readonly data: readonly DataEntry[];
  readonly place: Place;
}

/**
 * A suite of unit tests; its inner grammar is checked and run by `suite/`, so it stays a located
 * tree here.
 */
export interface SuiteDocument {
  readonly kind: "Suite";
  readonly name: string;
  readonly body: JsonObject;
  /** The document as it is written, for whoever reads its inner grammar. */
  readonly node: MapNode;
  readonly place: Place;
  /**
   * The place of the node at a YAML path of this document (`$.tests[0].call`), or of its nearest
   * ancestor.
   */
  readonly locate: (path: string, part?: "key" | "value") => Place;
}

/** The calls that an invariant is about: undefined lists and no condition fit every call. */
export interface InvariantCalls extends Scope {
  readonly when?: Condition;
}

/** What holds of those calls, whatever was recorded (design 17.1). */
export type InvariantClaim =
  | { readonly is: "never"; readonly calls: InvariantCalls }
  | { readonly is: "only_with"; readonly calls: InvariantCalls; readonly approval: Approval }
  | {
      readonly is: "only_by";
      readonly calls: InvariantCalls;
      readonly subjects: readonly string[];
    };

export type InvariantRule = InvariantClaim & {
  readonly id: string;
  /** Only in sessions that hold this label. */
  readonly after?: { readonly label: string; readonly place: Place };
  readonly reason?: string;
  readonly place: Place;
};

/** What policies may never permit (design 17); it decides nothing itself. */
export interface Invariant {
  readonly kind: "Invariant";
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly description?: string;
  readonly rules: readonly InvariantRule[];
  readonly place: Place;
}

export type Document = Policy | Catalog | Invariant | SuiteDocument;
