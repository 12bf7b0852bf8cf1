import type { CiCommand } from '../../check.ts';
import { shellSteps } from '../../shell.ts';
import { unwrap } from '../../unwrap.ts';
import type { PythonProject } from './project.ts';

/** What a job of CI installs with pip before a command, beside the project itself. */
interface Brought {
  /** Dependency groups of pyproject.toml. */
  groups: string[];
  /** The program of the command, and its plugins, that nothing declares. */
  packages: string[];
}

/** Flags of pip that take the next word. */
const VALUED =
  /^(-r|-c|-e|-t|-i|-f|--requirement|--constraint|--editable|--index-url|--extra-index-url|--find-links)$/;
const GROUP = /^--group(?:=(?:[\w./-]+:)?([\w.-]+))?$/;
const REQUIREMENT = /^([A-Za-z][\w.-]*)(\[[\w,-]+\])?([<>=!~]=?[\w.*,<>=!~]+)?$/;

interface Request {
  groups: string[];
  requirements: string[];
}

/** The words of `pip install`: groups, and packages by name. */
function readPip(run: string): Request {
  const found: Request = { groups: [], requirements: [] };
  for (const step of shellSteps(run)) {
    const { tool, args } = unwrap(step.words);
    const at = args.indexOf('install');
    if (at < 0 || !(tool === 'pip' || tool === 'pip3' || (tool === 'uv' && args[0] === 'pip'))) continue;
    readWords(args.slice(at + 1), found);
  }
  return found;
}

function readWords(words: readonly string[], { groups, requirements }: Request): void {
  words.forEach((word, index) => {
    const before = words[index - 1] ?? '';
    const group = before === '--group' ? word.replace(/^.*:/, '') : GROUP.exec(word)?.[1];
    if (group !== undefined) groups.push(group);
    else if (!VALUED.test(before) && REQUIREMENT.test(word)) requirements.push(word);
  });
}

/** A requirement as a word of the shell, which takes `>` for the name of a file. */
export const asWord = (requirement: string): string =>
  /[<>=!~*[]/.test(requirement) ? `'${requirement}'` : requirement;

const unique = (words: readonly string[]): string[] => [...new Set(words)];

/** What CI brings for a command that the project's own installation may lack. */
export function broughtFor({ run, before = [] }: CiCommand, { groups, declared }: PythonProject): Brought {
  const asked = before.map((step) => readPip(step.run));
  const { tool } = unwrap(run.replace(/^(\w+=\S* )+/, '').split(/\s+/));
  const isPart = (requirement: string): boolean => {
    const name = (REQUIREMENT.exec(requirement)?.[1] ?? '').toLowerCase().replaceAll('_', '-');
    const belongs =
      name === tool || name.startsWith(`${tool}-`) || (tool === 'mypy' && name.startsWith('types-'));
    return belongs && !declared.has(name);
  };
  return {
    groups: unique(asked.flatMap((one) => one.groups)).filter(
      (name) => name !== 'dev' && groups.includes(name),
    ),
    packages: unique(asked.flatMap((one) => one.requirements)).filter(isPart),
  };
}
