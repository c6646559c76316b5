import type {
  Server,
  ServerCredentials,
  ServerUnaryCall,
  sendUnaryData,
  ServiceDefinition,
} from "@grpc/grpc-js";
import { readFileSync } from "node:fs";
import { packagedPath } from "../../api/packaged.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { errorCode } from "../../node/file-error.ts";
import { isJsonObject, member, stringMember, type JsonObject } from "../../request/json.ts";
import type { Askers } from "../../serve/approvals.ts";
import { callersTogether, namedCaller, type Credentials } from "../../serve/authenticate.ts";
import { HttpProblem } from "../../serve/http-problem.ts";
import type { Certificates } from "../../serve/listener.ts";
import type { Checked, CheckResult } from "./checked.ts";
import { CALL, plainStruct } from "./named-caller.ts";
import type { ExtMcp } from "./ext-mcp.ts";

/** Where a gateway's requests are taken, and from whom. */
export interface GrpcOptions {
  readonly address: { readonly host: string; readonly port: number };
  readonly certificates: Certificates | undefined;
  /** Those that are known now; undefined: none are asked for. */
  readonly credentials: () => Credentials | undefined;
}

const PROTO = "schemas/ext_mcp.proto";
const SERVICE = "agentgateway.dev.ext_mcp.ExtMcp";
/** Bytes of the largest message: a result may hold files. */
const MOST_BYTES = 64 * 1024 ** 2;
const PACKAGES = ["@grpc/grpc-js", "@grpc/proto-loader"];

/** The official packages, which are not installed with agentz. */
async function load() {
  try {
    const [grpc, loader] = await Promise.all([
      import("@grpc/grpc-js"),
      import("@grpc/proto-loader"),
    ]);
    return { grpc, loader };
  } catch (cause) {
    if (errorCode(cause) !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new UserError("no-package", "--ext-mcp needs packages that are not installed", {
      help: `run \`npm install ${PACKAGES.join(" ")}\` where agentz is installed`,
    });
  }
}

type Loaded = Awaited<ReturnType<typeof load>>;

function definitionOf({ loader }: Loaded): ServiceDefinition {
  const path = packagedPath(PROTO);
  if (path === undefined)
    throw new UserError("no-such-path", `\`${PROTO}\` is missing from this installation`, {
      help: "install agentz again",
    });
  const loaded = loader.loadSync(path, { keepCase: true, enums: String, oneofs: true });
  const service = loaded[SERVICE];
  if (service === undefined || "format" in service)
    throw new Error(`${PROTO} defines no service ${SERVICE}`);
  return service;
}

function socketCredentials(
  { grpc }: Loaded,
  certificates: Certificates | undefined,
): ServerCredentials {
  if (certificates === undefined) return grpc.ServerCredentials.createInsecure();
  const { cert, key, clientCa } = certificates;
  const pair = { cert_chain: readFileSync(cert), private_key: readFileSync(key) };
  const authority = clientCa === undefined ? null : readFileSync(clientCa);
  return grpc.ServerCredentials.createSsl(authority, [pair], authority !== null);
}

/** A message as it was decoded, as what is checked. */
function checkedOf(message: unknown, body: "mcp_request" | "mcp_response"): Checked {
  const {
    service_names: services,
    metadata_context: metadata,
    ...rest
  }: JsonObject = isJsonObject(message) ? message : {};
  const names = Array.isArray(services) ? services : [];
  const bytes: unknown = member(rest, body);
  return {
    services: names.filter((name) => typeof name === "string"),
    method: stringMember(rest, "method") ?? "",
    metadata: plainStruct(metadata),
    body: Buffer.isBuffer(bytes) ? bytes : undefined,
  };
}

/** A result as it is encoded. */
function messageOf(result: CheckResult): object {
  switch (result.how) {
    case "pass":
      return {
        pass: {},
        ...(result.call !== undefined && {
          metadata: { fields: { [CALL]: { stringValue: result.call } } },
        }),
      };
    case "mutated":
      return { mutated: result.body };
    case "error": {
      const { code, reason, data } = result.error;
      const more = data !== undefined && { mcp_error: Buffer.from(JSON.stringify(data)) };
      return { error: { code, reason, ...more } };
    }
  }
}

type UnaryCall = ServerUnaryCall<unknown, object>;

/** Takes the requests of other gateways by gRPC. */
export class GrpcServer {
  readonly #options: GrpcOptions;
  readonly #checks: ExtMcp;
  readonly #packages: Loaded;
  readonly #server: Server;

  private constructor(options: GrpcOptions, checks: ExtMcp, packages: Loaded) {
    this.#options = options;
    this.#checks = checks;
    this.#packages = packages;
    this.#server = new packages.grpc.Server({
      "grpc.max_receive_message_length": MOST_BYTES,
      "grpc.max_send_message_length": MOST_BYTES,
    });
  }

  /** Begins to listen; a package that is missing or an address in use is a `UserError`. */
  static async open(
    options: GrpcOptions,
    checks: ExtMcp,
  ): Promise<{ readonly server: GrpcServer; readonly where: string }> {
    const opened = new GrpcServer(options, checks, await load());
    return { server: opened, where: await opened.#listen() };
  }

  async #listen(): Promise<string> {
    const packages = this.#packages;
    this.#server.addService(definitionOf(packages), {
      CheckRequest: this.#answering((call, askers) =>
        this.#checks.request(checkedOf(call.request, "mcp_request"), askers),
      ),
      CheckResponse: this.#answering((call) =>
        this.#checks.response(checkedOf(call.request, "mcp_response")),
      ),
    });
    const { address, certificates } = this.#options;
    const host = address.host.includes(":") ? `[${address.host}]` : address.host;
    const name = `${host === "" ? "0.0.0.0" : host}:${address.port}`;
    const port = await this.#bound(name, socketCredentials(packages, certificates));
    return `${certificates === undefined ? "grpc" : "grpcs"}://${host}:${port}`;
  }

  #bound(name: string, credentials: ServerCredentials): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(name, credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(new UserError("in-use", `cannot listen on \`${name}\`: ${error.message}`));
      });
    });
  }

  #answering(check: (call: UnaryCall, askers: Askers) => CheckResult) {
    const { status } = this.#packages.grpc;
    return (call: UnaryCall, answer: sendUnaryData<object>): void => {
      try {
        answer(null, messageOf(check(call, this.#askers(call))));
      } catch (error) {
        const isRefused = error instanceof HttpProblem;
        const code = isRefused ? status.UNAUTHENTICATED : status.INTERNAL;
        answer({ code, details: isRefused ? error.message : "internal error" });
      }
    };
  }

  /** Whose credentials sent a request; those that are not known are an `HttpProblem`. */
  #askers(call: UnaryCall): Askers {
    const credentials = this.#options.credentials();
    const [authorization] = call.metadata.get("authorization");
    const [key] = call.metadata.get("x-api-key");
    const headers = {
      ...(typeof authorization === "string" && { authorization }),
      ...(typeof key === "string" && { "x-api-key": key }),
    };
    const name: unknown = call.getAuthContext().sslPeerCertificate?.subject.CN;
    const given = credentials === undefined ? [] : [credentials.check({ headers })];
    return callersTogether([...given, namedCaller(name)]).parties;
  }

  /** Answers the open requests, for `grace` milliseconds at most, and ends. */
  async close(grace: number): Promise<void> {
    const late = setTimeout(() => this.#server.forceShutdown(), grace);
    await new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    clearTimeout(late);
  }
}
