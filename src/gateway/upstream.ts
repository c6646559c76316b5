import { Agent, request as plainRequest, type IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";

/** What is sent on of a client's request. */
export interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** Aborted where the client is gone. */
  readonly signal: AbortSignal;
}

/** The server behind a gateway: an MCP endpoint at one URL. */
export class Upstream {
  readonly url: URL;
  readonly #agent: Agent;

  constructor(url: URL) {
    this.url = url;
    const options = { keepAlive: true, maxSockets: 1024 };
    this.#agent = url.protocol === "https:" ? new SecureAgent(options) : new Agent(options);
  }

  /** The server's response, once its header is there; what stands in the way is thrown. */
  send({ method, headers, body, signal }: Sent): Promise<IncomingMessage> {
    const start = this.url.protocol === "https:" ? secureRequest : plainRequest;
    return new Promise((resolve, reject) => {
      const asked = start(
        this.url,
        {
          method,
          agent: this.#agent,
          signal,
          headers: {
            ...headers,
            ...(body !== undefined && { "Content-Length": String(body.length) }),
          },
        },
        resolve,
      );
      asked.on("error", reject);
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
