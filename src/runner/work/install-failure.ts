import type { RepoFiles } from '../../checks/check.ts';
import { askedManager } from '../../checks/ecosystems/node/asked-manager.ts';
import { folderOf, programsOf } from '../../checks/programs.ts';
import { StageError } from '../../domain/reasons.ts';
import type { CheckRun, CheckRunner } from './check-runner.ts';
import { ending, lastWords } from './last-words.ts';

/** The error of dependencies that cannot be installed on the base: EnvironmentNotReady, with what the installer says and what may cause it. */
export async function installFailure(
  runner: CheckRunner,
  { check, result, output, dir }: CheckRun,
  files: RepoFiles,
): Promise<StageError> {
  const cause = await otherVersion(runner, { run: check.run, dir, files });
  return new StageError(
    'EnvironmentNotReady',
    `Installing dependencies failed on the base: ${check.run} ${ending(result)}: ${lastWords(output)}. ${cause}The agent was not run. Fix the repository or its environment, or name the commands in .bgtask.yaml (install, checks).`,
  );
}

/** A sentence for a package manager of another major version than package.json asks for, with the way out; else empty. */
async function otherVersion(
  runner: CheckRunner,
  { run, dir, files }: { run: string; dir: string; files: RepoFiles },
): Promise<string> {
  const asked = askedManager(files, folderOf(run));
  if (!asked || !programsOf({ run }, files).some(({ program }) => program === asked.name)) return '';
  const version = await runner.version(asked.name, dir);
  if (version === undefined || Number.parseInt(version, 10) === asked.major) return '';
  return `${asked.name} ${version} is installed, but package.json asks for ${asked.text}: ${asked.install} (on a cluster in an image, --image). `;
}
