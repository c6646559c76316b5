import fc from "fast-check";

/** A moment that all generated times and windows lie around. */
export const BASE = "2026-05-18T09:00:00Z";
export const BASE_TIME = Date.parse(BASE);

const ARGS = [
  "args.amount > 50",
  "args.amount <= 50.0",
  "args.amount + 1 < 52",
  "args.amount * 2 >= 100.0",
  "args.amount == 50",
  "50 == args.amount",
  "args.order == '1'",
  "args.order != '2'",
  "has(args.amount)",
  "has(args.order) && args.order != '2'",
  "'order' in args",
  "!has(args.constructor)",
  "args.to.all(a, host(a) in data.own)",
  "args.to.exists(a, host(a) == 'evil.example')",
  "args.to.exists_one(a, a == 'ann@shop.example')",
  "args.to.filter(a, a.startsWith('ann')).size() == 1",
  "args.to.map(a, host(a)) == ['shop.example']",
  "size(args.to) < 2",
  "args.?amount.orValue(0.0) > 10.0",
  "args.?order.hasValue()",
  "args['order'] == '1'",
  "args.deep.flag",
  "has(args.deep.flag)",
  "args.deep.flag == true ? args.amount > 1.0 : args.order == '1'",
  "args == {'order': '1'}",
  "int(args.order) > 1",
  "string(args.amount) == '50'",
  "args.to[0] == 'ann@shop.example'",
  "args.path.startsWith('/data')",
  "under(args.path, '/data')",
  "isIP(args.order) && inCidr(args.order, '10.0.0.0/8')",
  "inCidr(args.order, '127.0.0.0/8')",
  "ip(args.order).isLoopback()",
  "args.to.all(a, isIP(host(a)) && ip(host(a)).isLoopback())",
  "args.order.matches('^[0-9]+$')",
];

const SUBJECT = [
  "subject.tenant == 'eu'",
  "subject.tenant != 'us'",
  "subject.registered",
  "subject.type == 'agent'",
  "subject.id.startsWith('a')",
  "subject.credential.kind == 'workload'",
  "has(subject.credential)",
  "has(subject.credential.kind)",
  "subject.owner == 'team'",
  "has(subject.owner)",
  "'manager' in subject.roles",
  "subject.status == 'commissioned'",
  "subject.home.region == 'eu'",
  "has(subject.home)",
  "has(subject.home.zone)",
  "subject.home.floor >= 2",
  "has(subject.grade)",
  "subject.grade >= 2",
];

const ACTION = [
  "'read' in action.effects",
  "'pay' in action.effects || 'send' in action.effects",
  "action.effects.exists(e, e == 'send')",
  "action.open_world",
  "action.reversible",
  "action.server == 'host'",
  "action.name == 'refund'",
  "action.kind == 'tool_call'",
  "action.name.contains('e')",
];

const RESOURCE = [
  "resource.classification == 'confidential'",
  "rank(resource.classification) >= rank('internal')",
  "resource.classification in ['public', 'internal']",
  "resource.type == 'order'",
  "resource.id == '1'",
  "resource.id == '/etc/x'",
  "under(resource.id, '/data')",
  "resource.tenant == subject.tenant",
  "resource.owner == context.on_behalf_of.id",
  "resource.tenant != context.on_behalf_of.tenant",
  "subject.id != context.on_behalf_of.id",
  "args.order == resource.id",
  "args.order != context.task.type",
  "has(resource.environment)",
  "has(resource.id)",
  "resource.environment == 'prod'",
  "has(resource.fields.card)",
  "resource.owner == 'team'",
];

const CONTEXT = [
  "context.task.type == 'refund'",
  "has(context.task)",
  "has(context.task.type)",
  "context.signals.injection > 0.5",
  "has(context.signals)",
  "has(context.on_behalf_of)",
  "context.on_behalf_of.id == 'jane'",
  "has(context.on_behalf_of.id)",
  "context.on_behalf_of.type == 'human'",
  "context.surface in ['gw', 'cli']",
  "size(context.delegation) > 0",
  "'agent:boss' in context.delegation",
  "'vip' in context.tags",
  "context.tags.all(t, t != 'vip')",
  "now < timestamp('2026-05-18T10:00:00Z')",
  "now.getHours() < 12",
  "now - timestamp('2026-05-18T09:00:00Z') <= duration('1h')",
];

/** What the catalog knows of the person acted for. */
const PERSON = [
  "'manager' in context.on_behalf_of.roles",
  "context.on_behalf_of.tenant == 'eu'",
  "context.on_behalf_of.tenant == subject.tenant",
  "context.on_behalf_of.registered",
  "has(context.on_behalf_of.tenant)",
  "has(context.on_behalf_of.department)",
  "context.on_behalf_of.home.region == 'eu'",
  "has(context.on_behalf_of.home)",
  "has(context.on_behalf_of.home.zone)",
  "context.on_behalf_of.roles.exists(r, r == 'security')",
];

const SESSION = [
  "'l1' in session.labels",
  "!('l1' in session.labels)",
  "'l2' in session.labels",
  "session.counters.c1 < 3.0",
  "session.counters.c1 + args.amount <= 100.0",
  "session.counters.c2 >= 2",
  "session.counters.c2 == 0",
  "args.order in session.values.v1",
  "!(args.order in session.values.v1)",
  "args.order in session.values.v2",
  "'1' in session.values.v2",
];

const DATA = [
  "data.limits.max > args.amount",
  "data.nope == 1",
  "has(data.limits.min)",
  "'shop.example' in data.own",
  "data.limits.max == 50",
];

const DECISION = [
  "decision.effect == 'deny'",
  "decision.permitted",
  "decision.approved",
  "!decision.approved",
  "outcome.status == 'ok'",
  "has(outcome.status)",
  "decision.effect != 'allow'",
];

function joined(atoms: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const two = fc.tuple(atoms, atoms);
  const three = fc.tuple(atoms, atoms, atoms);
  return fc.oneof(
    { weight: 6, arbitrary: atoms },
    { weight: 3, arbitrary: two.map(([a, b]) => `(${a}) && (${b})`) },
    { weight: 3, arbitrary: two.map(([a, b]) => `(${a}) || (${b})`) },
    { weight: 1, arbitrary: atoms.map((a) => `!(${a})`) },
    { weight: 1, arbitrary: three.map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`) },
    { weight: 1, arbitrary: three.map(([a, b, c]) => `(${a}) && ((${b}) || !(${c}))`) },
    { weight: 1, arbitrary: two.map(([a, b]) => `(${a}) == (${b})`) },
  );
}

function atomsOf(weights: readonly (readonly [number, readonly string[]])[]): fc.Arbitrary<string> {
  return fc.oneof(
    ...weights.map(([weight, texts]) => ({ weight, arbitrary: fc.constantFrom(...texts) })),
  );
}

/** Conditions of rules and exceptions. */
export const ruleCondition: fc.Arbitrary<string> = joined(
  atomsOf([
    [5, ARGS],
    [3, SUBJECT],
    [3, ACTION],
    [3, RESOURCE],
    [4, CONTEXT],
    [3, PERSON],
    [5, SESSION],
    [1, DATA],
    [1, ["true", "false"]],
  ]),
);

/** Conditions of session declarations: they may read the decision and the outcome. */
export const declarationCondition: fc.Arbitrary<string> = joined(
  atomsOf([
    [3, ARGS],
    [1, SUBJECT],
    [3, ACTION],
    [2, RESOURCE],
    [2, CONTEXT],
    [1, PERSON],
    [2, SESSION],
    [3, DECISION],
    [1, ["true"]],
  ]),
);
