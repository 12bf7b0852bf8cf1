import type { RepoFiles } from '../check.ts';
import { viewYaml } from '../ci/yaml-view.ts';

/** A program that runs named targets from a file of its own. */
export interface TargetRunner {
  program: 'make' | 'just' | 'task';
  file: string;
  /** Target to shell text: the targets it needs, then its own commands. Only what can be read without running the program. */
  targets: Targets;
}

/** Target to shell text, with the program that runs them. */
export type Targets = Map<string, string> & { readonly runner: TargetRunner['program'] };

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
    const targets = Object.assign(READERS[program](files.read(file) ?? ''), { runner: program });
    return [{ program, file, targets }];
  });
}

/** Make's own prefixes: `@` is quiet, `-` forgives. */
function recipeLine(line: string, variables: ReadonlyMap<string, string>): string {
  const [, prefix = '', command = ''] = /^([@+-]*)\s*(.*)$/.exec(line.trim()) ?? [];
  const text = command
    .replace(
      /\$[({](\w+)[)}]/g,
      (_whole, name: string) => variables.get(name) ?? (name === 'MAKE' ? 'make' : ''),
    )
    .replaceAll('$$', '$');
  return prefix.includes('-') ? `${text} || true` : text;
}

function readMakefile(text: string): Map<string, string> {
  const targets = new Map<string, string>();
  const variables = new Map<string, string>();
  let current: string[] = [];
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const variable = /^(?:export\s+)?(\w+)\s*(?::|\?|::)?=\s*([^#]*)/.exec(line);
    const rule = /^([\w./-]+(?:\s+[\w./-]+)*)\s*::?(?!=)\s*([^#;=]*)(?:;(.*))?$/.exec(line);
    if (line.startsWith('\t')) {
      const command = recipeLine(line, variables);
      for (const name of current) targets.set(name, join(targets.get(name), command));
    } else if (variable) {
      variables.set(variable[1] ?? '', (variable[2] ?? '').trim());
    } else if (rule) {
      current = (rule[1] ?? '').split(/\s+/).filter((name) => !name.startsWith('.'));
      const needed = (rule[2] ?? '').split(/\s+/).filter((name) => /^[\w-]+$/.test(name));
      for (const name of current)
        targets.set(name, join(targets.get(name), needed.map((target) => `make ${target}`).join('\n')));
    }
  }
  return targets;
}

const join = (before: string | undefined, line: string): string => [before, line].filter(Boolean).join('\n');

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
        join(targets.get(current), recipeLine(line.replace(/\{\{[^}]*\}\}/g, ''), new Map())),
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
      targets.set(
        name,
        [...needed.map((dep) => `task ${dep}`), ...lines].join('\n').replace(/\{\{[^}]*\}\}/g, ''),
      );
    }
  } catch {
    return new Map();
  }
  return targets;
}
