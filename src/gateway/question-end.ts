/** What a client answers to a question: a clear yes, one of two ways to say no, or none of these. */
export type Said =
  | "granted"
  | "refused"
  | "declined"
  | "cancelled"
  | "unreadable"
  | "unanswered"
  | "failed";

/** How a question ended: by an answer, or without one. */
export type QuestionEnd =
  | Said
  | "expired"
  | "call_cancelled"
  | "server_gone"
  | "session_ended"
  | "forgotten";

/** What was said, for whoever made the call; nothing is said of a yes. */
const TOLD: Readonly<Record<Exclude<Said, "granted">, string>> = {
  refused: "; the person at the client answered no",
  declined: "; the person at the client declined",
  cancelled: "; the person at the client closed the form without an answer",
  unreadable: "; the answer of the client was neither yes nor no",
  unanswered: "; the client sent the call again without an answer",
  failed: "; the client answered with an error, so nobody was asked",
};

/** What was said, as a part of a sentence behind a denial. */
export function toldOf(said: Said): string {
  return said === "granted" ? "" : TOLD[said];
}

/** What counts of it as an answer (design 6.2); undefined: nothing. */
export function decisionOf(said: Said): "granted" | "refused" | undefined {
  if (said === "granted") return said;
  return said === "refused" || said === "declined" ? "refused" : undefined;
}
