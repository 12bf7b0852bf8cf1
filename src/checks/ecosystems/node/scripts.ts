import type { CheckKind, CiCommand, RepoFiles } from '../../check.ts';
import { kindOfName, kindOfVerb } from '../../kind-of-name.ts';
import { readCommand, type Reading } from '../../read-command.ts';
import { scriptCalls } from '../../script-calls.ts';
import { shellSteps } from '../../shell.ts';
import { drivesBrowser } from './browser.ts';
import type { NodePackage } from './package.ts';

type Proof = Exclude<CheckKind, 'install'>;

/** A script that proves something, and how CI uses it. */
export interface ScriptCandidate {
  name: string;
  kind: Proof;
  reading: Reading;
  ci: CiUse | undefined;
}

/** How CI calls a script: itself with these arguments, or by way of another script. */
interface CiUse {
  source: string;
  direct: boolean;
  args: string;
}

/** Names in the order of preference when CI does not decide. */
export const PREFERRED: Record<Proof, readonly string[]> = {
  format:
    'format fmt format:write prettier:write format:fix prettier:fix prettier prettify pretty style format:all'.split(
      ' ',
    ),
  lint: 'lint lint:check lint:ci lint:all eslint lint:js lint:ts lint:es check:lint check style'.split(' '),
  typecheck:
    'typecheck type-check types:check check-types check:types types type tsc test:types lint:types check'.split(
      ' ',
    ),
  test: 'test test:ci test:unit unit unit-test tests test:node spec vitest jest mocha check verify ci'.split(
    ' ',
  ),
};

/** Scripts that build, serve, release or are run by the package manager itself. */
const NO_PROOF =
  /^(prepare|prepublish|prepublishOnly|prepack|postpack|install|(pre|post)?version|start|fix|ci:fix)$|(^|[:_-])(build|compile|bundle|dist|dev|serve|start|watch|release|deploy|publish|docs?|bench|benchmark|clean|generate|codegen|storybook|staged|changed|debug|ui|update|update-snapshots?|snapshots?|profile|size|upgrade|setup|init|hook|husky|declarations?|dts|coverage-report)($|[:_-])/;
const SPECIAL_TESTS =
  /(^|[:_-])(e2e|cov|coverage|integration|browsers?|smoke|visual|canary|perf|a11y|acceptance|playwright|cypress|edge|nightly)($|[:_-])/;
/** Of those, what CI's own call makes no plain test of. */
const HARD_TESTS = /(^|[:_-])(e2e|integration|browsers?|visual|canary|perf|a11y|playwright|cypress)($|[:_-])/;
const TEST_NAME = /test|spec|unit|check|verify|validate|^ci$|jest|mocha/;
const SAFE_NAME = /^[\w:.@/+-]+$/;

/** The scripts that CI calls, directly or through other scripts. */
function scriptsInCi({ scripts }: NodePackage, ci: readonly CiCommand[]): Map<string, CiUse> {
  const uses = new Map<string, CiUse>();
  const put = (name: string, use: CiUse): void => {
    const known = uses.get(name);
    const isBetter = !known || (use.direct && (!known.direct || (known.args !== '' && use.args === '')));
    if (scripts.has(name) && isBetter) uses.set(name, use);
  };
  for (const { run, source } of ci) {
    const words = shellSteps(run)[0]?.words ?? [];
    const calls = scriptCalls(words, scripts);
    if (!calls) continue;
    for (const name of calls.names) put(name, { source, direct: true, args: argumentsAfter(run, name) });
    for (const name of readCommand(run, scripts).calls) put(name, { source, direct: false, args: '' });
  }
  return uses;
}

/** What follows a script's name in a call, without the flags of the package manager itself. */
function argumentsAfter(run: string, name: string): string {
  const rest = run.slice(run.indexOf(name) + name.length).trim();
  const isNpm = /(^|\s)npm\s/.test(run);
  const dashes = /(?:^|\s)--\s+(.*)$/s.exec(rest)?.[1];
  const args = dashes ?? (isNpm ? '' : rest.replace(/(^|\s)(--if-present|--silent|-s)(?=\s|$)/g, '').trim());
  // What CI fixes in place is checked here.
  const judging = args.replace(/(^|\s)--(fix|write|apply)(=\S+)?(?=\s|$)/g, '').trim();
  return /watch|[|>&;]/i.test(judging) ? '' : judging;
}

/** A script of the repository's own that says itself that it writes. */
const WRITES = /(^|\s)(--write|--fix|--in-place|-w|-i)(?=\s|$)/;
const isOwnFormatter = (text: string, reading: Reading): boolean =>
  reading.kind === undefined && reading.unknown > 0 && WRITES.test(text);

/** A script's kind: by the commands it runs, and by its name only if its commands are unknown. */
export function kindOfScript(name: string, text: string, reading: Reading): Proof | undefined {
  const byName = kindOfName(name);
  if (byName === 'format' && isOwnFormatter(text, reading)) return 'format';
  if (reading.onlyWrites && (reading.kinds.includes('format') || byName === 'format')) return 'format';
  const known = reading.kind === 'install' ? undefined : reading.kind;
  if (reading.unknown > 0 && byName === 'test' && (known === undefined || known !== 'test')) return 'test';
  if (known !== undefined) return known;
  return reading.unknown > 0 && byName !== 'format' && byName !== 'install' ? byName : undefined;
}

