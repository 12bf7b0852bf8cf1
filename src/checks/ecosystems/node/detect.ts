import type { Check, CheckKind, CiCommand, Detector, RepoFiles } from '../../check.ts';
import { choose, ciCandidates, isSideTest, type Candidate } from '../../candidate.ts';
import { formatterOf, formattersFor } from '../../formatter-of.ts';
import { scriptCalls } from '../../script-calls.ts';
import { shellSteps } from '../../shell.ts';
import { readCommand } from '../../read-command.ts';
import { drivesBrowser } from './browser.ts';
import { readNodePackage, type NodePackage } from './package.ts';
import { PREFERRED, scriptCandidates, type ScriptCandidate } from './scripts.ts';
import { workspaceScripts } from './workspaces.ts';
import { fallbackTools } from './fallbacks.ts';

/** More of one kind are not run, whatever CI names. */
const MAX_IN_CI = 6;
/** Kinds of which one script is enough when CI names no more. */
const MAX_SCRIPTS = { format: 1, lint: 4, typecheck: 1, test: 1 } as const;
const PROOFS = ['format', 'lint', 'typecheck', 'test'] as const;

/** JavaScript and TypeScript: package.json scripts with the repository's own package manager. */
export const node: Detector = {
  name: 'node',
  detect: (files, ci) => plan(files, ci).checks,
  notes: (files, ci) => plan(files, ci).notes,
};

function plan(files: RepoFiles, ci: readonly CiCommand[]): { checks: Check[]; notes: string[] } {
  const pkg = readNodePackage(files, ci);
  if (!pkg) {
    return {
      checks: [],
      notes: files.has('package.json') ? ['package.json is not a JSON object: its scripts are not run'] : [],
    };
  }
  const { candidates, notes, refused } = scriptCandidates(files, pkg, ci);
  const lines = toolLines(files, pkg, ci);
  const open = openKinds(candidates, refused);
  const chosen = PROOFS.flatMap((kind) =>
    pickScripts(
      candidates.filter(
        (candidate) =>
          candidate.kind === kind && (candidate.ci ?? (open.has(kind) || isPlainScript(candidate, refused))),
      ),
      candidates.some((candidate) => candidate.ci !== undefined && candidate.kind !== 'format'),
    ),
  );
  const commands: Candidate[] = chosen.map((script) => withLine(toCandidate(script, pkg), { script, lines }));
  commands.push(...lines.filter((line) => !chosen.some((script) => covers(script, line))));
  if (!commands.some(({ kind }) => kind === 'typecheck')) commands.push(...buildAsTypecheck(pkg, ci, chosen));
  if (!commands.some(({ kind }) => kind === 'format'))
    commands.push(...derivedFormatter(pkg, chosen, commands));
  const missing = new Set([...missingKinds(chosen, commands)].filter((kind) => open.has(kind)));
  commands.push(...workspaceScripts(files, pkg, missing));
  commands.push(...fallbackTools(files, pkg, missing));
  notes.push(...chosen.filter(isFixing).map(fixingNote));
  const install = installCheck(files, pkg);
  if (pkg.manager.note && (install.length > 0 || commands.length > 0)) notes.push(pkg.manager.note);
  return { checks: [...install, ...choose(commands)], notes };
}

/**
 * The kinds for which anything in the repository may suggest what CI does not call. Where CI calls scripts that prove something, it has said which
 * ones hold: a program of a package or of a configuration file beside them may never have been clean. Tests are asked for all the same, unless CI's own
 * cannot run.
 */
function openKinds(
  candidates: readonly ScriptCandidate[],
  refused: ReadonlySet<CheckKind | undefined>,
): Set<CheckKind> {
  const isProven = candidates.some(({ ci, kind }) => ci?.direct === true && kind !== 'format');
  const kinds: readonly CheckKind[] = isProven || refused.size > 0 ? ['format', 'test'] : PROOFS;
  return new Set(kinds.filter((kind) => !refused.has(kind)));
}

