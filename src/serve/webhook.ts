import type { ApprovalRequest } from "./approvals.ts";
import type { Metrics } from "./metrics.ts";
import { whoIs } from "./who-is.ts";

const TRIES = 3;
const WAIT_MS = 1000;
const PATIENCE_MS = 5000;

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

async function post(url: string, body: string): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
}

async function deliver(url: string, body: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await post(url, body);
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS * tries).unref());
    }
  }
}

/** Tells a webhook of a request for approval, without waiting for it; that it fails is told. */
export function sendWebhook(
  url: string,
  request: ApprovalRequest,
  { tell, metrics }: { readonly tell: (what: string) => void; readonly metrics: Metrics },
): void {
  deliver(url, messageOf(request)).catch((error: unknown) => {
    metrics.failures.add({ what: "webhook" });
    tell(
      `the webhook did not receive an approval request: ${error instanceof Error ? error.message : ""}`,
    );
  });
}
