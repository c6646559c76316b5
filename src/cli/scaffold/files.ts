import { VERSION } from "../../node/version.ts";

/** One file that `agentz init` writes. */
export interface ScaffoldFile {
  /** From the folder's root. */
  readonly path: string;
  readonly text: string;
}

const CONFIG = `# The defaults of agentz. A flag on the command line overrides them.
candidate: [policies]
tests: [tests]
trace: [traces/sample.jsonl]
# A pipeline fails if a recorded call is widened, or if the tests do not reach every rule.
gate: { widened: 0 }
test: { min_coverage: 1 }
`;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: notes
version: 1.0.0
owner: platform
description: what the assistant may do with notes and mail
target: { subjects: ["agent:assistant"] }

session:
  labels:
    - name: read_confidential
      when: |-
        'read' in action.effects
        && has(resource.classification)
        && rank(resource.classification) >= rank('confidential')

rules:
  - id: read-notes
    effect: allow
    actions: [notes/read]

  - id: mail-colleagues
    effect: allow
    actions: [mail/send]
    when: args.to.all(to, host(to) in data.own_domains)
    match: [{ args: { to: [mia@corp.example] } }]
    not_match: [{ args: { to: [mia@corp.example.evil.example] } }]

  - id: mail-others # an editor approves mail to other domains
    effect: require_approval
    actions: [mail/send]
    when: "!args.to.all(to, host(to) in data.own_domains)"
    approval: { approvers: ["role:editor"], within: 1h }

  - id: nothing-leaves-after-a-secret
    effect: deny
    actions: [mail/send]
    when: "'read_confidential' in session.labels && !args.to.all(to, host(to) in data.own_domains)"
    reason: this session read something confidential, so it may not send mail to other domains
`;

const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: office
version: 1.0.0
description: the agents, people, tools and resources that policies speak about

agents:
  - id: assistant
    owner: platform
    purpose: reads notes and writes mail for colleagues
    status: commissioned
    expires: 2030-12-31
    reviewed: 2026-05-01
    review_every: 1825d
    manifest:
      tools: [{ name: notes/read }, { name: mail/send }]
      max_calls: 100

people:
  - { id: mia, roles: [editor], department: communication }
  - { id: jo, roles: [engineer], department: platform }

tools:
  - name: read
    server: notes
    effects: [read]
    reversible: true
    open_world: false
    args: { type: object, properties: { path: { type: string } } }
    resource: { type: note, id: args.path }
  - name: send
    server: mail
    effects: [send]
    reversible: false
    open_world: true
    args:
      type: object
      properties: { to: { type: array, items: { type: string } }, body: { type: string } }
    resource: none

resources:
  - { match: "note:*", form: path, classification: internal }
  - { match: "note:/board/**", classification: confidential }

decision_points:
  - { id: gateway, external: true, surfaces: [notes-mcp, mail-mcp] }

data:
  own_domains: [corp.example]
`;

const SUITE = `apiVersion: agentz/v1
kind: Suite
name: notes
now: 2026-05-18T09:00:00Z

fixtures:
  assistant:
    subject: { type: agent, id: assistant }
    context: { on_behalf_of: { type: human, id: jo } }
  read:
    use: assistant
    action: { kind: mcp_request, server: notes, name: read }
    args: { path: /team/plan.md }
  mail:
    use: assistant
    action: { kind: mcp_request, server: mail, name: send }
    args: { to: [mia@corp.example], body: hello }

tests:
  - name: notes are read
    call: { use: read }
    expect: { effect: allow, rule: read-notes }

  - name: colleagues get mail
    call: { use: mail }
    expect: { effect: allow, rule: mail-colleagues }

  - name: mail to other domains waits for an editor
    call: { use: mail }
    matrix: { args.to: [[ann@else.example], [mia@corp.example, mia@corp.example.evil.example]] }
    expect:
      effect: require_approval
      permitted: false
      rule: mail-others
      approval: { quorum: 1, within: 1h, approvers: ["role:editor"] }

  - name: an editor's approval permits it for one hour
    call: { use: mail, args: { to: [ann@else.example] } }
    matrix:
      context.approvals:
        - [{ by: human:mia, at: "2026-05-18T08:00:00Z", for: this }]
        - [{ by: human:mia, at: "2026-05-18T07:59:59Z", for: this }]
    expect:
      - where: { context.approvals: [{ by: human:mia, at: "2026-05-18T08:00:00Z", for: this }] }
        permitted: true
      - { effect: require_approval, permitted: false }

  - name: after a confidential note, mail to other domains is denied
    session:
      - call: { use: read }
        expect: { effect: allow, state: { labels: { read_confidential: false } } }
      - call: { use: read, args: { path: /board/minutes.md } }
        expect: { effect: allow, state: { labels: [read_confidential] } }
      - { call: { use: mail }, expect: { effect: allow } }
      - call: { use: mail, args: { to: [ann@else.example] } }
        expect: { effect: deny, rule: nothing-leaves-after-a-secret }

  - name: mail without a recipient is denied
    call: { use: mail, args: { to: null } }
    expect: { effect: deny, rule: default }

  - name: after a confidential note, reading is still allowed, whatever else the call contains
    session:
      - { call: { use: read, args: { path: /board/minutes.md } } }
      # agentz-ignore unknown-input: an argument of another tool
      - { call: { use: read, args: { to: [ann@else.example] } }, expect: { effect: allow } }

  - name: a call that no rule allows is denied
    # agentz-ignore unknown-input: a tool that no catalog declares
    call: { use: mail, action: { server: notes, name: delete } }
    expect: { effect: deny, rule: manifest/assistant }
`;

