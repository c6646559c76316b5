import { dirname } from "node:path";
import { loadPolicies } from "../api/load-policies.ts";
import type { Policies } from "../api/policies.ts";
import type { SetOptions } from "../api/set-files.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { makeFolder } from "../node/make-folder.ts";
import { Approvals } from "../serve/approvals.ts";
import { DecisionLog, type LogOptions } from "../serve/decision-log.ts";
import { DecisionService, type ServiceMode } from "../serve/decision-service.ts";
import { Metrics } from "../serve/metrics.ts";
import { PolicySource } from "../serve/policy-source.ts";

/** How a gateway decides and records. */
export interface GatewayServiceOptions {
  readonly cwd: string;
  readonly mode: ServiceMode;
  /** The policies that decide; undefined: none, which only `record` can do without. */
  readonly candidate: readonly string[] | undefined;
  readonly trust: Pick<SetOptions, "keys" | "atLeast">;
  readonly log: LogOptions;
  readonly maskAbove: string;
  /** The name of this gateway in the log. */
  readonly pdp: string;
  /** Milliseconds for which an approval can be answered and used. */
  readonly approvalTtl: number;
  /** Milliseconds between two looks at the policies' files; 0: none. */
  readonly reload: number;
  readonly clock: () => number;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
}

/** What decides where nothing has to be decided: a recorder writes down no decision. */
const RECORDER = {
  file: "record",
  text: `apiVersion: agentz/v1
kind: Policy
name: record
version: 1.0.0
rules: [{ id: all, effect: allow, actions: ["**"] }]
`,
};

/** A decision point inside a gateway, with its log and the policies that it follows. */
export class GatewayService {
  readonly service: DecisionService;
  readonly #options: GatewayServiceOptions;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    options: GatewayServiceOptions,
    service: DecisionService,
    source: PolicySource | undefined,
  ) {
    this.#options = options;
    this.service = service;
    if (source !== undefined && options.reload > 0)
      this.#timer = setInterval(() => void this.#look(source), options.reload).unref();
  }

  /** Loads the policies and rebuilds the state of the log; what stands in the way is a `UserError`. */
  static async open(options: GatewayServiceOptions): Promise<GatewayService> {
    const source = sourceOf(options);
    const candidate = await (source === undefined ? loadPolicies([RECORDER]) : source.load());
    const log = openLog(options);
    try {
      const service = await DecisionService.open(
        {
          pdp: options.pdp,
          log,
          logFailure: "deny",
          mode: options.mode,
          maskAbove: options.maskAbove,
          idle: undefined,
          clock: options.clock,
          metrics: new Metrics(),
          approvals: new Approvals({ ttl: options.approvalTtl, notify: () => undefined }),
          tell: options.tell,
        },
        { candidate, shadow: undefined },
      );
      return new GatewayService(options, service, source);
    } catch (error) {
      log.close();
      throw error;
    }
  }

  get policies(): Policies {
    return this.service.policies;
  }

  /** Puts changed policies in force; those that do not load leave the old ones there. */
  async #look(source: PolicySource): Promise<void> {
    if (!source.hasChanged()) return;
    const { tell } = this.#options;
    try {
      const candidate = await source.load();
      if (candidate.source === this.policies.source) return;
      await this.service.swap({ candidate, shadow: undefined });
      tell(`policies ${candidate.digest ?? ""} are in force`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tell(`the new policies are not in force: ${why}`);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.service.options.log?.close();
  }
}

function sourceOf({
  mode,
  candidate,
  cwd,
  trust,
}: GatewayServiceOptions): PolicySource | undefined {
  if (mode === "record") return undefined;
  if (candidate !== undefined) return new PolicySource(candidate, { cwd, ...trust });
  throw new UserError("usage", `mode \`${mode}\` needs policies`, {
    help: "pass --candidate <path>, or record without policies: --mode record",
  });
}

function openLog({ log, tell }: GatewayServiceOptions): DecisionLog {
  makeFolder(dirname(log.path), 0o700);
  const opened = new DecisionLog(log);
  if (opened.torn > 0)
    tell(
      `removed an incomplete line of ${opened.torn} bytes from the log; its call was never answered`,
    );
  return opened;
}
