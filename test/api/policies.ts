/** A small set: refunds up to 100, none after a large one in the session, 150 in sum for a subject. */
export const REFUNDS = `apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
owner: care
description: refunds
session:
  labels:
    - { name: large, when: "args.amount >= 90.0" }
  counters:
    - { name: sum, add: args.amount, key: subject }
rules:
  - id: small
    effect: allow
    actions: [payments/refund]
    when: "args.amount <= 100.0 && !('large' in session.labels) && session.counters.sum + args.amount <= 150.0"
`;
