import type { RepoFiles } from '../check.ts';
import { parseJsonObject, stringMap } from '../ecosystems/node/package.ts';
import { composerScripts } from '../ecosystems/php/scripts.ts';
import { targetRunners } from '../common/target-files.ts';
import { readCommand, type Reading } from '../read-command.ts';
import { subRepo } from '../repo-files.ts';
import type { Scripts } from '../script-calls.ts';
import { shellSteps } from '../shell.ts';
import { unwrap } from '../unwrap.ts';
import { scriptFile } from './repo-script.ts';

const TARGET_PROGRAM = /^(make|gmake|just|task)$/;

/** The repository around a CI file: what the commands of a folder call. Reads each file once. */
export class RepoFacts {
  readonly files: RepoFiles;
  private readonly scripts = new Map<string, Scripts>();
  /** Jobs of one pipeline repeat their lines. */
  private readonly readings = new Map<string, Reading>();

  constructor(files: RepoFiles) {
    this.files = files;
  }

  /** What a command does that runs in a folder, its scripts and targets followed. */
  reading(dir: string, run: string): Reading {
    const key = `${dir} ${run}`;
    const known = this.readings.get(key) ?? readCommand(run, this.scriptsFor(dir, run));
    this.readings.set(key, known);
    return known;
  }

  /** The scripts or targets that a command of this folder can call by name. */
  scriptsFor(dir: string, run: string): Scripts {
    const { tool } = unwrap(shellSteps(run)[0]?.words ?? []);
    const program =
      tool === 'gmake' ? 'make' : TARGET_PROGRAM.test(tool) || tool === 'composer' ? tool : 'npm';
    const key = `${program} ${dir}`;
    const known =
      this.scripts.get(key) ??
      Object.assign(this.readScripts(program, dir), {
        fileOf: (words: readonly string[]) => scriptFile(words, dir, this.files)?.text,
      });
    this.scripts.set(key, known);
    return known;
  }

  private readScripts(program: string, dir: string): Scripts {
    const files = dir === '' ? this.files : subRepo(this.files, dir);
    if (program === 'npm') return stringMap(parseJsonObject(files.read('package.json'))?.['scripts']);
    if (program === 'composer')
      return composerScripts(parseJsonObject(files.read('composer.json'))?.['scripts']);
    return targetRunners(files).find((runner) => runner.program === program)?.targets ?? new Map();
  }
}
