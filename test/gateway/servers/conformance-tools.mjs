// What the conformance suite of the protocol asks a server to offer, on the second SDK: tools.
import {
  CLIENT_CAPABILITIES_META_KEY,
  fromJsonSchema,
  inputRequired,
} from "@modelcontextprotocol/server";

export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const SILENCE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";
const NONE = { type: "object", properties: {} };
const text = (said) => ({ content: [{ type: "text", text: said }] });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const TEXT = { type: "string" };
const OK = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
const form = (message, requestedSchema) => inputRequired.elicit({ message, requestedSchema });
const field = (message, name) =>
  form(message, { type: "object", properties: { [name]: TEXT }, required: [name] });
const sampling = (question, maxTokens) =>
  inputRequired.createMessage({
    messages: [{ role: "user", content: { type: "text", text: question } }],
    maxTokens,
  });

/** What the client answered to a form under a key; undefined: nothing that can be used. */
function accepted({ mcpReq }, key) {
  const response = mcpReq.inputResponses?.[key];
  return response?.action === "accept" ? response.content : undefined;
}

const capabilitiesOf = ({ mcpReq }) => mcpReq.envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {};

const CONTENT = {
  test_simple_text: [{ type: "text", text: "This is a simple text response for testing." }],
  test_image_content: [{ type: "image", data: PIXEL, mimeType: "image/png" }],
  test_audio_content: [{ type: "audio", data: SILENCE, mimeType: "audio/wav" }],
  test_embedded_resource: [
    {
      type: "resource",
      resource: {
        uri: "test://embedded-resource",
        mimeType: "text/plain",
        text: "This is an embedded resource content.",
      },
    },
  ],
  test_multiple_content_types: [
    { type: "text", text: "Multiple content types test:" },
    { type: "image", data: PIXEL, mimeType: "image/png" },
    {
      type: "resource",
      resource: {
        uri: "test://mixed-content-resource",
        mimeType: "application/json",
        text: JSON.stringify({ test: "data", value: 123 }),
      },
    },
  ],
};

async function logged(context) {
  const said = ["Tool execution started", "Tool processing data", "Tool execution completed"];
  for (const one of said) {
    await context.mcpReq.log("info", one);
    await pause(50);
  }
  return text("logged");
}

async function progressed({ mcpReq }) {
  const progressToken = mcpReq._meta?.progressToken;
  for (const progress of [0, 50, 100]) {
    if (progressToken !== undefined)
      await mcpReq.notify({
        method: "notifications/progress",
        params: { progressToken, progress, total: 100 },
      });
    await pause(50);
  }
  return text("done");
}

async function sampled(prompt, { mcpReq }) {
  const messages = [{ role: "user", content: { type: "text", text: prompt } }];
  const { content } = await mcpReq.requestSampling({ messages, maxTokens: 100 });
  return text(`LLM response: ${content.text}`);
}

async function elicited(message, requestedSchema, { mcpReq }) {
  const { action, content } = await mcpReq.elicitInput({ message, requestedSchema });
  return text(`Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`);
}

const USER = {
  type: "object",
  properties: {
    username: { type: "string", description: "User's response" },
    email: { type: "string", description: "User's email address" },
  },
  required: ["username", "email"],
};
const DEFAULTS = {
  type: "object",
  properties: {
    name: { type: "string", default: "John Doe" },
    age: { type: "integer", default: 30 },
    score: { type: "number", default: 95.5 },
    status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
    verified: { type: "boolean", default: true },
  },
};
const titled = (...pairs) => pairs.map(([value, title]) => ({ const: value, title }));
const ENUMS = {
  type: "object",
  properties: {
    untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
    titledSingle: {
      type: "string",
      oneOf: titled(["value1", "First"], ["value2", "Second"], ["value3", "Third"]),
    },
    legacyEnum: {
      type: "string",
      enum: ["opt1", "opt2", "opt3"],
      enumNames: ["Option One", "Option Two", "Option Three"],
    },
    untitledMulti: {
      type: "array",
      items: { type: "string", enum: ["option1", "option2", "option3"] },
    },
    titledMulti: {
      type: "array",
      items: { anyOf: titled(["value1", "First"], ["value2", "Second"], ["value3", "Third"]) },
    },
  },
};
const RICH = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: { $anchor: "addressDef", type: "object", properties: { street: TEXT, city: TEXT } },
  },
  properties: {
    name: TEXT,
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: TEXT,
    email: TEXT,
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
};

