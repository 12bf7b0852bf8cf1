import type { Seen } from './seen.ts';
import type { World } from './world.ts';

/** A text of the attack, or one that needs to know the world: an attacker knows every path of the machine. */
export type Told = string | ((world: World) => string);

/** One attack: what it puts where, and what must be true of the world afterwards. */
export interface Attack {
  /** In a few words; the name of the test. */
  name: string;
  /** What stops it, as `stopped by …`, or `not stopped: …` with what is said instead. */
  outcome: `stopped by ${string}` | `not stopped: ${string}`;
  /** `room`: without a sandbox it succeeds, and the pull request says that there was none. */
  needs?: 'room';
  /** It is not tried without the room: it would wait for the task's deadline, or harm the machine. */
  roomOnly?: true;
  /** Files of the repository besides HONEST; undefined takes one away. */
  files?: Readonly<Record<string, Told | undefined>>;
  /** What is made ready in the world besides. */
  before?: (world: World) => Promise<void> | void;
  /** The command of the agent `command`; an honest edit when absent. */
  run?: Told;
  /** A program that is the agent `claude`, in the place of `run`. */
  claude?: Told;
  /** The instructions. */
  prompt?: string;
  /** Further flags of `create`. */
  flags?: readonly string[];
  /** Further settings. */
  settings?: Readonly<Record<string, unknown>>;
  /** What must be true afterwards, besides what is true after every attack (see `whole.ts`). */
  held?: ((seen: Seen, world: World) => Promise<void> | void) | undefined;
  /** Attacks of the same word share a task: their commands run one after the other, and they change nothing that the others look at. */
  together?: string;
  /** Why it comes through at present. The row fails when it does not any more, or when docs/security.md does not name it. */
  open?: string | undefined;
  /** What of `whole.ts` this attack is known to break; docs/security.md names it. */
  breaks?: 'honest' | 'secrets';
  /** Words that the log or the pull request has. For an attack that is not stopped they are what a reader is told. */
  says?: RegExp;
}

/** The file of the change in which an attack leaves what it must not have. */
export const LEAK = 'leak.txt';

/** The repository that is attacked or attacks: one source file, one test, and the command that runs it. */
export const HONEST: Readonly<Record<string, string>> = {
  'README.md': '# sums\n',
  '.gitignore': 'build/\nnode_modules/\n',
  '.bgtask.yaml': JSON.stringify({
    format: [],
    checks: [{ name: 'test', kind: 'test', run: 'sh scripts/test.sh' }],
  }),
  'add.mjs': 'export const add = (a, b) => a + b;\n',
  // `checked` is how the table learns which bytes were tested.
  'scripts/test.sh': 'echo "checked $(sha256sum < add.mjs)"\nnode add.test.mjs\n',
  'add.test.mjs': `import { add } from './add.mjs';
const ok = add(2, 3) === 5 && add(-1, 1) === 0;
console.log(\`1..1\\n\${ok ? 'ok' : 'not ok'} 1 - adds\`);
process.exitCode = ok ? 0 : 1;
`,
};

/** The same with scripts of npm in the place of .bgtask.yaml. */
export const WITH_NPM: Readonly<Record<string, string | undefined>> = {
  '.bgtask.yaml': undefined,
  'package.json': `${JSON.stringify({ name: 'sums', version: '1.0.0', private: true, scripts: { test: 'sh scripts/test.sh' } }, null, 2)}\n`,
};

/** A change that is what it seems. */
export const EDIT = `echo '// edited' >> add.mjs`;
/** A change that breaks the program. */
export const BREAK = `echo 'export const add = (a, b) => a - b;' > add.mjs`;
/** A line of shell that writes a file: nothing in the text is expanded. */
export const write = (file: string, text: string): string => `cat > ${file} <<'END'\n${text}\nEND\n`;
