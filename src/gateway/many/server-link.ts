/** What a connection to one server tells. */
export interface LinkEvents {
  /** A message of the server, as one line. */
  readonly line: (line: Buffer) => void;
  /** A message is longer than the limit, of which nothing is kept. */
  readonly tooLong: () => void;
  /** A message that was sent to the server did not reach it. */
  readonly unsent: (line: Buffer, why: string) => void;
  /** The server is not there any more; told once. */
  readonly gone: (why: string) => void;
}

/** How fast servers are read. */
export interface Pace {
  /** Resolves when the client takes more; undefined: it does. */
  readonly ready: () => Promise<void> | undefined;
}

/** A connection to one server. */
export interface ServerLink {
  /** Sends a message. */
  readonly send: (line: Buffer) => void;
  /** Ends the connection, and the server where it was started for it. */
  readonly close: () => Promise<void>;
}
