import { stringMember } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import type { VersionDecision } from "./version-decision.ts";

/** `type:id` of a call's subject as recorded; what is not recorded is `?`. */
export function subjectName(request: Request): string {
  return `${stringMember(request.subject, "type") ?? "?"}:${stringMember(request.subject, "id") ?? "?"}`;
}

/** `server/name` of a call's action as recorded; what is not recorded is `?`. */
export function actionName(request: Request): string {
  return `${stringMember(request.action, "server") ?? "?"}/${stringMember(request.action, "name") ?? "?"}`;
}

/** The classification of a call's resource as a version sees it; null where it has none or none is known. */
export function resourceClass(side: VersionDecision, request: Request): string | null {
  const resource = side.engine?.call.resource;
  if (resource === undefined) return stringMember(request.resource, "classification") ?? null;
  if (resource.absent) return null;
  const known = resource.known.get("classification");
  if (known !== undefined) return typeof known === "string" ? known : null;
  return stringMember(resource.direct, "classification") ?? null;
}