/** The kind of a script that CI calls: by its own verb, else it is a test where it calls one that is called so. */
const kindOfCalled = (name: string, { calls }: Reading): Proof | undefined =>
  kindOfVerb(name) ?? (calls.some((called) => kindOfName(called) === 'test') ? 'test' : undefined);

/** What files of the repository say about a script: those that it runs, and its runner's configuration. */
function withFiles(reading: Reading, text: string, files: RepoFiles): Reading {
  const isKnown = reading.refusal !== undefined || (reading.unknown === 0 && reading.kind !== 'test');
  if (isKnown || !drivesBrowser(text, reading.tools, files)) return reading;
  return { ...reading, refusal: 'needs a browser' };
}

const isHook = (name: string, scripts: ReadonlyMap<string, string>): boolean =>
  /^(pre|post)/.test(name) && scripts.has(name.replace(/^(pre|post)/, ''));

const isUsual = (name: string): boolean => PREFERRED.test.includes(name) || PREFERRED.lint.includes(name);

const kindByCalls = (name: string, reading: Reading, isCalled: boolean): Proof | undefined =>
  isCalled && reading.unknown > 0 ? kindOfCalled(name, reading) : undefined;

/** The scripts that could prove a change, best first; sentences on those that look like it but cannot; and the kinds of those that CI calls. */
export function scriptCandidates(
  files: RepoFiles,
  pkg: NodePackage,
  ci: readonly CiCommand[],
): { candidates: ScriptCandidate[]; notes: string[]; refused: ReadonlySet<CheckKind | undefined> } {
  const uses = scriptsInCi(pkg, ci);
  const notes: string[] = [];
  const candidates: ScriptCandidate[] = [];
  const refused = new Set<Proof | undefined>();
  for (const [name, text] of pkg.scripts) {
    if (!SAFE_NAME.test(name) || isHook(name, pkg.scripts)) continue;
    const own = readCommand(text, pkg.scripts);
    const called = own.calls.map((other) => pkg.scripts.get(other) ?? '');
    const reading = withFiles(own, [text, ...called].join('\n'), files);
    const isCalled = uses.get(name)?.direct === true;
    const ownKind = kindOfScript(name, text, reading);
    if (reading.refusal) {
      if (isCalled || isUsual(name))
        notes.push(`package.json scripts.${name} is not run: it ${reading.refusal}`);
      if (isCalled) refused.add(ownKind);
      continue;
    }
    const kind = ownKind ?? kindByCalls(name, reading, isCalled);
    if (kind === undefined || !mayProve(name, kind, reading, isCalled)) continue;
    candidates.push({ name, kind, reading, ci: uses.get(name) });
  }
  return { candidates: candidates.sort((a, b) => rank(a) - rank(b)), notes, refused };
}

/** A compiler and nothing else: where CI calls it by itself, it checks the types. */
const compiles = (name: string, kind: Proof, { unknown }: Reading): boolean =>
  kind === 'typecheck' && unknown === 0 && /^(compile|build)([:_-]only)?$|^compile[:_-]/.test(name);

/** Tests of what was built. */
const OF_BUILT = /^test[:_-]?(dist|build|built|bundle|dts|declarations?)$/;

/** A compiler that CI calls by itself, and tests of what was built. */
const isOfBuild = (name: string, kind: Proof, reading: Reading): boolean =>
  compiles(name, kind, reading) || OF_BUILT.test(name);

/** True for the name of a test; CI's own call vouches for more names. */
const isTestName = (name: string, isCalled: boolean): boolean =>
  (TEST_NAME.test(name) || (isCalled && /^cov(erage)?$/.test(name))) &&
  !(isCalled ? HARD_TESTS : SPECIAL_TESTS).test(name);

/** True for a script known by its name alone that also says that it is a test of another kind. */
const isHardByName = (name: string, { kinds }: Reading): boolean =>
  kinds.length === 0 && HARD_TESTS.test(name);

/** True for a script whose name and commands say nothing against it. Exported for the packages of a workspace. */
export function mayProve(name: string, kind: Proof, reading: Reading, isCalled = false): boolean {
  if (NO_PROOF.test(name) && !(isCalled && isOfBuild(name, kind, reading))) return false;
  // Beside a known formatter, an unknown program might do anything; a formatter of the repository's own says that it writes.
  if (kind === 'format') return reading.unknown === 0 || reading.kinds.length === 0;
  if (/(^|[:_-])fix($|[:_-])/.test(name)) return false;
  if (kind === 'test' ? !isTestName(name, isCalled) : isHardByName(name, reading)) return false;
  // CI's own call of a test vouches for all that it calls, builds between them included.
  if (isCalled && kind === 'test' && /test/.test(name)) return true;
  return !(reading.onlyCalls && reading.kinds.length > 1 && name !== 'test');
}

function rank({ kind, name, ci, reading }: ScriptCandidate): number {
  const at = PREFERRED[kind].indexOf(name);
  const byName = at < 0 ? 50 : at;
  const byCi = ci?.direct ? 0 : ci ? 100 : 200;
  return byCi + byName + (kind !== 'format' && reading.writes ? 60 : 0);
}
