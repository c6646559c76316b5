import { Credentials } from "./authenticate.ts";
import { Approvals, type ApprovalRequest } from "./approvals.ts";
import { DecisionLog, type LogOptions } from "./decision-log.ts";
import { DecisionService, type Sets } from "./decision-service.ts";
import { HttpHandler, pathOf, type AdminAnswer, type Limits } from "./http-handler.ts";
import { Listener, type Address, type Certificates, type Patience } from "./listener.ts";
import { Metrics, prometheusPage, type Gauge } from "./metrics.ts";
import { OtlpExport, type OtlpOptions } from "./otlp.ts";
import { PolicySource } from "./policy-source.ts";
import type { Route } from "./routes.ts";
import { sendWebhook, webhookKey, type WebhookOptions } from "./webhook.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { SetOptions } from "../api/set-files.ts";
import { readText } from "../node/text-file.ts";
import { VERSION } from "../node/version.ts";
import { pathHelp } from "../node/near-path.ts";

/** How a decision point is run; paths are relative to `cwd`. */
export interface ServeOptions {
  readonly cwd: string;
  readonly listen: readonly Address[];
  /** Where health, readiness and metrics are answered; undefined: where decisions are. */
  readonly admin: Address | undefined;
  readonly candidate: readonly string[];
  readonly shadow: readonly string[] | undefined;
  /** What a bundle has to prove (design 14.5). */
  readonly trust: Pick<SetOptions, "keys" | "atLeast">;
  readonly log: LogOptions | undefined;
  readonly logFailure: "deny" | "allow";
  readonly maskAbove: string;
  readonly pdp: string;
  readonly url: string | undefined;
  readonly certificates: Certificates | undefined;
  readonly credentials: string | undefined;
  readonly limits: Limits;
  readonly patience: Patience;
  readonly idle: number | undefined;
  /** Where metrics are sent; undefined: nowhere. */
  readonly otlp: OtlpOptions | undefined;
  /** Milliseconds between two looks at the policies' files; 0: only when asked. */
  readonly reload: number;
  /** Milliseconds for which open requests are waited for at the end. */
  readonly grace: number;
  readonly approvals: {
    readonly ttl: number;
    readonly webhook: string | undefined;
    /** The file of the key that signs what the webhook is told. */
    readonly webhookKey: string | undefined;
  };
}

/** What a server needs of the process. */
export interface ServeHost {
  readonly clock: () => number;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
  /** What can be asked besides, such as by hooks of coding agents. */
  readonly routes?: ReadonlyMap<string, readonly Route[]>;
  /** Opens another way of asking, once decisions are made; what stands in its way is a `UserError`. */
  readonly beside?: (asked: AskedBeside) => Promise<Beside>;
}

/** What another way of asking needs of a decision point. */
export interface AskedBeside {
  readonly service: DecisionService;
  readonly certificates: Certificates | undefined;
  /** Those that are known now; undefined: none are asked for. */
  readonly credentials: () => Credentials | undefined;
}

/** Another way of asking, which is open. */
export interface Beside {
  readonly where: string;
  /** Answers what is open, for `grace` milliseconds at most. */
  readonly close: (grace: number) => Promise<void>;
}

/** Where the sets that decide come from. */
interface Sources {
  readonly candidate: PolicySource;
  readonly shadow: PolicySource | undefined;
}

/** A decision point that runs. */
export class Serving {
  readonly #options: ServeOptions;
  readonly #host: ServeHost;
  readonly #service: DecisionService;
  readonly #sources: Sources;
  readonly #metrics: Metrics;
  #listeners: readonly Listener[] = [];
  #handlers: readonly HttpHandler[] = [];
  #timer: NodeJS.Timeout | undefined;
  #otlp: OtlpExport | undefined;
  #beside: Beside | undefined;
  #reloading: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #credentials: Credentials | undefined;
  /** Whether the catalog lists this decision point as external, as far as was told. */
  #isListed = true;
  /** Why the set that is there is not in force; undefined: it is. */
  #reloadFault: string | undefined;

