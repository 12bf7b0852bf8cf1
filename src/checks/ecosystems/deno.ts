import type { RepoFiles } from '../check.ts';
import { NPM_REGISTRY } from './registries.ts';
import { DENO_RULES } from '../tools/more.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';

const MANIFESTS = ['deno.json', 'deno.jsonc'];
/** What a task does that is not a check, whatever its name says. */
const NOT_A_CHECK =
  /--watch|deno fmt(?!.*--check)|--fix\b|--write\b|\bdeno (deploy|publish)\b|\bdocker\b|\brm -rf?\b/;
const TEST_FILE = /(^|\/)([^/]+[._])?test\.(ts|tsx|mts|js|mjs|jsx)$/;

/** Deno: its own formatter, linter and tests, and the tasks of deno.json that CI runs. */
export const deno: Ecosystem = {
  name: 'deno',
  manifests: MANIFESTS,
  locks: ['deno.lock'],
  downloads: [['deno', / (?!fmt|lint)\S+ /]],
  registries: {
    defaults: ['jsr.io', 'npm.jsr.io', NPM_REGISTRY, 'deno.land'],
    named: [[['deno.json', 'deno.jsonc', 'deno.lock', 'import_map.json'], /"(https:[^\s"]{1,500})"/g]],
  },
  toolchain: { deno: 'Install Deno from https://deno.com.' },
  rules: DENO_RULES,
  subcommands: ['deno'],
  formatters: [[/\bdeno fmt\b.* --check\b/, (run) => run.replace(/ --check\b/, '')]],
  suggest: (files) => {
    const manifest = MANIFESTS.find((path) => files.has(path));
    if (manifest === undefined) return undefined;
    const tasks = tasksOf(files.read(manifest) ?? '');
    return {
      proofs: files.has('package.json') ? [] : proofs(files, { manifest, tasks }),
      adapt: (run) => {
        const task = /^deno task (?:-\S+ )*(\S+)/.exec(run)?.[1];
        return task !== undefined && NOT_A_CHECK.test(tasks.get(task) ?? '') ? undefined : run;
      },
    };
  },
};

/** The tasks of a manifest that may hold comments: one pattern instead of a parser for JSON with comments. */
function tasksOf(text: string): Map<string, string> {
  const block = /"tasks"\s*:\s*\{([\s\S]*)/.exec(text)?.[1] ?? '';
  const found = block.matchAll(/"([\w:.-]+)"\s*:\s*(?:\{[^{}]*?"command"\s*:\s*)?"((?:[^"\\]|\\.)*)"/g);
  return new Map([...found].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function proofs(
  files: RepoFiles,
  { manifest, tasks }: { manifest: string; tasks: ReadonlyMap<string, string> },
): Suggestion[] {
  const task = (name: string): boolean => tasks.has(name) && !NOT_A_CHECK.test(tasks.get(name) ?? '');
  const test = files.paths.find((path) => TEST_FILE.test(path));
  return [
    ['format', 'deno fmt', 'deno fmt', manifest, CONFIGURED],
    ['lint', 'deno fmt', 'deno fmt --check', manifest, CONFIGURED],
    task('lint')
      ? ['lint', 'deno task', 'deno task lint', `${manifest} tasks.lint`]
      : ['lint', 'deno lint', 'deno lint', manifest, CONFIGURED],
    ...(task('test')
      ? [['test', 'deno task', 'deno task test', `${manifest} tasks.test`] as const]
      : test === undefined
        ? []
        : [['test', 'deno test', 'deno test -A', test] as const]),
  ];
}
