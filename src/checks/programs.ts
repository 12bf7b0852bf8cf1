import type { Check, RepoFiles } from './check.ts';
import { askedManager } from './ecosystems/node/asked-manager.ts';
import { plugs } from './plugs.ts';
import { shellSteps, type ShellStep } from './shell.ts';

/** A program that must be on PATH before a check can start. */
export interface NeededProgram {
  /** The name as the command writes it, e.g. `pnpm`. */
  program: string;
  /** A sentence that says how to install it; absent for a program that no ecosystem describes. */
  install?: string;
}

/** The shell's own commands, and what every POSIX system has. */
const ALWAYS_THERE = new Set(
  (
    '. : [ [[ alias break case cd command continue echo eval exec exit export false for getopts hash if popd printf ' +
    'pushd pwd read return set shift source test times trap true type ulimit umask unset until wait while ' +
    'awk basename cat chmod cmp cp cut date diff dirname env expr find grep head id kill ln ls mkdir mktemp mv nice ' +
    'nohup od ps rm rmdir sed seq sh sleep sort stat tail tar tee time timeout touch tr uname uniq wc which xargs'
  ).split(' '),
);
/** Programs that run the command behind them. */
const TRANSPARENT = /^(env|time|nice|nohup|exec|command|timeout|xvfb-run)$/;
/** Wrappers that repositories bring, and the program that each needs. */
const WRAPPERS: Readonly<Record<string, string>> = { gradlew: 'java', mvnw: 'java' };
const SHEBANG = /^#!\s*(?:\/usr)?\/bin\/(?:env\s+(?:-S\s+)?)?([\w.+-]+)/;

/**
 * The programs that a check's command needs on PATH, each once, in the order of the command. A package manager or runner
 * (`npm test`, `uv run pytest`) is needed itself; what it finds in `node_modules` or its environment is not. A script of the
 * repository needs the interpreter of its first line. Commands behind `||` and in branches are not asked. Pure.
 */
export function programsOf(check: Pick<Check, 'run'>, files: RepoFiles): NeededProgram[] {
  const names = shellSteps(check.run).flatMap((step) => namesIn(step, files));
  return [...new Set(names)].map((program) => {
    const install = installSentence(program, check.run, files);
    return install === undefined ? { program } : { program, install };
  });
}

/** How to install a program, in the version that package.json asks for; undefined for one that no ecosystem describes. */
function installSentence(program: string, run: string, files: RepoFiles): string | undefined {
  const asked = askedManager(files, folderOf(run));
  if (asked?.name === program && program !== 'npm')
    return `Install ${program} as package.json asks: ${asked.install}.`;
  return plugs().toolchain.get(program) ?? plugs().extras.get(program);
}

/** The folder that a command enters first, relative to the root; empty for the root itself. */
export const folderOf = (run: string): string => /^cd ([^\s&]+) && /.exec(run)?.[1] ?? '';

function namesIn(step: ShellStep, files: RepoFiles): string[] {
  if (step.conditional) return [];
  return [step.words, ...step.inner].flatMap((words) => programOf(words, { files, dir: step.dir ?? '' }));
}

function programOf(words: readonly string[], place: { files: RepoFiles; dir: string }): string[] {
  const at = words.findIndex((word) => !/^\w+=/.test(word));
  const program = words[at] ?? '';
  if (program === '' || /[$`*?]/.test(program)) return [];
  const rest = words.slice(at + 1);
  if (program === 'cargo' && rest[0]?.startsWith('+')) return ['rustup', 'cargo'];
  if (TRANSPARENT.test(program)) return programOf(behindFlags(program, rest), place);
  if (program === 'xargs') return programOf(behindFlags(program, rest), place);
  if (program.includes('/')) return ofPath(program, place);
  return ALWAYS_THERE.has(program) ? [] : [program];
}

/** `timeout 10 x` and `env -i A=b x`: the words from the program on. */
function behindFlags(program: string, words: readonly string[]): string[] {
  const left = [...words];
  while (left[0] !== undefined && /^(-|\w+=|\d+[smhd]?$)/.test(left[0])) {
    const flag = left.shift() ?? '';
    if (/^-[knsuIP]$/.test(flag) && program !== 'env') left.shift();
  }
  return left;
}

/** A file of the repository needs its interpreter; one that an install made needs nothing more. */
function ofPath(path: string, { files, dir }: { files: RepoFiles; dir: string }): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (Object.hasOwn(WRAPPERS, name)) return [WRAPPERS[name] ?? name];
  if (/(^|\/)vendor\/bin\//.test(path)) return ['php'];
  const inTree = `${dir === '' ? '' : `${dir}/`}${path.replace(/^\.\//, '')}`;
  const interpreter = SHEBANG.exec(files.read(inTree)?.slice(0, 200) ?? '')?.[1];
  return interpreter === undefined || ALWAYS_THERE.has(interpreter) ? [] : [interpreter];
}
