import type { Check, CiCommand, Detector, RepoFiles } from '../../check.ts';
import type { Candidate } from '../../candidate.ts';
import { readCommand } from '../../read-command.ts';
import { parseJsonObject, stringMap } from '../node/package.ts';
import { CONFIGURED, type Suggestion } from '../ecosystem.ts';
import { composerScripts } from './scripts.ts';
import { checksOf } from '../suggest.ts';

/** PHP through Composer: its scripts first, then the tools that are required and configured. */
export const php: Detector = { name: 'php', detect };

/** Names that need no quoting in a shell. */
const SAFE_NAME = /^[\w:.@/+-]+$/;
/** Hooks of Composer, and scripts that write or count. */
const NO_PROOF = /^(pre|post)-|[:-](fix|watch|coverage)$/;

interface Package {
  scripts: Map<string, string>;
  required: Set<string>;
}

function detect(files: RepoFiles, ci: readonly CiCommand[]): Check[] {
  const manifest = parseJsonObject(files.read('composer.json'));
  if (!manifest) return [];
  const pkg: Package = {
    scripts: composerScripts(manifest['scripts']),
    required: new Set([
      ...stringMap(manifest['require']).keys(),
      ...stringMap(manifest['require-dev']).keys(),
    ]),
  };
  const install = { run: 'composer install --no-interaction --no-progress', evidence: 'composer.json' };
  const scripts = scriptCandidates(pkg, ci);
  const own = scripts
    .filter((script) => !script.ci)
    .map(({ kind, label, run, evidence }): Suggestion => [kind, label, run, evidence]);
  const known = new Set(scripts.map(({ kind, label }) => `${kind} ${label}`));
  const tools = toolSuggestions(files, pkg).filter(([kind, label]) => !known.has(`${kind} ${label}`));
  const proofs = [...own, ...tools];
  return checksOf(
    { ecosystem: 'php', install, proofs, adapt, scripts: scripts.filter((script) => script.ci) },
    ci,
  );
}

function scriptCandidates({ scripts }: Package, ci: readonly CiCommand[]): Candidate[] {
  const found: Candidate[] = [];
  const lineOf = (name: string): CiCommand | undefined =>
    ci.find(
      ({ run }) =>
        run.split(' ').filter((word) => !/^(run|run-script)$/.test(word))[1] === name &&
        run.startsWith('composer '),
    );
  // What CI calls goes before another script with the same tools.
  const names = [...scripts.keys()];
  const called = names.filter((name) => lineOf(name) !== undefined);
  for (const name of new Set([...called, ...names])) {
    if (!SAFE_NAME.test(name)) continue;
    const reading = readCommand(`composer run ${name}`, scripts);
    const { kind, refusal, writes, tools } = reading;
    if (kind === undefined || kind === 'install' || refusal || NO_PROOF.test(name)) continue;
    if (reading.kinds.length > 1 || (writes && kind !== 'format')) continue;
    const line = lineOf(name);
    const label = tools[0] ?? name;
    if (found.some((other) => other.kind === kind && other.label === label)) continue;
    const evidence = `composer.json scripts.${name}${line ? `; ${line.source} runs it` : ''}`;
    found.push({ kind, label, run: line?.run ?? `composer run ${name}`, evidence, ci: line !== undefined });
  }
  return found;
}

/** Reports of coverage need a driver that few machines have. */
const COVERAGE = /\s--coverage-(text(=\S+)?|(clover|html|xml|cobertura|crap4j|php)[= ]\S+)/g;

/** CI may call a tool that is on its path; here it is the project's own. */
function adapt(run: string): string | undefined {
  const plain = run.replace(COVERAGE, '');
  if (/^(composer|php|vendor\/bin|\.\/vendor\/bin|bin|\.\/bin|(\.\/)?tools)\b/.test(plain)) return plain;
  return /^\w[\w-]*( |$)/.test(plain) ? `vendor/bin/${plain}` : undefined;
}

function toolSuggestions(files: RepoFiles, { required }: Package): Suggestion[] {
  const list: Suggestion[] = [];
  const config = (pattern: RegExp): string | undefined => files.paths.find((path) => pattern.test(path));
  const fixer = config(/^\.php-cs-fixer(\.dist)?\.php$/);
  if (fixer && required.has('friendsofphp/php-cs-fixer')) {
    list.push(['format', 'php-cs-fixer', 'vendor/bin/php-cs-fixer fix', fixer, CONFIGURED]);
    list.push(['lint', 'php-cs-fixer', 'vendor/bin/php-cs-fixer fix --dry-run --diff', fixer, CONFIGURED]);
  }
  if (required.has('laravel/pint')) {
    list.push(['format', 'pint', 'vendor/bin/pint', 'composer.json laravel/pint', CONFIGURED]);
    list.push(['lint', 'pint', 'vendor/bin/pint --test', 'composer.json laravel/pint', CONFIGURED]);
  }
  const phpcs = config(/^\.?phpcs\.xml(\.dist)?$/);
  if (phpcs && required.has('squizlabs/php_codesniffer'))
    list.push(['lint', 'phpcs', 'vendor/bin/phpcs', phpcs, CONFIGURED]);
  const stan = config(/^phpstan\.(neon|neon\.dist|dist\.neon)$/);
  if (stan) list.push(['typecheck', 'phpstan', 'vendor/bin/phpstan analyse --no-progress', stan, CONFIGURED]);
  const psalm = config(/^psalm\.xml(\.dist)?$/);
  if (psalm) list.push(['typecheck', 'psalm', 'vendor/bin/psalm --no-progress', psalm, CONFIGURED]);
  if (required.has('pestphp/pest'))
    list.push(['test', 'pest', 'vendor/bin/pest', 'composer.json pestphp/pest']);
  else {
    const unit =
      config(/^phpunit\.(xml|xml\.dist|dist\.xml)$/) ??
      (required.has('phpunit/phpunit') ? 'composer.json phpunit/phpunit' : undefined);
    if (unit) list.push(['test', 'phpunit', 'vendor/bin/phpunit', unit]);
  }
  return list;
}