  private constructor(parts: {
    readonly options: ServeOptions;
    readonly host: ServeHost;
    readonly service: DecisionService;
    readonly sources: Sources;
  }) {
    this.#options = parts.options;
    this.#host = parts.host;
    this.#service = parts.service;
    this.#sources = parts.sources;
    this.#metrics = parts.service.options.metrics;
  }

  /**
   * Starts a decision point: loads its sets, rebuilds the state of its log, listens. What stands in
   * the way is a `UserError`.
   */
  static async start(options: ServeOptions, host: ServeHost): Promise<Serving> {
    const settings = { cwd: options.cwd, ...options.trust };
    const sources = {
      candidate: new PolicySource(options.candidate, settings),
      shadow: options.shadow && new PolicySource(options.shadow, settings),
    };
    const sets = await setsOf(sources);
    const log = options.log && new DecisionLog(options.log);
    if (log !== undefined && log.torn > 0)
      host.tell(
        `removed an incomplete line of ${log.torn} bytes from the log; its request was never answered`,
      );
    let serving: Serving | undefined;
    try {
      const webhook = await webhookOf(options);
      const service = await DecisionService.open(
        serviceOptions(options, host, { log, webhook }),
        sets,
      );
      serving = new Serving({ options, host, service, sources });
      await serving.#export();
      await serving.#listen();
      serving.#tellUnlisted();
      return serving;
    } catch (error) {
      // what listens already would keep the process alive
      if (serving === undefined) log?.close();
      else await serving.close();
      throw error;
    }
  }

