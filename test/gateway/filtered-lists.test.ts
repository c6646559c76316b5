import { describe, expect, test } from "vitest";
import { relayed, request, result, type Relayed } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: files
version: 1.0.0
session:
  labels: [{ name: looked, when: "action.name == 'look'" }]
rules:
  - { id: hello, effect: allow, actions: [files/prompts/get], when: "args.name == 'hello'" }
  - { id: review, effect: allow, actions: [files/prompts/get],
      when: "args.name.startsWith('re') && 'looked' in session.labels" }
  - { id: for-ann, effect: allow, actions: [files/prompts/get],
      when: "args.name == 'greet' && args.arguments.who == 'ann'" }
  - { id: docs, effect: allow, actions: [files/resources/read], when: "args.uri.startsWith('docs://')" }
  - { id: one, effect: allow, actions: [files/resources/read], resources: ["mcp_resource:file:///pub/*"] }
  - { id: feed, effect: allow, actions: [files/resources/subscribe], when: "resource.id == 'feed://a'" }
`;

/** Sends a list to the client; gives what it gets. */
function listed(one: Relayed, method: string, list: object): Loose {
  one.fromClient(request("list", method));
  one.fromServer(result("list", list));
  return one.answer().result;
}

const named = (...names: readonly string[]): readonly object[] => names.map((name) => ({ name }));
const addressed = (...uris: readonly string[]): readonly object[] =>
  uris.map((uri) => ({ uri, name: uri }));

describe("design 15.2: lists hide what is proved never to be permitted", () => {
  test("prompts, whatever their arguments and the state", async () => {
    const one = await relayed(POLICY);
    const prompts = named("hello", "review", "greet", "bye");
    expect(listed(one, "prompts/list", { prompts, nextCursor: "c" })).toEqual({
      prompts: named("hello", "review", "greet"),
      nextCursor: "c",
      _meta: { "dev.agentz/hidden": 1 },
    });
  });

  test("resources that can neither be read nor subscribed to", async () => {
    const one = await relayed(POLICY);
    const resources = addressed(
      "docs://a",
      "file:///pub/x",
      "file:///etc/passwd",
      "feed://a",
      "feed://b",
    );
    expect(listed(one, "resources/list", { resources }).resources).toEqual(
      addressed("docs://a", "file:///pub/x", "feed://a"),
    );
  });

  test("templates only where no address at all can be read", async () => {
    const resourceTemplates = [{ uriTemplate: "secret://{id}", name: "s" }];
    const one = await relayed(POLICY);
    expect(
      listed(one, "resources/templates/list", { resourceTemplates }).resourceTemplates,
    ).toHaveLength(1);
    const none = await relayed(
      POLICY.split("\n")
        .filter((line) => !line.includes("resources/"))
        .join("\n"),
    );
    expect(listed(none, "resources/templates/list", { resourceTemplates })).toEqual({
      resourceTemplates: [],
      _meta: { "dev.agentz/hidden": 1 },
    });
  });

  test("a list of which nothing is left out is forwarded byte for byte", async () => {
    const one = await relayed(POLICY);
    one.fromClient(request("list", "prompts/list"));
    const line =
      '{"jsonrpc":"2.0", "id":"list","result":{"prompts":[{"name":"hello","x":1.50}]}}\n';
    one.fromServer(line);
    expect(one.client.at(-1)).toBe(line);
  });

  test("what cannot be read is left as it is: a call of it is decided all the same", async () => {
    const one = await relayed(POLICY);
    const prompts = [{ title: "no name" }, 7, { name: "bye" }];
    expect(listed(one, "prompts/list", { prompts }).prompts).toEqual([{ title: "no name" }, 7]);
    expect(listed(one, "prompts/list", { prompts: "none" })).toEqual({ prompts: "none" });
  });

  test.each(["shadow", "record"] as const)("%s shows everything", async (mode) => {
    const one = await relayed(POLICY, { mode });
    expect(listed(one, "prompts/list", { prompts: named("bye") }).prompts).toHaveLength(1);
  });

  test("a prompt that is hidden is denied as well, and one that is shown may be", async () => {
    const one = await relayed(POLICY);
    for (const name of ["bye", "review"]) {
      one.fromClient(request(name, "prompts/get", { name }));
      expect(one.answer().error.data["dev.agentz/rule"]).toBe("default");
    }
    expect(one.server).toEqual([]);
  });
});
