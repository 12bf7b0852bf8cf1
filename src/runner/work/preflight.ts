import { delimiter, join } from 'node:path';
import type { Check, RepoFiles } from '../../checks/check.ts';
import { programsOf } from '../../checks/programs.ts';
import { StageError } from '../../domain/reasons.ts';
import { isOnPath } from '../../engine/on-path.ts';
import type { CheckRunner } from './check-runner.ts';
import { lastWords } from './last-words.ts';
import { missingInScripts } from './script-programs.ts';

/** The way out of every failure that this repository's environment causes. */
const WAY_OUT =
  'The agent was not run. Install it (on a cluster in an image, --image), or say what proves a change with --check or in .bgtask.yaml.';

/** Scripts in repositories that fetch a build tool and run it. */
const WRAPPER = /^(?:cd \S+ && )?(?:sh )?\.\/(?:gradlew|mvnw)\b/;

export interface PreflightOptions {
  checks: readonly Check[];
  files: RepoFiles;
  /** The checkout. */
  dir: string;
}

/** Looks, before the agent is paid, whether the checks can start. */
export interface Preflight {
  /** What can be said before dependencies are installed. Throws EnvironmentNotReady and CheckNotRunnable. */
  before(): Promise<void>;
  /** What can be said only afterwards: the programs that scripts run, and wrappers that fetch a tool. Throws CheckNotRunnable. */
  after(): Promise<void>;
}

export function preflight(runner: CheckRunner, options: PreflightOptions): Preflight {
  const { checks, files, dir } = options;
  const judging = checks.filter(({ kind }) => kind !== 'format');
  const isInstalled = (program: string): boolean => isOnPath(program, { dir, path: runner.path });
  return {
    async before() {
      for (const check of judging) {
        const missing = programsOf(check, files).find(({ program }) => !isInstalled(program));
        if (missing) throw notInstalled(check, missing);
        await requireSyntax(runner, check, dir);
      }
    },
    async after() {
      const path = `${join(dir, 'node_modules', '.bin')}${delimiter}${runner.path}`;
      const needs = { files, isInstalled: (program: string) => isOnPath(program, { dir, path }) };
      for (const check of judging) {
        const sentence = check.kind === 'install' ? undefined : missingInScripts(check, needs);
        if (sentence) throw new StageError('CheckNotRunnable', `${sentence}. ${WAY_OUT}`);
      }
      for (const wrapper of new Set(judging.flatMap(({ run }) => WRAPPER.exec(run)?.[0] ?? [])))
        await requireWrapper(runner, wrapper, dir);
    },
  };
}

/** What the checks need on PATH and is not there: a sentence for each check that cannot start, with how to install it. */
export function missingPrograms(options: PreflightOptions & { path: string }): string[] {
  const { checks, files, dir, path } = options;
  return checks.flatMap((check) => {
    const missing = programsOf(check, files).find(({ program }) => !isOnPath(program, { dir, path }));
    if (!missing) return [];
    return [
      `${missing.program} is not installed, and ${check.run} needs it. ${missing.install ?? ''}`.trim(),
    ];
  });
}

function notInstalled(check: Check, { program, install }: { program: string; install?: string }): StageError {
  const how = install ? ` ${install}` : '';
  return new StageError(
    check.kind === 'install' ? 'EnvironmentNotReady' : 'CheckNotRunnable',
    `${program} is not installed, and ${check.run} needs it (${check.evidence}).${how} ${WAY_OUT}`,
  );
}

/** A wrapper that cannot fetch its tool, or finds no Java, fails like a check that fails: it is asked for its version first. */
async function requireWrapper(runner: CheckRunner, wrapper: string, dir: string): Promise<void> {
  const outcome = await runner.command(`${wrapper} --version`, dir);
  if (outcome.exitCode !== 0)
    throw new StageError(
      'CheckNotRunnable',
      `${wrapper} cannot start: ${lastWords(outcome.tail)}. ${WAY_OUT}`,
    );
}

/** Refuses a check that is not valid shell; the shell reads it and runs nothing of it. */
async function requireSyntax(runner: CheckRunner, { name, run }: Check, dir: string): Promise<void> {
  const outcome = await runner.syntax(run, dir);
  if (outcome.exitCode === 0) return;
  throw new StageError(
    'CheckNotRunnable',
    `The check ${JSON.stringify(name)} is not valid shell: ${run}. ${outcome.tail.trim()}. Correct it with --check or in .bgtask.yaml; the agent was not run.`,
  );
}
