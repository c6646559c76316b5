import { createHmac } from "node:crypto";
import { UserError } from "../diagnostics/user-error.ts";
import type { ApprovalRequest } from "./approvals.ts";
import type { Metrics } from "./metrics.ts";
import { whoIs } from "./who-is.ts";

/** Where requests for approval are told, and the key that signs what is told. */
export interface WebhookOptions {
  readonly url: string;
  /** Undefined: nothing is signed. */
  readonly key: Buffer | undefined;
}

/** What a webhook needs of the process. */
export interface WebhookHost {
  readonly tell: (what: string) => void;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

const TRIES = 3;
const WAIT_MS = 1000;
const PATIENCE_MS = 5000;
/** As long as the HMAC's own digest: a shorter key is easier to find than a signature. */
const LEAST_KEY_BYTES = 24;

/**
 * The key of a text as Standard Webhooks writes it: base64, with or without `whsec_` before it. One
 * that is too short is a `UserError`.
 */
export function webhookKey(text: string, file: string): Buffer {
  const written = text.trim().replace(/^whsec_/, "");
  const key = Buffer.from(written, "base64");
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(written) && key.length >= LEAST_KEY_BYTES) return key;
  throw new UserError("credentials", `\`${file}\` contains no key for a webhook`, {
    help: "write 24 random bytes or more as base64, such as those of `openssl rand -base64 32`",
  });
}

/** What of a request is told: arguments stay here, whoever wants them asks for them. */
function messageOf(request: ApprovalRequest): string {
  const { id, at, expires, reason, requirements, event } = request;
  return JSON.stringify({
    type: "approval_requested",
    id,
    at,
    expires_at: new Date(expires).toISOString(),
    subject: whoIs(event["subject"]),
    resource: whoIs(event["resource"]),
    action: event["action"],
    reason,
    requirements,
  });
}

/** The headers by which a receiver knows who sent a message, and that it is no old one. */
function signatureOf(
  key: Buffer | undefined,
  { id, body, seconds }: { readonly id: string; readonly body: string; readonly seconds: number },
): Readonly<Record<string, string>> {
  const named = { "webhook-id": id, "webhook-timestamp": String(seconds) };
  if (key === undefined) return named;
  const signed = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { ...named, "webhook-signature": `v1,${signed}` };
}

async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
}

async function deliver(attempt: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS * tries).unref());
    }
  }
}

/**
 * Tells a webhook of a request for approval, without waiting for it, and tries again where that
 * fails (Standard Webhooks). WHY it decides nothing: the call waits whether or not anybody was told.
 */
export function sendWebhook(
  { url, key }: WebhookOptions,
  request: ApprovalRequest,
  { tell, metrics, clock }: WebhookHost,
): void {
  const body = messageOf(request);
  const attempt = (): Promise<void> => {
    const seconds = Math.floor(clock() / 1000);
    return post(url, body, signatureOf(key, { id: request.id, body, seconds }));
  };
  deliver(attempt).catch((error: unknown) => {
    metrics.failures.add("webhook");
    const why = error instanceof Error ? error.message : "";
    tell(`the webhook did not receive an approval request: ${why}`);
  });
}
