import type { RepoFiles } from '../check.ts';
import { scriptFile } from '../ci/repo-script.ts';
import { viewYaml } from '../ci/yaml-view.ts';
import type { Scripts } from '../script-calls.ts';
import { join, makeText, readMakefile, recipeLine } from './makefile.ts';

/** A program that runs named targets from a file of its own. */
export interface TargetRunner {
  program: 'make' | 'just' | 'task';
  file: string;
  /** Target to shell text: the targets it needs, then its own commands. Only what can be read without running the program. */
  targets: Targets;
}

/** Target to shell text, with the program that runs them. */
type Targets = Map<string, string> & Scripts & { readonly runner: TargetRunner['program'] };

const FILES = {
  make: ['GNUmakefile', 'makefile', 'Makefile'],
  just: ['justfile', 'Justfile', '.justfile'],
  task: ['Taskfile.yml', 'Taskfile.yaml', 'taskfile.yml'],
} as const;

const READERS: Record<TargetRunner['program'], (text: string) => Map<string, string>> = {
  make: readMakefile,
  just: readJustfile,
  task: readTaskfile,
};

/** The target runners of a folder. */
export function targetRunners(files: RepoFiles): TargetRunner[] {
  return (['make', 'just', 'task'] as const).flatMap((program): TargetRunner[] => {
    const file = FILES[program].find((path) => files.has(path));
    if (file === undefined) return [];
    const text = program === 'make' ? makeText(files, file) : (files.read(file) ?? '');
    const targets = Object.assign(READERS[program](text), {
      runner: program,
      fileOf: (words: readonly string[]) => scriptFile(words, '', files)?.text,
    });
    return [{ program, file, targets }];
  });
}

function readJustfile(text: string): Map<string, string> {
  const targets = new Map<string, string>();
  let current: string | undefined;
  for (const line of text.split('\n')) {
    const rule = /^@?([a-zA-Z_][\w-]*)(?:\s+[^:=]*)?:(?!=)\s*([^#]*)$/.exec(line);
    if (rule) {
      current = rule[1] ?? '';
      const needed = (rule[2] ?? '').split(/\s+/).filter((name) => /^[\w-]+$/.test(name));
      targets.set(current, needed.map((target) => `just ${target}`).join('\n'));
    } else if (/^\s+\S/.test(line) && current !== undefined) {
      targets.set(
        current,
        join(targets.get(current), recipeLine(line.replace(/\{\{[^{}]*\}\}/g, ''), new Map())),
      );
    } else if (line.trim() !== '') current = undefined;
  }
  return targets;
}

function readTaskfile(text: string): Map<string, string> {
  const targets = new Map<string, string>();
  try {
    for (const [name, task] of viewYaml(text)?.entriesAt('tasks') ?? []) {
      const commands = task.get('cmds') ?? task.get('cmd') ?? task;
      const needed = task.itemsAt('deps').flatMap((dep) => dep.text() ?? dep.textAt('task') ?? []);
      const lines = [...commands.items(), commands].flatMap((item) => {
        const called = item.textAt('task');
        return called === undefined ? (item.text() ?? item.textAt('cmd') ?? []) : [`task ${called}`];
      });
      // What `status` says is there already is not made again.
      const asked = task.itemsAt('status').flatMap((item) => item.text() ?? []);
      const own = asked.length > 0 ? [`if ! { ${asked.join(' && ')}; }; then`, ...lines, 'fi'] : lines;
      targets.set(
        name,
        [...needed.map((dep) => `task ${dep}`), ...own].join('\n').replace(/\{\{[^{}]*\}\}/g, ''),
      );
    }
  } catch {
    return new Map();
  }
  return targets;
}
