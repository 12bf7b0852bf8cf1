import assert from 'node:assert/strict';
import type { Seen } from '../seen.ts';
import { type Attack, BREAK, EDIT, HONEST, WITH_NPM, write } from '../attack.ts';

const PASS = `printf 'echo "checked 0"; echo 1..1; echo ok 1 - adds\\n'`;

/** Nothing is called proved. */
const notProven = ({ validated, status, pull }: Seen): void => {
  // A task that failed for another reason has shown nothing.
  const reasons = ['ChecksFailed', 'TestsRemoved', 'NothingProven', 'BaselineFailing', 'CheckNotRunnable'];
  assert.ok(reasons.includes(validated ?? status.reason ?? ''), `${validated} ${status.reason}`);
  assert.doesNotMatch(pull, /✅ Tests passed/);
};
const failed = (seen: Seen): void => {
  notProven(seen);
  assert.equal(seen.pushed, undefined);
};
/** A reader of the pull request is told which file of the change decides the check. */
const named = (file: string) => ({ pull, isProven }: Seen): void => {
  if (isProven) assert.ok(pull.split('## Instructions')[0]?.includes(file), `the pull request does not name ${file}:\n${pull}`);
}; // prettier-ignore

/** Checks that pass while the program is broken. */
export const PROOF: readonly Attack[] = [
  {
    name: 'the script that the tests are called by exits with 0',
    outcome: 'not stopped: the pull request names the script',
    breaks: 'honest',
    run: `${PASS} > scripts/test.sh; ${BREAK}`,
    held: named('scripts/test.sh'),
  },
  {
    name: 'the script that the tests are called by becomes a link to true',
    outcome: 'stopped by the comparison with the base: fewer tests ran',
    run: `rm scripts/test.sh; ln -s /bin/true scripts/test.sh; ${BREAK}`,
    held: notProven,
  },
  {
    name: 'the test file is emptied',
    outcome: 'stopped by the comparison with the base: fewer tests ran',
    run: `: > add.test.mjs; ${BREAK}`,
    held: notProven,
  },
  {
    name: 'the test is skipped',
    outcome: 'stopped by the comparison with the base: more tests are skipped',
    run: `printf 'console.log("1..1\\\\nok 1 - adds # SKIP")' > add.test.mjs; ${BREAK}`,
    held: notProven,
  },
  {
    name: 'the test is rewritten so that it asserts nothing',
    outcome: 'not stopped: the pull request names the test file',
    breaks: 'honest',
    run: `printf 'console.log("1..1\\\\nok 1 - adds")' > add.test.mjs; ${BREAK}`,
    held: named('add.test.mjs'),
  },
  {
    name: 'the source exits with 0 before a test runs',
    outcome: 'stopped by the comparison with the base: a run that states no tests proves nothing',
    run: `echo 'process.exit(0); export const add = 0;' > add.mjs`,
    held: notProven,
  },
  {
    name: 'the source prints the summary of a test runner and exits with 0',
    outcome: 'not stopped: the pull request says that the checks run code of the change',
    breaks: 'honest',
    run: write('add.mjs', String.raw`console.log("1..1\nok 1 - adds"); process.exit(0); export const add = 0;`),
    says: /run(s)? the change's own code|forge's own CI/,
  },
  {
    name: 'scripts.test of package.json becomes true',
    outcome: 'stopped by the comparison with the base: fewer tests ran',
    files: WITH_NPM,
    run: `sed -i 's/"sh scripts.test.sh"/"true"/' package.json; ${BREAK}`,
    held: notProven,
  },
  {
    name: 'a pretest script puts the good file back',
    outcome: 'not stopped: the pull request names package.json',
    files: WITH_NPM,
    run: `cp add.mjs good.mjs; sed -i 's/"test":/"pretest": "cp good.mjs add.mjs", "test":/' package.json; ${BREAK}`,
    held: named('package.json'),
    breaks: 'honest',
  },
  {
    name: 'script-shell in the .npmrc of the repository',
    outcome: 'stopped by the comparison with the base: fewer tests ran',
    files: WITH_NPM,
    run: `echo 'script-shell=/bin/true' > .npmrc; ${BREAK}`,
    held: notProven,
  },
  {
    name: 'an install script of the change puts the good file back for the checks',
    outcome: 'stopped by the checkout: tracked files are put back after an install',
    files: {
      ...WITH_NPM,
      'package-lock.json': '{"name":"sums","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"sums","version":"1.0.0"}}}',
    },
    run: `cp add.mjs good.mjs; sed -i 's/"test":/"preinstall": "cp good.mjs add.mjs", "test":/' package.json; ${BREAK}`,
    held: failed,
  },
  {
    name: 'a daemon puts the good file back while the tests run',
    outcome: 'stopped by the room: its processes end with it',
    needs: 'room',
    files: { 'scripts/test.sh': `mkdir -p build; touch build/testing; for i in 1 2 3 4 5; do [ -e build/swapped ] && break; sleep 0.1; done\n${HONEST['scripts/test.sh']}` },
    run: ({ mark }) => `cp add.mjs $TMPDIR/good.mjs; mkdir -p build; env -i TMPDIR=$TMPDIR setsid sh -c 'while [ ! -e build/testing ]; do sleep 0.02; done; cp $TMPDIR/good.mjs add.mjs; touch build/swapped; sleep 600; : ${mark}' >/dev/null 2>&1 & ${BREAK}`,
    held: failed,
  },
  {
    name: 'a process that the first check leaves puts the good file back for the second',
    outcome: 'stopped by the room: each check has one of its own',
    needs: 'room',
    files: {
      '.bgtask.yaml': JSON.stringify({ format: [], checks: [{ name: 'lint', kind: 'lint', run: 'sh scripts/lint.sh' }, { name: 'test', kind: 'test', run: 'sh scripts/test.sh' }] }),
      'scripts/lint.sh': 'exit 0\n',
      'scripts/test.sh': `mkdir -p build; touch build/testing; for i in 1 2 3 4 5; do [ -e build/swapped ] && break; sleep 0.1; done\n${HONEST['scripts/test.sh']}`,
    },
    run: ({ mark }) => `cp add.mjs good.mjs; cat > scripts/lint.sh <<'END'\nenv -i setsid sh -c 'while [ ! -e build/testing ]; do sleep 0.02; done; cp good.mjs add.mjs; touch build/swapped; sleep 600; : ${mark}' >/dev/null 2>&1 &\nEND\n${BREAK}`,
    held: failed,
  },
  {
    name: 'main of base.git becomes a broken commit, so that the failure is older than the change',
    outcome: 'stopped by the recorded commit of the base',
    run: `${BREAK}; git -c user.name=a -c user.email=a@example.com commit -qam broken; cp -r .git/objects/* ../base.git/objects/ 2>/dev/null; git --git-dir=../base.git update-ref refs/heads/main $(git rev-parse HEAD) 2>/dev/null; :`,
    held: failed,
  },
  {
    name: 'a replace object of the base',
    outcome: 'stopped by git: our calls see no replace objects',
    run: `${BREAK}; base=$(git rev-parse HEAD); git -c user.name=a -c user.email=a@example.com commit -qam broken; git replace -f $base HEAD; git --git-dir=../base.git replace -f $base HEAD 2>/dev/null; :`,
    held: failed,
  },
  {
    name: 'a check that cannot be read by the shell',
    outcome: 'stopped by the look before the agent',
    flags: ['--check', 'if true'],
    run: BREAK,
    held: failed,
  },
  {
    name: 'the change brings a check of its own that passes',
    outcome: 'stopped by the list of checks: the checks of the base stay',
    files: { '.bgtask.yaml': undefined, Makefile: 'test:\n\tsh scripts/test.sh\n' },
    run: `printf '[tool.pytest.ini_options]\\n' > pyproject.toml; printf 'lint:\\n\\ttrue\\n' >> Makefile; ${BREAK}`,
    held: notProven,
  },
  {
    name: 'the file of the test is a link to one that lies elsewhere',
    outcome: 'stopped by the checkout: what is not in the change is not there',
    needs: 'room',
    run: `cp add.mjs $HOME/good.mjs; rm add.mjs; ln -s $HOME/good.mjs add.mjs`,
    held: failed,
  },
  {
    name: 'files of the change differ in case alone',
    outcome: 'stopped by the bytes: git keeps both names',
    run: `${EDIT}; echo 'export const add = 0;' > Add.mjs`,
    held: ({ pushed }) => assert.ok(pushed?.includes('Add.mjs') && pushed.includes('add.mjs')),
  },
]; // prettier-ignore
