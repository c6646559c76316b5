import type { AskedBeside, Beside } from "../../serve/server.ts";
import { ExtMcp, type ExtMcpOptions } from "./ext-mcp.ts";
import { GrpcServer, type GrpcOptions } from "./grpc-server.ts";

/** How `agentz serve` answers other MCP gateways. */
export type ExtMcpSettings = Pick<ExtMcpOptions, "subject" | "redactKinds" | "tell"> &
  Pick<GrpcOptions, "address">;

/** Answers other MCP gateways beside HTTP, with the same policies, log and approvals. */
export async function openExtMcp(settings: ExtMcpSettings, asked: AskedBeside): Promise<Beside> {
  const checks = new ExtMcp({ ...settings, service: asked.service });
  const { server, where } = await GrpcServer.open({ ...settings, ...asked }, checks);
  return { where, close: (grace) => server.close(grace) };
}