/** Programs that look at what a build leaves. */
const READS_BUILD: readonly string[] = ['publint', 'attw'];

/** A script by the usual name for its kind, which reads the sources alone: people run it, whether CI does or not. */
const isPlainScript = (
  { name, kind, reading }: ScriptCandidate,
  refused: ReadonlySet<CheckKind | undefined>,
): boolean =>
  (kind === 'lint' || kind === 'typecheck') &&
  !refused.has(kind) &&
  PREFERRED[kind].includes(name) &&
  name !== 'test:types' &&
  !reading.tools.some((tool) => READS_BUILD.includes(tool));

function installCheck(files: RepoFiles, { dependencies, keys, manager }: NodePackage): Check[] {
  const hasNothing = dependencies.size === 0 && !keys.has('workspaces') && !files.has('pnpm-workspace.yaml');
  if (hasNothing && manager.evidence.endsWith('no lock file')) return [];
  return [
    { kind: 'install', name: `install (${manager.name})`, run: manager.install, evidence: manager.evidence },
  ];
}

/** Takes scripts in order, beside CI only linters and tests with a usual name or that it calls; one whose programs all ran already, or that another one calls, adds nothing. */
function pickScripts(ordered: readonly ScriptCandidate[], hasCi: boolean): ScriptCandidate[] {
  // Tests of one side do not stand for all of them.
  const inCi = ordered.filter(({ ci, kind, name }) => ci && !isSideTest({ kind, run: name }));
  const usual = ordered.filter(
    ({ ci, kind, name }) => ci || !/^(lint|test)$/.test(kind) || PREFERRED[kind].includes(name),
  );
  const pool = inCi.length > 0 ? ordered.filter(({ ci }) => ci) : hasCi ? usual : ordered;
  const judges = pool.filter((script) => !isFixing(script));
  const picked: ScriptCandidate[] = [];
  for (const script of judges.length > 0 ? judges : pool) {
    const limit = script.ci ? MAX_IN_CI : MAX_SCRIPTS[script.kind] + picked.filter(({ ci }) => ci).length;
    if (picked.length < limit && !isCovered(script, picked)) picked.push(script);
  }
  return picked;
}

const isFixing = ({ kind, reading }: ScriptCandidate): boolean => kind !== 'format' && reading.writes;

function isCovered(script: ScriptCandidate, picked: readonly ScriptCandidate[]): boolean {
  if (picked.some(({ reading }) => reading.calls.includes(script.name))) return true;
  if (script.ci?.direct) return false;
  const tools = picked.flatMap(({ reading }) => reading.tools);
  return picked.length > 0 && script.reading.tools.every((tool) => tools.includes(tool));
}

function toCandidate({ name, kind, ci, reading }: ScriptCandidate, pkg: NodePackage): Candidate {
  const plain = pkg.manager.script(name);
  const args = ci?.args ? `${pkg.manager.name === 'npm' ? ' --' : ''} ${ci.args}` : '';
  const fixes = kind !== 'format' && reading.writes ? '; it fixes in place' : '';
  const evidence = `package.json scripts.${name}${fixes}${ci ? `; ${ci.source} runs it` : ''}`;
  return { kind, label: name, run: plain + args, evidence, ci: ci !== undefined };
}

const fixingNote = ({ name, reading }: ScriptCandidate): string =>
  `package.json scripts.${name} fixes files in place (${reading.tools.join(', ')}): what it changes is not part of the change`;

/** Programs that CI calls without a script, e.g. `npx eslint .`. */
function toolLines(files: RepoFiles, pkg: NodePackage, ci: readonly CiCommand[]): Candidate[] {
  const calls = (run: string): string[] =>
    scriptCalls(shellSteps(run)[0]?.words ?? [], pkg.scripts)?.names ?? [];
  const own = ci.filter(
    ({ run }) => calls(run).length === 0 && !drivesBrowser(run, readCommand(run).tools, files),
  );
  return ciCandidates(own, 'node', (run) => runnable(withoutFix(run), pkg));
}

