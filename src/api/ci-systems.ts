/** A system that runs pipelines, and how its runs name the branch that a change goes to. */
interface CiSystem {
  readonly name: string;
  /** A variable that every run of it has. */
  readonly flag: string;
  /** Set in runs for a pull request alone: without it `branches` names the branch that is built. */
  readonly pullRequest?: string;
  /** Variables that hold the commit where the change began, the best first. */
  readonly commits?: readonly string[];
  /** Variables that hold the branch that the change goes to. */
  readonly branches?: readonly string[];
  /** The variable that holds the repository's default branch. */
  readonly defaultBranch?: string;
  /** What gives a clone with all of the history. */
  readonly wholeClone: string;
}

/** What a run's variables say of the change's base. */
export interface CiRun {
  readonly name: string;
  readonly wholeClone: string;
  /**
   * Set values alone, the best first. They are hostile: whoever opens a pull request chooses names
   * of branches.
   */
  readonly commits: readonly Variable[];
  readonly branches: readonly Variable[];
}

/** A variable of the environment that is set. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** One row a system, each with the page of its documentation that it stands on. */
const SYSTEMS: readonly CiSystem[] = [
  {
    // GitHub Docs, "Variables reference"; Gitea Actions and Forgejo Actions set the same ones
    name: "GitHub Actions",
    flag: "GITHUB_ACTIONS",
    branches: ["GITHUB_BASE_REF"],
    wholeClone: "`fetch-depth: 0` of actions/checkout",
  },
  {
    // GitLab Docs, "Predefined CI/CD variables reference"; the first is set in pipelines for merged
    // results
    name: "GitLab CI/CD",
    flag: "GITLAB_CI",
    commits: ["CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"],
    branches: ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"],
    defaultBranch: "CI_DEFAULT_BRANCH",
    wholeClone: '`GIT_DEPTH: "0"` in the job\'s variables',
  },
  {
    // Jenkins, "Branch API plugin", environment variables of multibranch builds
    name: "Jenkins",
    flag: "JENKINS_URL",
    branches: ["CHANGE_TARGET"],
    wholeClone: "a checkout of all branches that is not shallow",
  },
  {
    // Buildkite Docs, "Environment variables"
    name: "Buildkite",
    flag: "BUILDKITE",
    branches: ["BUILDKITE_PULL_REQUEST_BASE_BRANCH"],
    defaultBranch: "BUILDKITE_PIPELINE_DEFAULT_BRANCH",
    wholeClone: "no `--depth` in BUILDKITE_GIT_CLONE_FLAGS",
  },
  {
    // CircleCI Docs, "Project values and variables" (none names the base) and "Configuration
    // reference", checkout
    name: "CircleCI",
    flag: "CIRCLECI",
    wholeClone: "`method: full` of the checkout step",
  },
  {
    // Microsoft Learn, "Use predefined variables" of Azure Pipelines: `refs/heads/main`, or `main`
    // for GitHub's repositories
    name: "Azure Pipelines",
    flag: "TF_BUILD",
    branches: ["SYSTEM_PULLREQUEST_TARGETBRANCH"],
    wholeClone: "`fetchDepth: 0` of the checkout step",
  },
  {
    // Bitbucket Cloud, "Variables and secrets"
    name: "Bitbucket Pipelines",
    flag: "BITBUCKET_BUILD_NUMBER",
    branches: ["BITBUCKET_PR_DESTINATION_BRANCH"],
    wholeClone: "`clone: { depth: full }`",
  },
  {
    // Travis CI Docs, "Environment variables": TRAVIS_BRANCH is the target in builds of pull
    // requests
    name: "Travis CI",
    flag: "TRAVIS",
    pullRequest: "TRAVIS_PULL_REQUEST",
    branches: ["TRAVIS_BRANCH"],
    wholeClone: "`git: { depth: false }`",
  },
  {
    // Drone Docs, "Environment reference"
    name: "Drone",
    flag: "DRONE",
    pullRequest: "DRONE_PULL_REQUEST",
    branches: ["DRONE_TARGET_BRANCH"],
    defaultBranch: "DRONE_REPO_BRANCH",
    wholeClone: "a `clone` without `depth`",
  },
  {
    // Woodpecker CI, "Environment variables": the target is empty but for pull requests
    name: "Woodpecker",
    flag: "CI_SYSTEM_NAME",
    branches: ["CI_COMMIT_TARGET_BRANCH"],
    defaultBranch: "CI_REPO_DEFAULT_BRANCH",
    wholeClone: "`partial: false` in the settings of the clone step",
  },
  {
    // TeamCity Docs, "Predefined build parameters": none of the environment names the base
    name: "TeamCity",
    flag: "TEAMCITY_VERSION",
    wholeClone: "a checkout that is not shallow",
  },
  {
    // AppVeyor Docs, "Environment variables": APPVEYOR_REPO_BRANCH is the base in builds of pull
    // requests
    name: "AppVeyor",
    flag: "APPVEYOR",
    pullRequest: "APPVEYOR_PULL_REQUEST_NUMBER",
    branches: ["APPVEYOR_REPO_BRANCH"],
    wholeClone: "no `clone_depth`",
  },
  // what nearly every other one sets
  { name: "this CI", flag: "CI", wholeClone: "a clone that is not shallow" },
];

type Environment = { readonly [name: string]: string | undefined };

/** WHY `false` and `0`: what a system writes where there is no such thing. */
function isSet(env: Environment, name: string): boolean {
  return !["", "false", "0"].includes((env[name] ?? "").toLowerCase());
}

/** Whether a run is one of this system: by its flag, or by what only its pull requests have. */
function runsOn(
  env: Environment,
  { flag, pullRequest, commits = [], branches = [] }: CiSystem,
): boolean {
  const named = pullRequest === undefined ? [...commits, ...branches] : [pullRequest];
  return [flag, ...named].some((name) => isSet(env, name));
}

/** The run of a pipeline that an environment is of; undefined: none is known by it. */
export function detectCi(env: Environment): CiRun | undefined {
  const system = SYSTEMS.find((one) => runsOn(env, one));
  if (system === undefined) return undefined;
  const { name, wholeClone, pullRequest, commits = [], branches = [], defaultBranch } = system;
  const isChange = pullRequest === undefined || isSet(env, pullRequest);
  const set = (names: readonly string[]): readonly Variable[] =>
    names
      .map((each) => ({ name: each, value: env[each] ?? "" }))
      .filter(({ value }) => value !== "");
  return {
    name,
    wholeClone,
    commits: isChange ? set(commits) : [],
    branches: set([
      ...(isChange ? branches : []),
      ...(defaultBranch === undefined ? [] : [defaultBranch]),
    ]),
  };
}
