import type { CheckKind, RepoFiles } from '../../check.ts';
import type { Candidate } from '../../candidate.ts';
import { CONFIGURED } from '../ecosystem.ts';
import { drivesBrowser } from './browser.ts';
import type { NodePackage } from './package.ts';

/** A program that is run by itself when no script and no CI line does it. */
interface Fallback {
  kind: CheckKind;
  /** The dependency that brings it. */
  dependency: string;
  run: string;
  /** Its configuration, or what shows that it is in use. */
  config: RegExp;
  /** The same in package.json. */
  key?: string;
}

const TEST_FILE = /(\.|_)(test|spec)\.[cm]?[jt]sx?$|(^|\/)__tests__\//;

const FALLBACKS: readonly Fallback[] = [
  { kind: 'lint', dependency: '@biomejs/biome', run: 'biome check .', config: /^biome\.jsonc?$/ },
  { kind: 'lint', dependency: 'oxlint', run: 'oxlint', config: /^\.oxlintrc\.json$/ },
  {
    kind: 'lint',
    dependency: 'eslint',
    run: 'eslint .',
    config: /^(eslint\.config\.[cm]?[jt]s|\.eslintrc(\.\w+)?)$/,
    key: 'eslintConfig',
  },
  { kind: 'typecheck', dependency: 'svelte-check', run: 'svelte-check', config: /^tsconfig\.json$/ },
  { kind: 'typecheck', dependency: 'vue-tsc', run: 'vue-tsc --noEmit', config: /^tsconfig\.json$/ },
  { kind: 'typecheck', dependency: 'typescript', run: 'tsc --noEmit', config: /^tsconfig\.json$/ },
  { kind: 'test', dependency: 'vitest', run: 'vitest run', config: TEST_FILE },
  { kind: 'test', dependency: 'jest', run: 'jest', config: TEST_FILE },
  { kind: 'test', dependency: 'ava', run: 'ava', config: TEST_FILE },
  { kind: 'test', dependency: 'mocha', run: 'mocha', config: /^\.mocharc\.\w+$/, key: 'mocha' },
];

/** Commands for the kinds that nothing else covers: the tool's own, where a configuration and a dependency show its use. */
export function fallbackTools(
  files: RepoFiles,
  pkg: NodePackage,
  missing: ReadonlySet<CheckKind>,
): Candidate[] {
  const found = FALLBACKS.flatMap((tool): Candidate[] => {
    if (!missing.has(tool.kind) || !pkg.dependencies.has(tool.dependency)) return [];
    const config = files.paths.find((path) => tool.config.test(path)) ?? keyIn(pkg, tool.key);
    if (config === undefined || isSolution(files, tool)) return [];
    if (drivesBrowser(tool.run, [tool.dependency], files)) return [];
    const label = tool.run.split(' ')[0] ?? tool.dependency;
    const evidence = `${config}; package.json has ${tool.dependency}; no script calls it`;
    const slot = tool.kind === 'test' ? undefined : CONFIGURED;
    return [{ kind: tool.kind, label, run: pkg.manager.exec(tool.run), evidence, ci: false, slot }];
  });
  const bun = bunTest(files, pkg, missing);
  return [...found, ...(found.some(({ kind }) => kind === 'test') ? [] : bun)].filter(
    (candidate, index, list) => list.findIndex(({ kind }) => kind === candidate.kind) === index,
  );
}

const keyIn = (pkg: NodePackage, key: string | undefined): string | undefined =>
  key !== undefined && pkg.keys.has(key) ? `package.json ${key}` : undefined;

/** A tsconfig of references alone checks nothing with --noEmit. */
const isSolution = (files: RepoFiles, { run }: Fallback): boolean =>
  / --noEmit/.test(run) && /"files"\s*:\s*\[\s*\]/.test(files.read('tsconfig.json') ?? '');

function bunTest(files: RepoFiles, { manager }: NodePackage, missing: ReadonlySet<CheckKind>): Candidate[] {
  const file = files.paths.find((path) => TEST_FILE.test(path));
  if (manager.name !== 'bun' || !missing.has('test') || file === undefined) return [];
  return [
    { kind: 'test', label: 'bun', run: 'bun test', evidence: `${file}; ${manager.evidence}`, ci: false },
  ];
}
