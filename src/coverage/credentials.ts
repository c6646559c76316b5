import { subjectName } from "../replay/call-name.ts";
import { objectMember, stringMember } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { BitSet } from "../trace/bit-set.ts";
import { SessionTable } from "../trace/session-table.ts";
import { NumberList } from "./number-list.ts";

/** Which credentials more than one subject used. Holds no credential's id, and a few bytes for each. */
export class Credentials {
  readonly #ids = new SessionTable();
  readonly #subjects = new SessionTable();
  readonly #owners = new NumberList();
  readonly #shared = new BitSet();

  /** Notes who used what; gives the credential's number, or undefined where the call records none. */
  note(request: Request): number | undefined {
    const id = stringMember(objectMember(request.subject, "credential"), "id");
    if (id === undefined || id === "") return undefined;
    const credential = this.#ids.ordinal(id);
    const subject = this.#subjects.ordinal(subjectName(request)) + 1;
    const owner = this.#owners.at(credential);
    if (owner === 0) this.#owners.set(credential, subject);
    else if (owner !== subject) this.#shared.add(credential);
    return credential;
  }

  isShared(credential: number): boolean {
    return this.#shared.has(credential);
  }

  get seen(): number {
    return this.#ids.size;
  }

  get shared(): number {
    return this.#shared.size;
  }
}
