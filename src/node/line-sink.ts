/** Where lines go, a batch at a time; text is whole lines, each with its end. */
export interface LineSink<Content> {
  readonly write: (content: Content) => void;
  /** Forgets what was written; not there: that cannot be. */
  readonly rewind?: () => void;
  readonly close: () => Promise<void>;
}
