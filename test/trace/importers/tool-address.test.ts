import { describe, expect, it } from "vitest";
import { toolAddress } from "../../../src/trace/importers/call-values.ts";

describe("design 7.2: a server is recorded where a tool's name tells it, never guessed", () => {
  it.each([
    ["mcp__github__create_issue", "mcp_request", "github", "create_issue"],
    ["mcp__git_hub__create_issue", "mcp_request", "git_hub", "create_issue"],
    ["mcp__github__evil__create_issue", "mcp_request", undefined, undefined],
    ["mcp__github__create__issue", "mcp_request", undefined, undefined],
    ["mcp__github___create_issue", "mcp_request", undefined, undefined],
    ["mcp__github____x", "mcp_request", undefined, undefined],
    ["mcp__a__b__c__d", "mcp_request", undefined, undefined],
    ["Bash", "tool_call", "host", "Bash"],
    ["mcp__github", "mcp_request", undefined, undefined],
    ["mcp__github__", "mcp_request", undefined, undefined],
    ["MCP__github__x", "tool_call", "host", "MCP__github__x"],
    ["xmcp__github__x", "tool_call", "host", "xmcp__github__x"],
  ])("%s", (written, kind, server, name) => {
    expect(toolAddress(written, "host")).toEqual({ kind, server, name });
  });
  it("and where the server is known besides, the rest of the name is the tool's", () => {
    expect(toolAddress("mcp__github__evil__create_issue", "host", "github__evil")).toEqual({
      kind: "mcp_request",
      server: "github__evil",
      name: "create_issue",
    });
    expect(toolAddress("mcp__github__evil__create_issue", "host", "github")).toEqual({
      kind: "mcp_request",
      server: "github",
      name: "evil__create_issue",
    });
    expect(toolAddress("mcp__github__evil__create_issue", "host", "mail")).toEqual({
      kind: "mcp_request",
      server: undefined,
      name: undefined,
    });
    expect(toolAddress("Bash", "host", "mail")).toEqual({
      kind: "tool_call",
      server: "mail",
      name: "Bash",
    });
  });
});
