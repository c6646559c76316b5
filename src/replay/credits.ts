/** Under which versions a result's identity counts but for what others do with its credential. */
export interface Credits {
  readonly baseline: boolean;
  readonly candidate: boolean;
}
