import { count } from "../../text/count.ts";
import { callsText, nameSome, type ControlKind } from "./judge.ts";

export const UNIQUE_IDENTITY: ControlKind = {
  id: "unique-identity",
  area: "identity",
  title: "Every agent acts under a unique identity that can be verified",
  fields: ["subject.id", "subject.credential.kind", "agents[].id"],
  measure: ({ calls }) => ({ met: calls.identified, total: calls.calls, unit: "calls" }),
  find: ({ calls, set }) => ({
    against: [
      set.catalog.listsAgents &&
        calls.unregistered > 0 &&
        `${callsText(calls.unregistered)} under an identity that no catalog lists`,
      calls.unverifiable > 0 &&
        `${callsText(calls.unverifiable)} with an API key or a person's token, which does not ` +
          "prove the identity of the agent",
    ],
    missing: [
      !set.catalog.listsAgents && "no catalog lists agents",
      calls.calls === 0 && "the trace has no call by an agent",
      calls.unnamed > 0 && `${callsText(calls.unnamed)} without the name of an agent`,
      calls.withoutCredential + calls.unknownKind > 0 &&
        `${callsText(calls.withoutCredential + calls.unknownKind)} record no credential, or no kind of credential`,
    ],
    held: [
      `all ${callsText(calls.calls)} under registered identities with credentials of their own`,
    ],
  }),
};

export const NO_SHARED_CREDENTIALS: ControlKind = {
  id: "no-shared-credentials",
  area: "identity",
  title: "No shared keys, no borrowed user credentials",
  fields: ["subject.credential.id", "subject.credential.kind", "context.on_behalf_of"],
  measure: ({ calls }) => ({ met: calls.ownCredential, total: calls.calls, unit: "calls" }),
  find: ({ calls, coverage }) => ({
    against: [
      calls.sharedCredential > 0 &&
        `${callsText(calls.sharedCredential)} with a credential that somebody else uses too ` +
          `(${coverage.credentials.shared.toLocaleString("en-US")} of ` +
          `${count(coverage.credentials.seen, "credential")} are shared)`,
      calls.userCredential > 0 && `${callsText(calls.userCredential)} with a person's credential`,
      calls.userName > 0 && `${callsText(calls.userName)} under a person's name`,
    ],
    missing: [
      calls.calls === 0 && "the trace has no call by an agent",
      calls.withoutCredential > 0 &&
        `${callsText(calls.withoutCredential)} of ${calls.calls.toLocaleString("en-US")} record no credential`,
    ],
    held: [
      `${coverage.credentials.seen} credentials in ${callsText(calls.calls)}, none shared, none a person's`,
    ],
  }),
};

export const REGISTERED_OWNER: ControlKind = {
  id: "registered-owner",
  area: "identity",
  title: "Every agent is registered, with an owner",
  fields: ["agents[].id", "agents[].owner"],
  measure: ({ calls }) => ({ met: calls.owned, total: calls.calls, unit: "calls" }),
  find: ({ set, agents, calls }) => {
    const unregistered = [...agents].filter((id) => !set.catalog.agents.has(id)).sort();
    const ownerless = [...agents]
      .filter(
        (id) => set.catalog.agents.has(id) && set.catalog.agents.get(id)?.agent.owner === undefined,
      )
      .sort();
    const listed = set.catalog.listsAgents;
    return {
      against: [
        listed && unregistered.length > 0 && `seen but not registered: ${nameSome(unregistered)}`,
        ownerless.length > 0 && `registered without an owner: ${nameSome(ownerless)}`,
      ],
      missing: [
        !listed && "no catalog lists agents",
        agents.size === 0 && "the trace names no agent",
        calls.unnamed > 0 && `${callsText(calls.unnamed)} without the name of an agent`,
      ],
      held: [`all ${agents.size} agents that acted are registered and have an owner`],
    };
  },
};