  /** Where it listens. */
  get where(): readonly string[] {
    const besides = this.#beside === undefined ? [] : [this.#beside.where];
    return [...this.#listeners.map(({ where }) => where), ...besides];
  }

  get policies(): Sets["candidate"] {
    return this.#service.policies;
  }

  async #listen(): Promise<void> {
    const options = this.#options;
    this.#credentials = await credentialsOf(options);
    // WHY first: it takes longer, and whoever reaches one of them takes both to be there
    this.#beside = await this.#host.beside?.({
      service: this.#service,
      certificates: options.certificates,
      credentials: () => this.#credentials,
    });
    const decide = (address: Address): Listener => {
      const certificates = "path" in address ? undefined : options.certificates;
      const handler = new HttpHandler({
        service: this.#service,
        limits: options.limits,
        credentials: () => this.#credentials,
        certificates: certificates?.clientCa !== undefined,
        own: {
          url: options.url,
          scheme: certificates === undefined ? "http" : "https",
          listen: address,
        },
        admin: options.admin === undefined ? this.#admin : () => undefined,
        isClosing: () => this.#closing !== undefined,
        routes: this.#host.routes,
      });
      this.#handlers = [...this.#handlers, handler];
      return new Listener(handler.handle, { address, certificates, patience: options.patience });
    };
    const listeners = options.listen.map(decide);
    if (options.admin !== undefined) listeners.push(this.#adminListener(options.admin));
    for (const listener of listeners) {
      await listener.listen();
      this.#listeners = [...this.#listeners, listener];
    }
    if (options.reload > 0) this.#timer = setInterval(() => this.#look(), options.reload).unref();
  }

  async #export(): Promise<void> {
    const { otlp, pdp } = this.#options;
    if (otlp === undefined) return;
    const { clock, tell } = this.#host;
    this.#otlp = await OtlpExport.open(otlp, {
      instance: pdp,
      clock,
      samples: () => this.#metrics.samples(this.#gauges()),
      failed: (why, isFirst) => {
        this.#metrics.failures.add("otlp");
        if (isFirst) tell(`metrics cannot be sent: ${why}`);
      },
      works: () => tell("metrics are sent again"),
    });
  }

  #adminListener(address: Address): Listener {
    return new Listener(
      (request, response) => {
        const isRead = request.method === "GET" || request.method === "HEAD";
        const answer = isRead ? this.#admin(pathOf(request.url ?? "/")) : undefined;
        const { status, type, text } = answer ?? {
          status: 404,
          type: "text/plain",
          text: "there is /healthz, /readyz, /metrics",
        };
        response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
        response.end(text);
      },
      { address, certificates: undefined, patience: this.#options.patience },
    );
  }

  readonly #admin = (path: string): AdminAnswer | undefined => {
    switch (path) {
      case "/healthz":
        return { status: 200, type: "application/json", text: '{"status":"ok"}' };
      case "/readyz":
        return this.#readiness();
      case "/metrics":
        return {
          status: 200,
          type: "text/plain; version=0.0.4; charset=utf-8",
          text: prometheusPage(this.#metrics.samples(this.#gauges())),
        };
      default:
        return undefined;
    }
  };

  /** Ready: a set is in force, its state is known, and what is decided can be recorded. */
  #readiness(): AdminAnswer {
    const service = this.#service;
    const { logFailure } = this.#options;
    const isReady =
      this.#closing === undefined &&
      !service.isBroken &&
      (service.logFault === undefined || logFailure === "allow");
    const text = JSON.stringify({
      status: isReady ? "ready" : "not ready",
      version: VERSION,
      policy: service.policies.digest,
      source: service.policies.source,
      ...(service.shadow !== undefined && { shadow: service.shadow.digest }),
      ...(this.#reloadFault !== undefined && { reload: this.#reloadFault }),
      ...(service.logFault !== undefined && { log: service.logFault }),
      log_failure: logFailure,
      ...(service.isBroken && { state: "lost by an internal error" }),
      ...(this.#closing !== undefined && { closing: true }),
      ...(service.clock.behind() > 0 && { clock_behind_ms: service.clock.behind() }),
    });
    return { status: isReady ? 200 : 503, type: "application/json", text };
  }

  #gauges(): readonly Gauge[] {
    const service = this.#service;
    return [
      {
        name: "agentz_policy_info",
        help: "The policy set in force.",
        labels: { digest: service.policies.digest ?? "", version: VERSION },
        value: 1,
      },
      {
        name: "agentz_policy_reload_failed",
        help: "1 if the policy files do not load, so that the older set is still in force.",
        value: this.#reloadFault === undefined ? 0 : 1,
      },
      {
        name: "agentz_log_failing",
        help: "1 if the last line could not be written.",
        value: service.logFault === undefined ? 0 : 1,
      },
      {
        name: "agentz_log_failure_allows",
        help: "1 if a decision that cannot be recorded may permit the call.",
        value: this.#options.logFailure === "allow" ? 1 : 0,
      },
      {
        name: "agentz_log_bytes",
        help: "Bytes of the log file in use.",
        value: service.options.log?.size ?? 0,
      },
      {
        name: "agentz_requests_in_flight",
        help: "Requests that are being read.",
        value: this.#handlers.reduce((sum, { pending }) => sum + pending, 0),
      },
      {
        name: "agentz_approvals_open",
        help: "Calls that wait for an approval.",
        value: service.openApprovals(),
      },
      {
        name: "agentz_clock_behind_seconds",
        help: "How far the clock of the system is behind the newest event.",
        value: service.clock.behind() / 1000,
      },
      {
        name: "process_resident_memory_bytes",
        help: "Resident memory.",
        value: process.memoryUsage.rss(),
      },
    ];
  }

  #look(): void {
    const { candidate, shadow } = this.#sources;
    const changed = [candidate, shadow].filter((source) => source?.hasChanged() === true);
    if (changed.length > 0) void this.reload();
  }

  /**
   * Loads the sets anew and puts them in force; where that fails the old ones stay, and readiness
   * says so (design 14.3). Certificates and credentials are read anew as well.
   */
  reload(): Promise<void> {
    this.#reloading = (this.#reloading ?? Promise.resolve()).then(() => this.#reloadNow());
    return this.#reloading;
  }

  async #reloadNow(): Promise<void> {
    const service = this.#service;
    try {
      for (const listener of this.#listeners) listener.reload();
      this.#credentials = await credentialsOf(this.#options);
      const sets = await setsOf(this.#sources);
      const isSame =
        sets.candidate.digest === service.policies.digest &&
        sets.candidate.source === service.policies.source &&
        sets.shadow?.source === service.shadow?.source;
      if (!isSame) await service.swap(sets);
      if (!isSame || this.#reloadFault !== undefined)
        this.#host.tell(`policies ${sets.candidate.digest ?? ""} are in force`);
      this.#reloadFault = undefined;
      this.#tellUnlisted();
    } catch (error) {
      this.#reloadFault = faultOf(error);
      this.#metrics.failures.add("reload");
      this.#host.tell(`the new policies are not in force: ${this.#reloadFault}`);
      if (!(error instanceof UserError)) this.#metrics.failures.add("engine");
    }
  }

  /** WHY: coverage counts no call as enforced that a point decided which no catalog lists (9.1). */
  #tellUnlisted(): void {
    const { pdp } = this.#options;
    const isListed = this.#service.isExternal(pdp);
    if (!isListed && this.#isListed)
      this.#host.tell(
        `no catalog lists the decision point \`${pdp}\` as external, so \`agentz coverage\` will not ` +
          `count its calls as enforced; add \`decision_points: [{ id: ${pdp}, external: true }]\``,
      );
    this.#isListed = isListed;
  }

  /** Takes no more requests, answers those that are open, and closes the log. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    const { grace } = this.#options;
    const open = [...this.#listeners, ...(this.#beside === undefined ? [] : [this.#beside])];
    await Promise.all(open.map((one) => one.close(grace)));
    await this.#reloading;
    await this.#otlp?.close(grace);
    this.#service.options.log?.close();
  }
}

/** Why sets are not in force, with the first finding on their documents. */
function faultOf(error: unknown): string {
  if (!(error instanceof UserError)) return error instanceof Error ? error.message : String(error);
  const { message, firstFinding } = error;
  return firstFinding === undefined ? message : `${message}: ${firstFinding}`;
}

async function setsOf(sources: Sources): Promise<Sets> {
  const candidate = await sources.candidate.load();
  return { candidate, shadow: await sources.shadow?.load() };
}

function serviceOptions(
  options: ServeOptions,
  host: ServeHost,
  {
    log,
    webhook,
  }: { readonly log: DecisionLog | undefined; readonly webhook: WebhookOptions | undefined },
): DecisionService["options"] {
  const { ttl } = options.approvals;
  const metrics = new Metrics();
  const notify = (request: ApprovalRequest): void => {
    if (webhook !== undefined) sendWebhook(webhook, request, { ...host, metrics });
  };
  return {
    pdp: options.pdp,
    log,
    logFailure: options.logFailure,
    maskAbove: options.maskAbove,
    idle: options.idle,
    clock: host.clock,
    metrics,
    approvals: new Approvals({ ttl, notify }),
    tell: host.tell,
  };
}

async function neededText(cwd: string, file: string): Promise<string> {
  const text = await readText(cwd, file);
  if (text !== undefined) return text;
  const help = pathHelp(cwd, file);
  throw new UserError("no-such-path", `\`${file}\` cannot be read: it does not exist`, {
    ...(help !== undefined && { help }),
  });
}

async function credentialsOf({ cwd, credentials }: ServeOptions): Promise<Credentials | undefined> {
  if (credentials === undefined) return undefined;
  return Credentials.read(await neededText(cwd, credentials), credentials);
}

async function webhookOf({ cwd, approvals }: ServeOptions): Promise<WebhookOptions | undefined> {
  const { webhook: url, webhookKey: file } = approvals;
  if (url === undefined) return undefined;
  const key = file === undefined ? undefined : webhookKey(await neededText(cwd, file), file);
  return { url, key };
}
