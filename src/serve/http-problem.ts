/** Why a request is not answered: a status, and one sentence that says what is wrong and where. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The problem of a request that is malformed at a place. */
export function badRequest(message: string): HttpProblem {
  return new HttpProblem(400, message);
}
