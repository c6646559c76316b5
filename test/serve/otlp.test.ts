import { cpSync, readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { spawnSync } from "node:child_process";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { ask, serve, until, type Running } from "./running.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: look, effect: allow, actions: [shop/look] }]
`;
const call = (name: string): object => ({
  subject: { type: "agent", id: "a" },
  action: { server: "shop", name },
});

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: ReturnType<typeof JSON.parse>;
}

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

/** A receiver of OTLP over HTTP: takes exports as a collector does, with these statuses in turn. */
async function receiver(
  ...statuses: readonly number[]
): Promise<{ readonly url: string; readonly exports: readonly Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes: Buffer) => void (body += bytes.toString()));
    request.on("end", () => {
      const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 200;
      received.push({ path: request.url, headers: request.headers, body: JSON.parse(body) });
      response.writeHead(status, { "Content-Type": "application/json" }).end("{}");
    });
  });
  ends.push(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/v1/metrics`, exports: received };
}

function start(...args: readonly string[]): Promise<Running> {
  const cwd = scratch({ "p.yaml": POLICY });
  return serve(["--candidate", "p.yaml", "--id", "gateway-1", ...args], { cwd });
}

/** The metrics of an export by name. */
function metricsOf({ body }: Received): ReadonlyMap<string, ReturnType<typeof JSON.parse>> {
  const [{ scopeMetrics }] = body.resourceMetrics;
  return new Map(scopeMetrics[0].metrics.map((one: { name: string }) => [one.name, one]));
}

const attributes = (list: readonly { key: string; value: { stringValue: string } }[]): unknown =>
  Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue]));

describe("metrics by OTLP", () => {
  test("says what /metrics says, as the standard writes it, the last time when it ends", async () => {
    const { url, exports } = await receiver(200);
    const server = await start("--otlp", url, "--otlp-interval", "1h");
    for (const name of ["look", "look", "pay"]) await ask(server.port, "/v1/decide", call(name));
    const page = (await ask(server.port, "/metrics")).text;
    expect(await server.end("SIGTERM")).toBe(0);
    expect(exports).toHaveLength(1);
    const [last] = exports;
    if (last === undefined) throw new Error("nothing came");
    expect([last.path, last.headers["content-type"]]).toEqual(["/v1/metrics", "application/json"]);
    const [{ resource }] = last.body.resourceMetrics;
    expect(attributes(resource.attributes)).toMatchObject({
      "service.name": "agentz",
      "service.instance.id": "gateway-1",
    });
    const metrics = metricsOf(last);
    const { sum } = metrics.get("agentz_decisions_total");
    const points = sum.dataPoints.map((point: ReturnType<typeof JSON.parse>) => ({
      ...Object(attributes(point.attributes)),
      value: point.asDouble,
    }));
    expect([sum.isMonotonic, sum.aggregationTemporality, points]).toEqual([
      true,
      2,
      [
        { effect: "allow", permitted: "true", value: 2 },
        { effect: "deny", permitted: "false", value: 1 },
      ],
    ]);
    const [took] = metrics.get("agentz_decision_seconds").histogram.dataPoints;
    expect([took.count, took.bucketCounts.length]).toEqual([3, took.explicitBounds.length + 1]);
    expect(took.bucketCounts.reduce((all: number, one: number) => all + one, 0)).toBe(3);
    expect(metrics.get("agentz_log_failing").gauge.dataPoints[0].asDouble).toBe(0);
    const named = [...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? "");
    // of what was never counted there is no point
    const silent = [
      "agentz_shadow_decisions_total",
      "agentz_failures_total",
      "agentz_outcomes_total",
    ];
    expect([...metrics.keys()]).toEqual(named.filter((name) => !silent.includes(name)));
  });

  test("again and again, with the headers of the environment; a failure is told and changes nothing", async () => {
    const { url, exports } = await receiver(400, 200);
    process.env["OTEL_EXPORTER_OTLP_HEADERS"] = "x-tenant=eu";
    const server = await start("--otlp", url, "--otlp-interval", "100ms");
    delete process.env["OTEL_EXPORTER_OTLP_HEADERS"];
    await until(() => exports.length >= 3);
    expect(exports[0]?.headers["x-tenant"]).toBe("eu");
    await until(() => server.said().includes("metrics are sent again"));
    expect(server.said().match(/metrics cannot be sent/g)).toHaveLength(1);
    expect((await ask(server.port, "/v1/decide", call("look"))).json().decision).toBe(true);
    expect((await ask(server.port, "/metrics")).text).toContain(
      'agentz_failures_total{what="otlp"} 1',
    );
  });

  test("what is not installed is said, with the way out", () => {
    const cwd = scratch({ "p.yaml": POLICY });
    for (const part of ["bin", "dist", "package.json", "policies/starter"])
      cpSync(join(ROOT, part), join(cwd, "app", part), { recursive: true });
    const line = [
      "app/bin/agentz.js",
      "serve",
      "--candidate",
      "p.yaml",
      "--otlp",
      "http://127.0.0.1:1",
    ];
    const { status, stderr } = spawnSync(process.execPath, line, { cwd, encoding: "utf8" });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("--otlp needs packages that are not installed"),
    ]);
    expect(stderr).toContain("npm install @opentelemetry/exporter-metrics-otlp-http");
    const { peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    );
    const ofOtlp = (name: string): boolean => name.startsWith("@opentelemetry/");
    for (const name of Object.keys(peerDependencies).filter(ofOtlp)) {
      expect(stderr).toContain(name);
      expect(peerDependenciesMeta[name]).toEqual({ optional: true });
    }
  });

  test("an address that is none is refused", async () => {
    await expect(start("--otlp", "collector:4318")).rejects.toThrow(
      "is not an address that metrics",
    );
  });
});
