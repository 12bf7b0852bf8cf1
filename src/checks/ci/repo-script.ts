import type { RepoFiles } from '../check.ts';
import { joinDir } from './places.ts';

/** A shell script of the repository that a command runs. */
export interface RepoScript {
  path: string;
  text: string;
  /** Words before it that every line of it needs, e.g. `uv run`. */
  wrapper: string;
  /** Its arguments. */
  args: string[];
  /** True for PowerShell. */
  isPowerShell: boolean;
}

const SHELLS = /^(ba|z|k|da)?sh$/;
const SHEBANG = /^#!.*\b(ba|z|k|da)?sh\b/;
const MAX_SCRIPT = 65_536;

/** The shell script that a command of a folder runs: `bash scripts/test.sh`, `scripts/check`, `uv run bash scripts/x.sh`. */
export function scriptFile(words: readonly string[], dir: string, files: RepoFiles): RepoScript | undefined {
  const at = words.findIndex(
    (word, index) => pathOf(word, dir, files) !== undefined && isCalled(words, index),
  );
  const word = words[at];
  const path = word === undefined ? undefined : pathOf(word, dir, files);
  const text = path === undefined ? undefined : files.read(path);
  if (path === undefined || text === undefined || text.length > MAX_SCRIPT) return undefined;
  const isPowerShell = path.endsWith('.ps1');
  const named = words.slice(0, at).some((before) => SHELLS.test(before.replace(/^.*\//, '')));
  if (!isPowerShell && !named && !/\.(ba|z)?sh$/.test(path) && !SHEBANG.test(text)) return undefined;
  if (/^#!.*\b(python|node|ruby|perl|php|deno)/.test(text)) return undefined;
  const wrapper = words
    .slice(0, at)
    .filter((before) => !SHELLS.test(before.replace(/^.*\//, '')) && !/^-\w*[eux]\w*$/.test(before));
  return {
    path,
    text,
    wrapper: isPowerShell ? '' : wrapper.join(' '),
    args: words.slice(at + 1),
    isPowerShell,
  };
}

const pathOf = (word: string, dir: string, files: RepoFiles): string | undefined => {
  const path = /^[\w./+@-]+$/.test(word) && /[/.]/.test(word) ? joinDir(dir, word) : undefined;
  return path !== undefined && files.has(path) ? path : undefined;
};

/** True where the word is the program itself, or what a shell in front of it runs. */
function isCalled(words: readonly string[], at: number): boolean {
  const before = words.slice(0, at);
  const last = before.filter((word) => !word.startsWith('-')).at(-1);
  if (last === undefined) return before.length === 0;
  return SHELLS.test(last.replace(/^.*\//, '')) || /^(pwsh|powershell|run|exec|--|env|time)$/.test(last);
}

/** The script's text with its place and its arguments filled in, as far as a reader can tell. */
export function scriptText({ path, text, args }: RepoScript, dir: string): string {
  const own = relative(dir, path.slice(0, Math.max(path.lastIndexOf('/'), 0)));
  const quoted = args.map((word) => (/^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", '')}'`));
  const placed = text
    .replace(
      /\$\(\s*dirname\s+(--\s+)?("?\$0"?|"?\$\{?BASH_SOURCE(\[0\])?\}?"?|"?\$\{0\}"?)\s*\)|\$\{0%\/\*\}|\$\{BASH_SOURCE(\[0\])?%\/\*\}/g,
      own,
    )
    .replace(/"\$@"|\$@|"\$\{@\}"|\$\{@\}|\$\*/g, quoted.join(' '));
  return placed.replace(
    /\$\(\s*cd\s+(?:-P\s+|--\s+)?"?([\w./-]+)"?[^()|;]*?&&\s*pwd(?:\s+-P)?\s*\)|\$\((?:realpath|readlink -f)\s+"?([\w./-]+)"?\)/g,
    (_whole, a?: string, b?: string) => a ?? b ?? '.',
  );
}

/** The path of a folder as seen from another one, both below the root. */
function relative(from: string, to: string): string {
  const up = from === '' ? '' : '../'.repeat(from.split('/').length);
  return `${up}${to}` || '.';
}

const CMDLET =
  /^(if|else|elseif|foreach|for|while|function|param|try|catch|finally|return|exit|throw|switch|begin|process|end|using|echo|cd)\b|^[A-Z][a-z]+-[A-Z]/i;

/** The plain commands at the top level of a PowerShell script: programs with plain arguments, in order. */
export function powerShellLines(text: string): { line: number; run: string }[] {
  let depth = 0;
  return text.split('\n').flatMap((source, line) => {
    const bare = source.replace(/#.*$/, '').trim();
    if (/^(\}\s*)?(try|finally)\s*\{$/.test(bare)) return [];
    // An argument that a variable gives is left out.
    const run = bare.replace(/^& /, '').replace(/\s\S*\$[\w:{}.]+\S*/g, '');
    const isTop = depth <= 0;
    depth += (bare.match(/[{(]/g)?.length ?? 0) - (bare.match(/[})]/g)?.length ?? 0);
    const isPlain = /^(\.[\\/])?[A-Za-z][\w./\\-]*( [\w./:=@,+*"'-]+)*$/.test(run) && !CMDLET.test(run);
    return isTop && isPlain ? [{ line, run: run.replaceAll('\\', '/') }] : [];
  });
}
