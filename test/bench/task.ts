import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { SAMPLE_FILES } from '../../src/cli/demo/sample-files.ts';
import { type Figure, pair } from './pair.ts';

const bgtask = fileURLToPath(new URL('../../bin/bgtask', import.meta.url));
const CHANGE = 'node codemods/buffer-from.mjs';

/** What a person would write instead: the same clone, install, command, formatter, checks, commit and push. */
const SCRIPT = `set -e
git clone --quiet "$1" "$2" && cd "$2"
git checkout --quiet -b "script-$3"
npm ci --silent --no-audit --no-fund
${CHANGE}
npm run --silent format && npm run --silent lint && npm test --silent
git add --all
git -c user.name=bench -c user.email=bench@example.com commit --quiet -m "chore"
git push --quiet origin "script-$3"
`;

function sample(folder: string): string {
  const repository = join(folder, 'app');
  for (const [path, text] of Object.entries(SAMPLE_FILES)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
  const git = (...args: string[]) =>
    execaSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
      cwd: repository,
    });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'first');
  return repository;
}

/** One task from create to pull request, beside the shell script. */
export function oneTask(): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'bgtask-bench-'));
  const repository = sample(folder);
  const env = { BGTASK_STATE: join(folder, 'state'), BGTASK_CONFIG: join(folder, 'config') };
  try {
    return [
      pair(
        'one task, end to end',
        {
          label: 'bgtask create --wait',
          run: (round) =>
            void execaSync(
              bgtask,
              [
                'create',
                `bench-${round + 1}`,
                '--repo',
                repository,
                '-m',
                'Bench.',
                '--run',
                CHANGE,
                '--wait',
                '-q',
              ],
              { env },
            ),
        },
        {
          label: 'shell script',
          run: (round) =>
            void execaSync(
              'sh',
              ['-c', SCRIPT, 'sh', repository, join(folder, `clone-${round + 1}`), String(round + 1)],
              { stdout: 'ignore' },
            ),
        },
        7,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
