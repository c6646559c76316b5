import { parseTime } from "../text/time.ts";
import { member, objectMember, stringMember } from "./json.ts";
import type { Request } from "./request.ts";

/** The kind of the credential that a call was made with; undefined: not recorded. */
export function credentialKind(request: Request): string | undefined {
  return stringMember(objectMember(request.subject, "credential"), "kind");
}

/** Whether a credential is named, by its id or its kind. */
export function namesCredential(request: Request): boolean {
  const credential = objectMember(request.subject, "credential");
  return (
    stringMember(credential, "id") !== undefined || stringMember(credential, "kind") !== undefined
  );
}

/** When the credential of a call expires, in milliseconds; undefined: no time is recorded. */
export function credentialEnd(request: Pick<Request, "subject">): number | undefined {
  const expires = member(objectMember(request.subject, "credential"), "expires");
  return typeof expires === "string" ? parseTime(expires) : undefined;
}
