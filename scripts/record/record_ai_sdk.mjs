// Records an agent of the Vercel AI SDK with a scripted model: spans, and the messages of the run.
//
// npm install ai@6 zod @opentelemetry/sdk-trace-node @opentelemetry/otlp-transformer
// node record_ai_sdk.mjs <spans.json> <messages.json>
import { writeFileSync } from "node:fs";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { generateText, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { z } from "zod";

const [spansPath, messagesPath] = process.argv.slice(2);
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const asks = (toolCallId, toolName, input) => ({
  content: [{ type: "tool-call", toolCallId, toolName, input: JSON.stringify(input) }],
  finishReason: { unified: "tool-calls", raw: "tool_calls" },
  usage,
  warnings: [],
});
const script = [
  asks("c1", "lookup", { order: "o9" }),
  asks("c2", "refund", { order: "o9", amount: 12.5 }),
  {
    content: [{ type: "text", text: "sorry" }],
    finishReason: { unified: "stop", raw: "stop" },
    usage,
    warnings: [],
  },
];
const model = new MockLanguageModelV3({ doGenerate: async () => script.shift() });

const result = await generateText({
  model,
  prompt: "refund order o9",
  stopWhen: stepCountIs(5),
  tools: {
    lookup: tool({
      description: "an order",
      inputSchema: z.object({ order: z.string() }),
      execute: async () => ({ amount: 12.5 }),
    }),
    refund: tool({
      description: "pays back",
      inputSchema: z.object({ order: z.string(), amount: z.number() }),
      execute: async () => {
        throw new Error("no money");
      },
    }),
  },
  experimental_telemetry: {
    isEnabled: true,
    functionId: "refunder",
    metadata: { sessionId: "s-1", userId: "ann" },
  },
});
await provider.forceFlush();
const spans = JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans());
const document = JSON.parse(new TextDecoder().decode(spans));
// what tells of this machine
for (const { resource, scopeSpans } of document.resourceSpans) {
  resource.attributes = resource.attributes.filter(({ key }) => key === "service.name");
  for (const { attributes } of scopeSpans
    .flatMap((scope) => scope.spans)
    .flatMap(({ events }) => events))
    attributes.splice(
      0,
      attributes.length,
      ...attributes.filter(({ key }) => key !== "exception.stacktrace"),
    );
}
writeFileSync(spansPath, JSON.stringify(document));
writeFileSync(
  messagesPath,
  JSON.stringify([{ role: "user", content: "refund order o9" }, ...result.response.messages]),
);
