import { isOwnCommand, unwrap } from './unwrap.ts';

/** What a command hands on to: scripts of the same manifest, commands in quotes, tasks of other packages. */
export interface ScriptCalls {
  /** Names of scripts in the manifest. */
  names: string[];
  /** Whole commands, as `concurrently` takes them. */
  commands: string[];
  /** Tasks that a monorepo tool runs in many packages; only their names are known here. */
  fanOut: string[];
  /** Words that are handed on to what is called, as in `npm run lint -- --fix`. */
  args?: readonly string[];
}

/** Script name to command, as in package.json; with `runner`, targets of make, just or Task instead. */
export type Scripts = ReadonlyMap<string, string> & {
  readonly runner?: string;
  /** The text of the shell script of the repository that these words run. */
  readonly fileOf?: (words: readonly string[]) => string | undefined;
};

const FAN_OUT_TOOLS = new Set(['turbo', 'nx', 'lerna', 'wsrun', 'ultra', 'moon', 'rush', 'lage']);
const RUN_ALL = new Set(['run-s', 'run-p', 'npm-run-all', 'npm-run-all2']);
const VALUED = new Set([
  '--filter',
  '-F',
  '-C',
  '--dir',
  '--prefix',
  '--cwd',
  '-w',
  '--workspace',
  '--env',
  '--group',
]);
const MANY =
  /^(-r|--recursive|--filter(=.*)?|-F|-w|--workspace(=.*)?|--workspaces|-ws|--prefix|--cwd|-C|--dir)$/;

const named = (names: string[]): ScriptCalls => ({ names, commands: [], fanOut: [] });

/** Finds the scripts that a command calls; undefined when it calls none. */
export function scriptCalls(words: readonly string[], scripts: Scripts): ScriptCalls | undefined {
  const end = words.indexOf('--');
  const calls = callsOf(end < 0 ? words : words.slice(0, end), scripts);
  const args = end < 0 ? argsBehind(words, calls?.names) : words.slice(end + 1);
  return calls && args.length > 0 ? { ...calls, args } : calls;
}

/** `yarn prettier --check`: all managers but npm hand on what stands behind the name of a script. */
function argsBehind(words: readonly string[], names: readonly string[] = []): string[] {
  const [name] = names;
  const isHandedOn = /^(yarn|pnpm|bun)$/.test(words[0] ?? '') && names.length === 1 && name !== undefined;
  const args = isHandedOn ? words.slice(words.indexOf(name) + 1) : [];
  return args.every((word) => /^[\w./:=@,+-]+$/.test(word)) ? args : [];
}

