import type { CredentialsPart } from "../documents/trace-part.ts";
import { subjectName } from "../replay/call-name.ts";
import { objectMember, stringMember } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { BitSet } from "../trace/bit-set.ts";
import { TextNumbers } from "../text/text-numbers.ts";
import { NumberList } from "../text/number-list.ts";

/**
 * Which credentials more than one subject used. Holds no credential's id, and a few bytes for each.
 */
export class Credentials {
  readonly #ids = new TextNumbers();
  readonly #subjects = new TextNumbers();
  readonly #owners = new NumberList();
  readonly #shared = new BitSet();
  /** The hashes of a sample are below this one; null: all credentials are kept. */
  #below: number | null = null;

  /**
   * Notes who used what; gives the credential's number, or undefined where the call records none.
   */
  note(request: Request): number | undefined {
    const id = stringMember(objectMember(request.subject, "credential"), "id");
    if (id === undefined || id === "") return undefined;
    const credential = this.#ids.ordinal(id);
    this.#use(credential, this.#subjects.ordinal(subjectName(request)));
    return credential;
  }

  #use(credential: number, by: number): void {
    const subject = by + 1;
    const owner = this.#owners.at(credential);
    if (owner === 0) this.#owners.set(credential, subject);
    else if (owner !== subject) this.#shared.add(credential);
  }

  part(): CredentialsPart {
    return {
      ids: this.#ids.part(),
      below: this.#below,
      subjects: this.#subjects.part(),
      owners: Array.from({ length: this.#ids.size }, (_, i) => this.#owners.at(i) - 1),
      shared: this.#shared.part(),
    };
  }

  /** Notes what another part of the trace saw: the numbers here of its credentials, by its own. */
  merge({ ids, below, subjects, owners, shared }: CredentialsPart): Uint32Array {
    if (below !== null) this.#below = Math.min(below, this.#below ?? below);
    const [credentials, users] = [this.#ids.merge(ids), this.#subjects.merge(subjects)];
    credentials.forEach((credential, i) => this.#use(credential, users[owners[i] ?? 0] ?? 0));
    this.#shared.merge(shared, credentials);
    return credentials;
  }

  isShared(credential: number): boolean {
    return this.#shared.has(credential);
  }

  get seen(): number {
    return this.scaled(this.#ids.size);
  }

  get shared(): number {
    return this.scaled(this.#shared.size);
  }

  /** Whether only a sample of the credentials is kept. */
  get isSample(): boolean {
    return this.#below !== null;
  }

  /** What a count over the kept credentials stands for over all. */
  scaled(count: number): number {
    return this.#below === null ? count : Math.round((count * 2 ** 32) / Math.max(1, this.#below));
  }
}
