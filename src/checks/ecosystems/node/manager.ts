import type { CiCommand, RepoFiles } from '../../check.ts';
import { readCommand } from '../../read-command.ts';

type ManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** How a repository's scripts and programs are called. */
export interface NodeManager {
  name: ManagerName;
  /** The command that installs the dependencies. */
  install: string;
  evidence: string;
  /** How Yarn is called, and whether it is version 2 or later; absent for the others. */
  yarn?: { program: string; isBerry: boolean };
  /** What must be installed besides Node and npm. */
  note?: string;
  script(name: string): string;
  /** Runs a program from node_modules; never downloads one. */
  exec(command: string): string;
}

/** The parts of package.json that decide on the manager. */
export interface ManagerFields {
  packageManager?: unknown;
  devEngines?: unknown;
}

const LOCKS: readonly (readonly [file: string, manager: ManagerName])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

const isManager = (name: string | undefined): name is ManagerName => /^(npm|pnpm|yarn|bun)$/.test(name ?? '');

/** Chooses the package manager: the packageManager field, then lock files, then what CI calls, then npm. */
export function chooseManager(
  files: RepoFiles,
  fields: ManagerFields,
  ci: readonly CiCommand[],
): NodeManager {
  const locks = LOCKS.filter(([file]) => files.has(file));
  const declared = declaredManager(fields);
  const name = declared?.name ?? managerByUse(locks, ci);
  const lock = locks.find(([, manager]) => manager === name)?.[0];
  const evidence = `${declared ? `package.json ${declared.field}; ` : ''}${lock ?? 'no lock file'}`;
  const isBerry = files.has('.yarnrc.yml') || /^yarn@[2-9]/.test(declared?.text ?? '');
  const program = name === 'yarn' ? yarnProgram(files) : name;
  const install = installCommand({ name, program, lock, isBerry: name === 'yarn' && isBerry }, ci);
  const note = noteOf(name, program, declared?.text);
  return {
    ...callers(name, program),
    name,
    ...(name === 'yarn' && { yarn: { program, isBerry } }),
    install: install.run,
    evidence: evidence + install.evidence,
    note,
  };
}

/** Several lock files: the one whose manager CI calls. None: what CI calls. */
function managerByUse(
  locks: readonly (readonly [string, ManagerName])[],
  ci: readonly CiCommand[],
): ManagerName {
  const used = ci.flatMap(({ run }) => /^(npm|pnpm|yarn|bun)\b/.exec(run)?.[1] ?? []).filter(isManager);
  const byLock = locks.find(([, manager]) => used.includes(manager)) ?? locks[0];
  return byLock?.[1] ?? mostUsed(used) ?? 'npm';
}

function mostUsed(names: readonly ManagerName[]): ManagerName | undefined {
  const uses = (name: ManagerName): number => names.filter((other) => other === name).length;
  return [...names].sort((a, b) => uses(b) - uses(a))[0];
}

function declaredManager({
  packageManager,
  devEngines,
}: ManagerFields): { name: ManagerName; field: string; text: string } | undefined {
  if (typeof packageManager === 'string') {
    const name = packageManager.split('@')[0];
    if (isManager(name))
      return { name, field: `packageManager ${packageManager.split('+')[0]}`, text: packageManager };
  }
  const engine: unknown =
    devEngines && typeof devEngines === 'object' && 'packageManager' in devEngines
      ? devEngines.packageManager
      : undefined;
  if (
    engine &&
    typeof engine === 'object' &&
    'name' in engine &&
    typeof engine.name === 'string' &&
    isManager(engine.name)
  ) {
    return { name: engine.name, field: 'devEngines.packageManager', text: engine.name };
  }
  return undefined;
}

/** A repository that brings its own Yarn needs no other; corepack is never assumed. */
function yarnProgram(files: RepoFiles): string {
  const path = /^yarnPath:\s*["']?([\w./@-]+)/m.exec(files.read('.yarnrc.yml') ?? '')?.[1];
  return path !== undefined && files.has(path) ? `node ${path}` : 'yarn';
}

function callers(name: ManagerName, program: string): Pick<NodeManager, 'script' | 'exec'> {
  if (name === 'npm') {
    return {
      script: (script) => (script === 'test' ? 'npm test' : `npm run ${script}`),
      exec: (run) => `npx --no-install ${run}`,
    };
  }
  if (name === 'bun') return { script: (script) => `bun run ${script}`, exec: (run) => `bun run ${run}` };
  return {
    script: (script) => (script === 'test' ? `${program} test` : `${program} run ${script}`),
    exec: (run) => (name === 'pnpm' ? `pnpm exec ${run}` : `${program} run ${run}`),
  };
}

interface Setup {
  name: ManagerName;
  program: string;
  lock: string | undefined;
  isBerry: boolean;
}

function installCommand(setup: Setup, ci: readonly CiCommand[]): { run: string; evidence: string } {
  for (const { run, source } of ci) {
    const words = run.split(/\s+/);
    const isPlain =
      words.slice(2).every((word) => word.startsWith('-')) && readCommand(run).kind === 'install';
    if (words[0] !== setup.name || !isPlain || needsLock(run, setup) || FOR_PRODUCTION.test(run)) continue;
    return { run: run.replace(/^yarn\b/, setup.program), evidence: `; ${source} runs it` };
  }
  return { run: defaultInstall(setup), evidence: '' };
}

const needsLock = (run: string, { lock }: Setup): boolean =>
  lock === undefined && /^npm (ci|clean-install)\b|--frozen-lockfile|--immutable/.test(run);

/** An install for running the program brings none of the tools that judge it. */
const FOR_PRODUCTION = / (--prod|--production|--omit[= ]dev|--only[= ]prod\S*|--dry-run|--lockfile-only)\b/;

function defaultInstall({ name, program, lock, isBerry }: Setup): string {
  if (name === 'npm') return lock === undefined ? 'npm install' : 'npm ci';
  if (isBerry) return `${program} install ${lock === undefined ? '--no-immutable' : '--immutable'}`;
  return `${program} install${lock === undefined ? '' : ' --frozen-lockfile'}`;
}

/** The command that installs a package manager, named as package.json names it: `pnpm@9.1.0+sha512.abc`. Yarn 2 and later have a package of their own. */
export function installLine(text: string): string {
  const plain = text.split('+')[0] ?? text;
  return `npm install --global ${plain.replace(/^yarn@(?=[2-9]|\d\d)/, '@yarnpkg/cli-dist@')}`;
}

function noteOf(name: ManagerName, program: string, text: string | undefined): string | undefined {
  if (name === 'npm' || program.startsWith('node ')) return undefined;
  const version = text?.includes('@') ? ` (package.json asks for ${text.split('+')[0]})` : '';
  return `${name} must be installed${version}: ${installLine(text?.startsWith(`${name}@`) ? text : name)}`;
}
