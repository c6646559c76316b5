import { objectMember, stringMember } from "./json.ts";
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
