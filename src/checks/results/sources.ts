/** Which reports a tool writes by itself, in JUnit's XML. */
interface ReportSource {
  /** The tool, in the text of a command. */
  tool: RegExp;
  /** Globs below the folder that the command runs in. */
  files: string[];
}

/** Reports that tools write without being asked. Only defaults: what a repository configures elsewhere is not found. */
const REPORTS: readonly ReportSource[] = [
  {
    tool: /\bmvnw?\b/,
    files: ['**/target/surefire-reports/TEST-*.xml', '**/target/failsafe-reports/TEST-*.xml'],
  },
  { tool: /\bgradlew?\b/, files: ['**/build/test-results/**/TEST-*.xml'] },
  { tool: /\bsbt\b/, files: ['**/target/test-reports/TEST-*.xml', '**/target/**/test-reports/TEST-*.xml'] },
];

/** Commands that start other tools. */
const INDIRECT = /\b(?:make|just|task|npm|pnpm|yarn|rake|sh|bash|ant)\b|^\S*\/\S+|\.sh\b/;

/**
 * The reports that a command may write, as globs below its folder. Empty if the command runs no tool that is known to write reports.
 * The caller counts only files that were written during the run, not the reports of an earlier run.
 * @param run the command as it is run by the shell.
 */
export function reportFiles(run: string): string[] {
  const named = REPORTS.filter(({ tool }) => tool.test(run));
  const sources = named.length || !INDIRECT.test(run) ? named : REPORTS;
  return sources.flatMap(({ files }) => files);
}

/** A variable that makes a runner say more of each test and changes nothing else. */
interface Variable {
  name: string;
  value: string;
  /** Is the value put behind the one that is set? Else a set one stays. */
  isAppended?: true;
  /** The commands that get it; all when absent. */
  fits?: (run: string) => boolean;
}

/** A shell's words that join, redirect or compute: what is left between `&&` is one command. */
const COMPOUND = /[|;&<>`\n]|\$\(/;
const GO_TEST = /^(?:\w+=\S* +)*go test(?: |$)|^cd \S+$/;

/** True when nothing but `go test` runs: then GOFLAGS reaches no other go command. */
const isGoTest = (run: string): boolean =>
  run.split('&&').every((part) => GO_TEST.test(part.trim()) && !COMPOUND.test(part));

/**
 * Safe variables; each is read by its own tool alone.
 *
 * Judged and left out:
 * - GOFLAGS=-v where more than `go test` runs: each go command takes it, so `go vet`, `go build` and `go list -json` print otherwise.
 * - PYTEST_ADDOPTS=--junitxml: a second pytest of the same command overwrites the first one's file, and the repository's own setting is lost. -rA prints the output of passed tests.
 * - NODE_OPTIONS=--test-reporter: every node of the command takes it, and one inside NODE_OPTIONS replaces the repository's reporter.
 * - SPEC_OPTS=--format: it replaces the formatters of .rspec and of the command.
 * - TESTOPTS=-v (rake): a test runner of the repository's own may refuse the argument.
 * - TOX_OVERRIDE to pass PYTEST_ADDOPTS on: it changes the environment that the repository asks for.
 * - GTEST_OUTPUT=xml: binaries of one name in several folders overwrite each other's file.
 * - VERBOSE=1 (Automake): many other makefiles read it.
 * - MAVEN_ARGS, GRADLE_OPTS, RUSTFLAGS, JAVA_TOOL_OPTIONS: not needed, or printed, or a new build.
 */
const VARIABLES: readonly Variable[] = [
  // One line a test. pytest takes it out of the environment of a pytest inside its own tests.
  { name: 'PYTEST_ADDOPTS', value: '-v', isAppended: true },
  // What a failed test printed; its results are named anyway.
  { name: 'CTEST_OUTPUT_ON_FAILURE', value: '1' },
  // Plain `go test` names failed tests alone, so a test that a change removes would not be missed.
  { name: 'GOFLAGS', value: '-v', isAppended: true, fits: isGoTest },
];

/**
 * Variables to set for a check of tests, so that its runner reports each test.
 * @param run the command as it is run by the shell.
 * @param env the environment that the check would have.
 * @returns only what differs from it.
 */
export function extraEnv(
  run: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const extra: Record<string, string> = {};
  for (const { name, value, isAppended, fits } of VARIABLES) {
    if (fits && !fits(run)) continue;
    const current = env[name];
    if (!current) extra[name] = value;
    else if (isAppended && !current.split(' ').includes(value)) extra[name] = `${current} ${value}`;
  }
  return extra;
}
