import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { ask, serve, until, type Running } from "./running.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: pay
version: 1.0.0
rules:
  - { id: refund, effect: require_approval, actions: [shop/refund], reason: refunds need a person }
`;
const KEY = Buffer.from("0123456789abcdef0123456789abcdef");
const CALL = {
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { server: "shop", name: "refund" },
  resource: { type: "order", id: "1" },
  args: { order: "1", card: "4111" },
  complete: ["context"],
};

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const receivers: Server[] = [];
afterAll(() => {
  for (const receiver of receivers) receiver.close();
});

/** A receiver that answers with these statuses in turn, the last one again and again. */
async function receiver(
  ...statuses: readonly number[]
): Promise<{ readonly url: string; readonly messages: readonly Message[] }> {
  const messages: Message[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes: Buffer) => void (body += bytes.toString()));
    request.on("end", () => {
      const status = statuses[Math.min(messages.length, statuses.length - 1)] ?? 200;
      messages.push({ headers: request.headers, body });
      response.writeHead(status, status === 302 ? { Location: "/elsewhere" } : {}).end();
    });
  });
  receivers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook`, messages };
}

function start(url: string, ...more: readonly string[]): Promise<Running> {
  const folder = scratch({ "p.yaml": POLICY, key: `whsec_${KEY.toString("base64")}\n` });
  return serve(["--candidate", "p.yaml", "--approval-webhook", url, ...more], { cwd: folder });
}

const effect = async ({ port }: Running): Promise<unknown> => {
  const { decision, context } = (await ask(port, "/v1/decide", CALL)).json();
  return [decision, context.effect, typeof context.access_request?.id];
};
const WAITS = [false, "require_approval", "string"];

describe.concurrent("the approval webhook", () => {
  test("is told what waits, signed as Standard Webhooks, without the arguments, and once", async () => {
    const { url, messages } = await receiver(200);
    const server = await start(url, "--approval-webhook-key", "key");
    expect(await effect(server)).toEqual(WAITS);
    expect(await effect(server)).toEqual(WAITS);
    await until(() => messages.length > 0);
    const [{ headers, body } = { headers: {}, body: "" }] = messages;
    const [id, seconds] = [headers["webhook-id"], headers["webhook-timestamp"]];
    const signed = createHmac("sha256", KEY).update(`${id}.${seconds}.${body}`).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${signed}`);
    expect(Math.abs(Number(seconds) * 1000 - Date.now())).toBeLessThan(60_000);
    const message = JSON.parse(body);
    expect(message).toMatchObject({
      type: "approval_requested",
      id,
      subject: "agent:a",
      resource: "order:1",
      action: { server: "shop", name: "refund" },
      reason: "refunds need a person",
    });
    expect(body).not.toContain("4111");
    expect(messages).toHaveLength(1);
  });

  test("is told again where it failed, under the same id", async () => {
    const { url, messages } = await receiver(500, 200);
    const server = await start(url);
    expect(await effect(server)).toEqual(WAITS);
    await until(() => messages.length === 2);
    expect(new Set(messages.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(messages[0]?.headers["webhook-signature"]).toBeUndefined();
    expect((await ask(server.port, "/metrics")).text).not.toContain('what="webhook"');
  });

  test.each([
    ["that refuses", [503]],
    ["that sends elsewhere", [302]],
    ["that nobody answers", []],
  ])("one %s opens nothing, and it is told", async (_, statuses) => {
    const { url, messages } = await receiver(...statuses);
    const server = await start(statuses.length === 0 ? "http://127.0.0.1:1/hook" : url);
    expect(await effect(server)).toEqual(WAITS);
    await until(() => server.said().includes("the webhook did not receive an approval request"));
    expect(await effect(server)).toEqual(WAITS);
    expect((await ask(server.port, "/metrics")).text).toContain(
      'agentz_failures_total{what="webhook"} 1',
    );
    expect(messages).toHaveLength(statuses.length * 3);
  });

  test.each([
    [["--approval-webhook", "ftp://x"], "is not a URL that a webhook can have"],
    [["--approval-webhook-key", "key"], "--approval-webhook-key needs --approval-webhook"],
    [["--approval-webhook", "http://x", "--approval-webhook-key", "p.yaml"], "contains no key"],
    [["--approval-webhook", "http://x", "--approval-webhook-key", "none"], "cannot be read"],
  ])("%j is refused", async (args, why) => {
    const folder = scratch({ "p.yaml": POLICY, key: "short" });
    await expect(serve(["--candidate", "p.yaml", ...args], { cwd: folder })).rejects.toThrow(why);
  });
});