/** Tools that ask for more before they answer (protocol 2026-07-28). */
function asking(states) {
  const ask = (inputRequests, requestState) =>
    inputRequired({ inputRequests, ...(requestState && { requestState }) });
  return {
    elicitation: (context) => {
      const name = accepted(context, "user_name")?.name;
      return typeof name === "string"
        ? text(`Hello, ${name}!`)
        : ask({ user_name: field("What is your name?", "name") });
    },
    sampling: ({ mcpReq }) => {
      const said = mcpReq.inputResponses?.capital_question?.content;
      return said === undefined
        ? ask({ capital_question: sampling("What is the capital of France?", 100) })
        : text(`It said: ${said.text}`);
    },
    list_roots: ({ mcpReq }) => {
      const roots = mcpReq.inputResponses?.client_roots?.roots;
      return roots === undefined
        ? ask({ client_roots: inputRequired.listRoots() })
        : text(`Roots: ${roots.map(({ uri }) => uri).join(", ")}`);
    },
    request_state: async (context) =>
      accepted(context, "confirm") && context.mcpReq.requestState()
        ? text("state-ok")
        : ask({ confirm: form("Please confirm", OK) }, await states.mint({ step: 1 })),
    tampered_state: async (context) =>
      context.mcpReq.requestState()
        ? text("state-ok")
        : ask({ confirm: form("Please confirm", OK) }, await states.mint({ step: 1 })),
    multiple_inputs: async ({ mcpReq }) => {
      const { user_name, greeting, client_roots } = mcpReq.inputResponses ?? {};
      return user_name && greeting && client_roots
        ? text("all three are here")
        : ask(
            {
              user_name: field("What is your name?", "name"),
              greeting: sampling("Generate a greeting", 50),
              client_roots: inputRequired.listRoots(),
            },
            await states.mint({ step: 1 }),
          );
    },
    multi_round: async (context) => {
      const state = context.mcpReq.requestState();
      if (state?.step === 2 && accepted(context, "step2")) return text("both rounds are done");
      return state?.step === 1 && accepted(context, "step1")
        ? ask(
            { step2: field("Step 2: What is your favorite color?", "color") },
            await states.mint({ step: 2 }),
          )
        : ask(
            { step1: field("Step 1: What is your name?", "name") },
            await states.mint({ step: 1 }),
          );
    },
    capabilities: (context) => {
      const { elicitation, sampling: samples } = capabilitiesOf(context);
      return ask({
        ...(elicitation && { name: field("What is your name?", "name") }),
        ...(samples && { capital: sampling("What is the capital of France?", 100) }),
      });
    },
  };
}

/** Registers the tools; `changed` tells every client that a list changed. */
export function registerTools(server, { states, changed }) {
  const tool = (name, run, inputSchema = NONE) =>
    server.registerTool(
      name,
      { description: `Does ${name}`, inputSchema: fromJsonSchema(inputSchema) },
      run,
    );
  const one = (name) => ({ type: "object", properties: { [name]: TEXT }, required: [name] });
  for (const [name, content] of Object.entries(CONTENT)) tool(name, () => ({ content }));
  tool("test_tool_with_logging", (_, context) => logged(context));
  tool("test_logging_tool", (_, context) => logged(context));
  tool("test_tool_with_progress", (_, context) => progressed(context));
  tool("test_error_handling", () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
  tool("test_sampling", ({ prompt }, context) => sampled(prompt, context), one("prompt"));
  tool(
    "test_elicitation",
    ({ message }, context) => elicited(message, USER, context),
    one("message"),
  );
  tool("test_elicitation_sep1034_defaults", (_, context) =>
    elicited("Defaults", DEFAULTS, context),
  );
  tool("test_elicitation_sep1330_enums", (_, context) => elicited("Enums", ENUMS, context));
  tool("test_reconnection", async (_, { http }) => {
    await pause(50);
    http?.closeSSE?.();
    await pause(50);
    return text("reconnected");
  });
  tool("json_schema_2020_12_tool", () => text("ok"), RICH);
  tool("test_missing_capability", (_, { mcpReq }) =>
    mcpReq.inputResponses?.said
      ? text("thanks")
      : inputRequired({ inputRequests: { said: sampling("Who are you?", 10) } }),
  );
  tool("test_streaming_elicitation", (_, context) =>
    accepted(context, "name")
      ? text("thanks")
      : inputRequired({ inputRequests: { name: field("What is your name?", "name") } }),
  );
  tool("test_trigger_tool_change", () => (changed("tools"), text("changed")));
  tool("test_trigger_prompt_change", () => (changed("prompts"), text("changed")));
  tool("test_custom_headers", ({ region }) => text(region), {
    type: "object",
    properties: { region: { type: "string", "x-mcp-header": "Region" } },
    required: ["region"],
  });
  for (const [name, run] of Object.entries(asking(states)))
    tool(`test_input_required_result_${name}`, (_, context) => run(context));
}
