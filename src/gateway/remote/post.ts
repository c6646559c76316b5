import {
  Agent,
  request as plainRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";

/** A decision point, and the token by which it knows who asks. */
export interface DecisionPoint {
  /** A URL, or `unix:` and the path of a socket. */
  readonly address: string;
  readonly token: string | undefined;
}

/** What a decision point answered. */
export interface Posted {
  readonly status: number;
  readonly text: string;
}

/** No answer of a decision point is longer. */
const MOST_BYTES = 1024 ** 2;
const PLAIN = new Agent({ keepAlive: true });
const SECURE = new SecureAgent({ keepAlive: true });

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += part.length;
    if (length > MOST_BYTES) throw new Error("its answer is too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Sends a body to a path of a decision point; what stands in the way is thrown. */
export async function post(
  { address, token }: DecisionPoint,
  path: string,
  body: string,
  patience: number,
): Promise<Posted> {
  const [, socketPath] = /^unix:(.+)$/s.exec(address) ?? [];
  const signal = AbortSignal.timeout(patience);
  const options: RequestOptions = {
    method: "POST",
    signal,
    headers: {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
  };
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked =
        socketPath === undefined
          ? requestTo(`${address.replace(/\/+$/, "")}${path}`, options, resolve)
          : plainRequest({ ...options, agent: PLAIN, socketPath, path }, resolve);
      asked.on("error", reject);
      asked.end(body);
    });
    return { status: answer.statusCode ?? 0, text: await textOf(answer) };
  } catch (error) {
    if (signal.aborted) throw new Error(`it did not answer within ${patience / 1000} s`);
    throw error;
  }
}

function requestTo(url: string, options: RequestOptions, take: (answer: IncomingMessage) => void) {
  return url.startsWith("https:")
    ? secureRequest(url, { ...options, agent: SECURE }, take)
    : plainRequest(url, { ...options, agent: PLAIN }, take);
}
