import type { JsonObject } from "../request/json.ts";
import type { Route, RouteInput } from "../serve/routes.ts";
import { hookPath, type Host } from "./host.ts";
import { HOSTS } from "./hosts.ts";
import { decideHere } from "./own-decider.ts";
import { answerOf, denialOf, readInput } from "./run-hook.ts";
import { subjectOf } from "./subject.ts";

function askedSubject(host: Host, url: string): { readonly type: string; readonly id: string } {
  const start = url.indexOf("?");
  const query = new URLSearchParams(start < 0 ? "" : url.slice(start));
  return subjectOf(query.get("subject") ?? `agent:${host.name}`);
}

/** As `runHook`, without a process: whatever goes wrong is a deny that says so. */
function hookAnswer(host: Host, { service, body, caller, request }: RouteInput): JsonObject {
  try {
    const read = readInput(host, body, askedSubject(host, request.url ?? ""));
    return answerOf(host, decideHere(service, read, caller.parties), body) ?? {};
  } catch (error) {
    return denialOf(host, error, body);
  }
}

/** What hosts with http hooks ask of a decision point. */
export const HOOK_ROUTES: ReadonlyMap<string, readonly Route[]> = new Map(
  [...HOSTS.values()].map((host) => [
    hookPath(host),
    [
      {
        method: "POST" as const,
        // what the request holds is not known, so the deny is that of a call
        refused: (problem: Error) => denialOf(host, problem, {}),
        answer: (input: RouteInput) => hookAnswer(host, input),
      },
    ],
  ]),
);
