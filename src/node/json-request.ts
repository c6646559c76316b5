import { UserError } from "../diagnostics/user-error.ts";

/** How long one request may take, in milliseconds. */
const PATIENCE_MS = 30_000;
const TRIES = 3;
/** The pause before another try, in seconds, where the server names none. */
const PAUSE_S = 2;
/** The longest pause that is kept, in seconds, whatever the server asks for. */
const LONGEST_S = 60;

/** A request to a server that speaks JSON, with a bearer token. */
export interface JsonRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly url: string;
  /** It goes into one header and nowhere else. */
  readonly token: string;
  readonly body?: { readonly [key: string]: string };
}

/** What a server answered, whatever its status. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The document; null where the answer is no JSON. */
  readonly body: unknown;
}

/**
 * Sends a request and gives the answer. Busy servers (429, 5xx) and broken connections are asked
 * again, at most twice; a POST only after 429, because any other may have been carried out.
 * Redirects are not followed, so that the token reaches no other server. What cannot be reached is
 * a `UserError` that names the server and never the token.
 */
export async function requestJson(request: JsonRequest): Promise<JsonAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await attempt(request);
    const isLast = tries === TRIES;
    if (answer instanceof Error) {
      if (isLast || request.method === "POST") throw unreachable(request, answer);
    } else if (isLast || !isBusy(request, answer)) {
      return read(answer);
    }
    await pause(answer instanceof Error ? null : answer.headers.get("retry-after"));
  }
}

function isBusy({ method }: JsonRequest, { status }: Response): boolean {
  return status === 429 || (status >= 500 && method !== "POST");
}

async function attempt({ method, url, token, body }: JsonRequest): Promise<Response | Error> {
  try {
    return await fetch(url, {
      method,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "user-agent": "agentz",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function pause(asked: string | null): Promise<void> {
  const seconds = asked !== null && /^\d{1,6}$/.test(asked) ? Number(asked) : PAUSE_S;
  await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, LONGEST_S) * 1000));
}

/** WHY the code alone: the message of a failed `fetch` may quote a header. */
function unreachable({ url }: JsonRequest, error: Error): UserError {
  const cause: unknown = error.cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
  return new UserError("unreachable", `\`${new URL(url).origin}\` does not answer: ${code}`, {
    help: "check that the runner can reach this server",
  });
}

async function read(answer: Response): Promise<JsonAnswer> {
  const { status, headers } = answer;
  const text = await answer.text().catch(() => "");
  return { status, headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
