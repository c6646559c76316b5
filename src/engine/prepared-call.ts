import { Unknown } from "../condition/value.ts";
import type { DelegationMode } from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import { approvalEvidence, type ApprovalEvidence } from "./approval-evidence.ts";
import type { CompiledSet } from "./compile-set.ts";
import { chainOf, type Chain } from "./delegation.ts";
import type { Entity } from "./entity.ts";
import {
  identifyAction,
  identifyResource,
  subjectEntity,
  type IdentifiedAction,
} from "./identify.ts";
import { maskOf, type Mask } from "./mask.ts";
import { personEntity } from "./person.ts";
import type { EvaluationContext, ContextReads, StateView } from "./evaluation-context.ts";
import { fitsEntity } from "./scope.ts";

/** One call as one version sees it: identified, described by its catalog, ready to be decided. */
export interface PreparedCall {
  readonly request: Request;
  readonly mask: Mask | undefined;
  readonly subject: Entity;
  readonly action: IdentifiedAction;
  readonly resource: Entity;
  readonly chain: Chain;
  /**
   * Whom the call acts for, as conditions see that person; undefined: what is recorded names
   * nobody.
   */
  person(): Entity | undefined;
  /** The approvals recorded for this call; worked out on first use. */
  evidence(): ApprovalEvidence;
}

/** A call that was identified. WHY a class: its two questions cost nothing until they are asked. */
class IdentifiedCall implements PreparedCall {
  readonly #set: CompiledSet;
  #evidence: ApprovalEvidence | undefined;
  readonly request: Request;
  readonly mask: Mask | undefined;
  readonly subject: Entity;
  readonly action: IdentifiedAction;
  readonly resource: Entity;
  readonly chain: Chain;

  constructor(set: CompiledSet, request: Request, resource?: Entity) {
    const mask = maskOf(request);
    this.#set = set;
    this.request = request;
    this.mask = mask;
    this.subject = subjectEntity(set.catalog, request, mask);
    this.action = identifyAction(set.catalog, request, mask);
    this.resource =
      resource ?? identifyResource(set.context, request, { action: this.action, mask });
    this.chain = chainOf(request, mask);
  }

  person(): Entity | undefined {
    return personEntity(this.#set.catalog, this.request, this.mask);
  }

  evidence(): ApprovalEvidence {
    return (this.#evidence ??= this.#readEvidence());
  }

  #readEvidence(): ApprovalEvidence {
    const { request, mask, subject, resource, chain } = this;
    const call = { request, mask, subject, action: this.action.name, resource, chain };
    return approvalEvidence(call, this.#set.sha256);
  }
}

/** The call of a request as a set's catalog knows it; on `resource`, where that is given. */
export function prepareCall(set: CompiledSet, request: Request, resource?: Entity): PreparedCall {
  return new IdentifiedCall(set, request, resource);
}

/**
 * What an event says of its own subject it does not say of the agents above, nor of the person
 * acted for.
 */
function othersMask({ mask, request }: PreparedCall): Mask | undefined {
  if (mask === undefined || request.closed === true) return mask;
  return { ...mask, complete: (path) => path[0] !== "subject" && mask.complete(path) };
}

/**
 * The row that conditions read, for a call decided as `subject` on a state; `reads`: what is read of
 * it is kept there.
 */
export function rowOf(
  call: PreparedCall,
  subject: Entity,
  state: StateView,
  reads?: ContextReads,
): EvaluationContext {
  return {
    request: call.request,
    mask: subject === call.subject ? call.mask : othersMask(call),
    subject,
    action: call.action.entity,
    resource: call.resource,
    state,
    outcomeKnown: false,
    reads,
  };
}

const ORDER: readonly DelegationMode[] = ["subject", "agents", "user"];

/** The modes that may hold for a call, weakest first, and what is missing to tell. */
export interface ModesOfCall {
  readonly modes: readonly DelegationMode[];
  readonly missing: Unknown | undefined;
}

/** Where no policy asks for more. */
const SUBJECT_ONLY: ModesOfCall = { modes: ["subject"], missing: undefined };

/**
 * The delegation modes of a call (design 4.5): the strongest certain one, and every stronger one
 * that a policy may ask for.
 */
export function delegationModes(set: CompiledSet, subject: Entity): ModesOfCall {
  const fits = set.modes.map(({ mode, target }) => ({
    rank: ORDER.indexOf(mode),
    fit: fitsEntity(target, subject, "subject"),
  }));
  if (fits.every(({ fit }) => fit === false)) return SUBJECT_ONLY;
  const certain = fits.reduce(
    (most, { rank, fit }) => (fit === true ? Math.max(most, rank) : most),
    0,
  );
  const stronger = fits.filter(({ rank, fit }) => fit !== false && rank > certain);
  const missing = stronger.reduce<Unknown | undefined>(
    (all, { fit }) => (fit instanceof Unknown ? (all?.with(fit) ?? fit) : all),
    undefined,
  );
  return {
    modes: ORDER.filter((_, rank) => rank === certain || stronger.some((one) => one.rank === rank)),
    missing,
  };
}