function callsOf(words: readonly string[], scripts: Scripts): ScriptCalls | undefined {
  const tool = (words[0] ?? '').replace(/^.*\//, '').replace(/^pn$/, 'pnpm');
  if (tool === 'npx' || tool === 'bunx' || tool === 'pnpx') return callsOf(words.slice(1), scripts);
  if (RUN_ALL.has(tool)) return named(expand(plainWords(words), scripts));
  if (tool === 'concurrently') return concurrent(words, scripts);
  if (FAN_OUT_TOOLS.has(tool)) return { names: [], commands: [], fanOut: fanOutTasks(words) };
  if (['npm', 'pnpm', 'yarn', 'bun'].includes(tool))
    return packageManagerCall(tool, words, scripts) ?? fanOutBehind(words);
  if (/^(make|gmake|just|task)$/.test(tool)) {
    if (scripts.runner === undefined) return undefined;
    const targets = plainWords(words).filter((word) => scripts.has(word));
    return targets.length > 0 ? named(targets) : undefined;
  }
  return projectRunnerCall(tool, words, scripts);
}

/** `pnpm turbo lint` and `yarn exec nx run-many -t lint`. */
function fanOutBehind(words: readonly string[]): ScriptCalls | undefined {
  const { tool, args } = unwrap(words);
  return FAN_OUT_TOOLS.has(tool)
    ? { names: [], commands: [], fanOut: fanOutTasks([tool, ...args]) }
    : undefined;
}

const plainWords = (words: readonly string[]): string[] =>
  words.slice(1).filter((word) => !word.startsWith('-'));

function packageManagerCall(
  tool: string,
  words: readonly string[],
  scripts: Scripts,
): ScriptCalls | undefined {
  const many = words.some((word) => MANY.test(word)) || words[1] === 'workspace' || words[1] === 'workspaces';
  const plain = words.slice(1).filter((word, at) => !word.startsWith('-') && !VALUED.has(words[at] ?? ''));
  const run = plain.findIndex((word) => word === 'run' || word === 'run-script');
  if (run >= 0)
    return runCall(plain[run + 1], { many, isKnown: (name) => tool === 'npm' || scripts.has(name) });
  const name = plain[0] ?? '';
  // `bun test` is Bun's own runner, whatever scripts.test says.
  if (tool !== 'bun' && /^(test|t|tst)$/.test(name)) return runCall('test', { many, isKnown: () => true });
  if (many && tool !== 'npm' && !isOwnCommand(name)) return { names: [], commands: [], fanOut: [name] };
  const isShort = tool !== 'npm' && name !== 'test' && scripts.has(name) && !many;
  return isShort ? named([name]) : undefined;
}

function runCall(
  name: string | undefined,
  { many, isKnown }: { many: boolean; isKnown: (name: string) => boolean },
): ScriptCalls | undefined {
  if (name === undefined) return undefined;
  if (many) return { names: [], commands: [], fanOut: [name] };
  return isKnown(name) ? named([name]) : undefined;
}

/** composer, hatch, pdm, poe and rye call scripts of their manifest by name. */
function projectRunnerCall(
  tool: string,
  words: readonly string[],
  scripts: Scripts,
): ScriptCalls | undefined {
  if (!/^(composer|hatch|pdm|poe|rye|uv|poetry)$/.test(tool)) return undefined;
  const rest = plainWords(words);
  if (rest[0] === 'run' || rest[0] === 'run-script') rest.shift();
  if (rest[0] === 'poe') rest.shift();
  const name = rest[0];
  return name !== undefined && scripts.has(name) ? named([name]) : undefined;
}

function concurrent(words: readonly string[], scripts: Scripts): ScriptCalls {
  const names: string[] = [];
  const commands: string[] = [];
  for (const word of plainWords(words)) {
    const short = /^(npm|pnpm|yarn|bun|node):(.+)$/.exec(word)?.[2];
    if (short !== undefined) names.push(...expand([short], scripts));
    else if (word.includes(' ')) commands.push(word);
  }
  return { names, commands, fanOut: [] };
}

/** `lint:*` names every script that starts so. */
function expand(patterns: readonly string[], scripts: Scripts): string[] {
  return patterns.flatMap((pattern) => {
    const name = pattern.split(' ')[0] ?? '';
    const star = name.indexOf('*');
    if (star < 0) return [name];
    return [...scripts.keys()].filter(
      (key) => key.startsWith(name.slice(0, star)) && !/:(fix|watch)$/.test(key),
    );
  });
}

/** Flags of monorepo tools whose values go on up to the next flag. */
const LISTS = /^(-t|--targets?|-p|--projects?|--exclude)$/;

function fanOutTasks(words: readonly string[]): string[] {
  const named = words.flatMap((word) => /^(?:--targets?|-t)=(.+)$/.exec(word)?.[1]?.split(',') ?? []);
  const tasks = [
    ...named,
    ...words.flatMap((word, at) => (/^(-t|--targets?)$/.test(word) ? listAt(words, at) : [])),
  ];
  if (tasks.length > 0) return tasks;
  const listed = new Set(words.flatMap((word, at) => (LISTS.test(word) ? listAt(words, at) : [])));
  const skipped = new Set(['run', 'run-many', 'affected', 'affected:test', 'affected:lint', 'exec']);
  const rest = words
    .slice(1)
    .filter((word, at) => !word.startsWith('-') && !VALUED.has(words[at] ?? '') && !listed.has(word));
  // `nx run app:test` and `nx test app` name the task last or first; the project is not a task.
  return rest.flatMap((word) => word.split(',')).filter((word) => !skipped.has(word));
}

/** The values behind a flag, up to the next one. */
function listAt(words: readonly string[], at: number): string[] {
  const rest = words.slice(at + 1);
  const end = rest.findIndex((word) => word.startsWith('-'));
  return (end < 0 ? rest : rest.slice(0, end)).flatMap((word) => word.split(',')).filter(Boolean);
}
