import { posix } from 'node:path';
import type { CiCommand } from '../check.ts';
import { shellSteps } from '../shell.ts';
import type { YamlView } from './yaml-view.ts';

/** Where commands are collected: at most MAX_COMMANDS, each text once. */
export class CommandList {
  readonly commands: CiCommand[] = [];
  readonly notes: string[] = [];
  private readonly seen = new Set<string>();

  add(command: CiCommand): void {
    if (this.commands.length >= MAX_COMMANDS || this.seen.has(command.run)) return;
    this.seen.add(command.run);
    this.commands.push(command);
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }
}

/** More than any repository's CI that was read; keeps hostile files from costing time. */
const MAX_COMMANDS = 2_000;
/** The limit of Check.run. */
const MAX_RUN = 1_024;
const KNOWN_VARIABLES = new Set(['HOME', 'PWD', 'PATH', 'TMPDIR', 'CI']);
/** Stands for an expression of the CI system while the shell is parsed. */
const HOLE = '\u01c2';

/** Where a block runs. */
export interface BlockPlace {
  path: string;
  /** Relative to the root, empty for the root itself. */
  dir: string;
  /** The job and the title of the step, as in CiCommand. */
  job?: string;
  step?: string;
}

/**
 * Takes the commands of a shell block that could be run elsewhere as they stand: not those whose failure is swallowed,
 * that hang on a condition, or that need variables or expressions of the CI system.
 */
export function readBlock(block: YamlView, place: BlockPlace, list: CommandList): void {
  const script = block.text();
  if (script === undefined) return;
  const holed = script.replace(
    /\$\{\{[^}]*\}\}|\$\[\[[^\]]*\]\]|\$\([A-Z][\w.]*\)|<<\s*(?:parameters|pipeline|matrix)[^<>\n]*>>/g,
    (hole) => hole.replace(/[^\n]/g, HOLE),
  );
  for (const step of shellSteps(holed)) {
    const run = step.text.replace(/\s*\\\n\s*/g, ' ').trim();
    if (step.swallowed || step.conditional || step.dir === undefined) continue;
    if (run.includes(HOLE) || run.length > MAX_RUN || /[\u0000-\u0008\u000a-\u001f\u007f]/.test(run))
      continue;
    if (step.variables.some((name) => !KNOWN_VARIABLES.has(name))) continue;
    const dir = joinDir(place.dir, step.dir);
    if (dir === undefined) continue;
    const { job, step: title } = place;
    list.add({
      source: `${place.path}:${block.line(step.line)}`,
      run: inDir(dir, run),
      ...(job !== undefined && { job }),
      ...(title !== undefined && { step: title }),
    });
  }
}

/** The command as run from the root. */
export const inDir = (dir: string, run: string): string => (dir === '' ? run : `cd ${dir} && ${run}`);

/** Joins folders below the root; undefined when the result leaves it or is no plain path. */
export function joinDir(base: string, dir: string): string | undefined {
  const joined = posix.normalize(posix.join(base, dir)).replace(/\/$/, '');
  if (joined === '.') return '';
  return /^[\w@+-][\w@+./-]*$/.test(joined) ? joined : undefined;
}
