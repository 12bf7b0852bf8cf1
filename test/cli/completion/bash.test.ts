import assert from 'node:assert/strict';
import { execa } from 'execa';
import { type Installed, install } from '../program.ts';

/** The words as bash parts them, the cursor at the end of the last one, and what it offers then. */
const CASES: [words: string[], offered: string[]][] = [
  [['bgtask', 'temp'], ['template']],
  [['bgtask', 'describe', ''], ['fix-lint']],
  [['bgtask', 'list', '--engine', '=', 'lo'], ['local']],
  [
    ['bgtask', 'list', '--engine', '='],
    ['kubernetes', 'local'],
  ],
  [['bgtask', 'describe', 'https', ':', '//x'], []],
  [['bgtask', 'list', '-l', '$(touch injected)', '--stat'], ['--status']],
];

const SCRIPT = `source <(bgtask completion bash)
complete -p bgtask
while IFS= read -r line; do
  eval "COMP_WORDS=($line)"
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _bgtask
  echo "offered: \${COMPREPLY[*]}"
done`;

const quoted = (word: string): string => `'${word}'`;

describe('bash completion', () => {
  let program: Installed;
  before(async () => {
    program = await install();
    await program.task('fix-lint');
  });
  after(() => program.close());

  it('offers in a real bash what __complete says, one word at a time, and runs nothing that is on the line', async () => {
    const input = CASES.map(([words]) => words.map(quoted).join(' ')).join('\n');
    const { stdout } = await execa('bash', ['--norc', '-c', SCRIPT], {
      input: `${input}\n`,
      cwd: program.folder,
      env: program.env,
      extendEnv: false,
    });
    const [complete, ...offered] = stdout.split('\n');
    assert.equal(complete, 'complete -F _bgtask bgtask');
    assert.deepEqual(
      offered,
      CASES.map(([, words]) => `offered: ${words.join(' ')}`),
    );
    assert.deepEqual(
      await execa('ls', ['injected'], { cwd: program.folder, reject: false }).then(
        ({ exitCode }) => exitCode,
      ),
      2,
    );
  });
});