/** True when a script runs the program that a line of CI runs, and nothing of another kind, which CI may not run. */
const covers = ({ kind, ci, reading }: ScriptCandidate, line: Candidate): boolean =>
  kind === line.kind &&
  reading.tools.includes(line.label) &&
  (ci !== undefined || reading.kinds.length === 1);

/** A script whose program CI runs without it is what CI runs. */
function withLine(
  candidate: Candidate,
  { script, lines }: { script: ScriptCandidate; lines: readonly Candidate[] },
): Candidate {
  const line = candidate.ci ? undefined : lines.find((other) => covers(script, other));
  return line ? { ...candidate, ci: true, evidence: `${candidate.evidence}; ${line.evidence}` } : candidate;
}

/** What CI fixes in place is checked here. */
const withoutFix = (run: string): string =>
  run.replace(/ (-- )?--(fix|write|apply)(=\S+)?(?= |$)/g, '').replace(/ --\s*$/, '');

/** `yarn workspace a run b` and `yarn node a.js` are Yarn's own, `yarn eslint` is a program. */
function withYarn(run: string, manager: NodePackage['manager']): string {
  const rest = run.replace(/^yarn (run |exec )?/, '');
  return /^yarn (workspaces?|node) /.test(run)
    ? `${manager.yarn?.program ?? 'yarn'} ${rest}`
    : manager.exec(rest);
}

function runnable(run: string, { manager, dependencies }: NodePackage): string | undefined {
  const first = shellSteps(run)[0]?.words[0] ?? '';
  if (/^(npx|pnpm|pnpx|yarn|bun|bunx|npm|node)$|node_modules/.test(first)) {
    return manager.yarn ? withYarn(run, manager) : run;
  }
  const isInstalled = dependencies.has(first) || (first === 'tsc' && dependencies.has('typescript'));
  return isInstalled && run.startsWith(first) ? manager.exec(run) : undefined;
}

/** Type checks often hide in the build: CI's own build script stands for them. */
function buildAsTypecheck(
  pkg: NodePackage,
  ci: readonly CiCommand[],
  chosen: readonly ScriptCandidate[],
): Candidate[] {
  const text = pkg.scripts.get('build') ?? '';
  if (
    !/\b((vue-)?tsc|tsgo)\b/.test(text) ||
    chosen.some(({ reading }) => reading.kinds.includes('typecheck'))
  )
    return [];
  const run = pkg.manager.script('build');
  const line = ci.find((command) =>
    scriptCalls(command.run.split(/\s+/), pkg.scripts)?.names.includes('build'),
  );
  if (!line) return [];
  const evidence = `package.json scripts.build compiles; ${line.source} runs it`;
  return [{ kind: 'typecheck', label: 'build', run, evidence, ci: true }];
}

/** A repository that checks its format is formatted with the same words. */
function derivedFormatter(
  pkg: NodePackage,
  chosen: readonly ScriptCandidate[],
  commands: readonly Candidate[],
): Candidate[] {
  for (const { name, reading } of chosen) {
    for (const script of [name, ...reading.calls]) {
      const steps = shellSteps(pkg.scripts.get(script) ?? '');
      const writer = steps.flatMap(({ text }) => formatterOf(text.replace(/^(npx|bunx) /, '')) ?? [])[0];
      if (writer === undefined) continue;
      const evidence = `package.json scripts.${script} checks the format`;
      return [
        {
          kind: 'format',
          label: writer.split(' ')[0] ?? 'format',
          run: pkg.manager.exec(writer),
          evidence,
          ci: false,
        },
      ];
    }
  }
  return formattersFor(commands);
}

function missingKinds(chosen: readonly ScriptCandidate[], commands: readonly Candidate[]): Set<CheckKind> {
  const covered = new Set<CheckKind>([
    ...chosen.flatMap(({ reading }) => reading.kinds),
    ...commands.map(({ kind }) => kind),
  ]);
  return new Set(PROOFS.filter((kind) => !covered.has(kind)));
}