/** WHY by commit: tags of actions move. */
const WORKFLOW = `name: agentz
# This installs agentz and its packages from package-lock.json. To add agentz to package-lock.json, once:
#   npm install --save-dev --save-exact ./agentz-${VERSION}.tgz
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  policies:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@34e114876b0b11c390a56381ad16ebd13914f8d5 # v4.3.1
        with:
          fetch-depth: 0        # the change is compared with the commit where its branch began
          persist-credentials: false
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: 20
      - run: npm ci --ignore-scripts
      - run: npx --no-install agentz ci --require lint,test,version,replay \${BASELINE:+--baseline "\$BASELINE"}
        env:
          # a merged change is compared with the commit before it, a pull request with its target branch
          BASELINE: \${{ github.event_name == 'push' && 'git:HEAD^' || '' }}
`;

interface Recorded {
  readonly seconds: number;
  readonly action: object;
  readonly args: object;
  readonly surface: string;
  readonly rule: string;
}

function eventLine({ seconds, action, args, surface, rule }: Recorded, index: number): string {
  const time = new Date(Date.UTC(2026, 4, 18, 9, 0, seconds)).toISOString();
  return JSON.stringify({
    id: `day-1/${index + 1}`,
    time,
    session: "day-1",
    subject: { type: "agent", id: "assistant" },
    action: { kind: "mcp_request", ...action },
    args,
    context: { surface, on_behalf_of: { type: "human", id: "jo" } },
    decision: { effect: "allow", rule, pdp: "gateway" },
    outcome: { status: "ok" },
    complete: ["context"],
    labels: { incident: false },
  });
}

const RECORDED: readonly Recorded[] = [
  {
    seconds: 0,
    action: { server: "notes", name: "read" },
    args: { path: "/team/plan.md" },
    surface: "notes-mcp",
    rule: "notes/read-notes",
  },
  {
    seconds: 20,
    action: { server: "mail", name: "send" },
    args: { to: ["mia@corp.example"], body: "the plan" },
    surface: "mail-mcp",
    rule: "notes/mail-colleagues",
  },
  {
    seconds: 45,
    action: { server: "notes", name: "read" },
    args: { path: "/board/minutes.md" },
    surface: "notes-mcp",
    rule: "notes/read-notes",
  },
  {
    seconds: 70,
    action: { server: "mail", name: "send" },
    args: { to: ["jo@corp.example"], body: "the minutes" },
    surface: "mail-mcp",
    rule: "notes/mail-colleagues",
  },
];

/** What an empty folder gets: a small set that lints, tests and replays without a finding. */
export const SCAFFOLD: readonly ScaffoldFile[] = [
  { path: "agentz.yaml", text: CONFIG },
  { path: "policies/catalog.yaml", text: CATALOG },
  { path: "policies/notes.yaml", text: POLICY },
  { path: "tests/notes.yaml", text: SUITE },
  { path: "traces/sample.jsonl", text: `${RECORDED.map(eventLine).join("\n")}\n` },
  { path: ".github/workflows/agentz.yml", text: WORKFLOW },
];
