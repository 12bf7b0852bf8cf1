import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, type JobOptions } from '../../support/stage/job.ts';
import { type Content, makeRemote, tempFolder } from '../../support/stage/remote.ts';
import { roomsHere } from '../../runner/room/sandbox.ts';

/** A check that passes while add() is right, run by a script of the repository. */
const FILES: Record<string, Content> = {
  '.gitignore': 'node_modules/\ncache/\n',
  'm.js': 'exports.add = (a, b) => a + b;\n',
  'check.js':
    "require('fs').writeFileSync('checking', ''); if (require('./m.js').add(1, 2) !== 3) process.exit(1);\n",
  'package.json': JSON.stringify({ name: 's', version: '1.0.0', scripts: { test: 'node check.js' } }),
};
const BREAK = "sed -i 's/a + b/a - b/' m.js";

async function job(
  agent: string,
  rest: Partial<JobOptions> & { files?: Record<string, Content> } = {},
): Promise<Job> {
  const { files, input, ...options } = rest;
  const remote = await makeRemote({ ...FILES, ...files });
  return new Job({ remote, agent, input: { sandbox: 'required', ...input }, ...options });
}

/** The work stage's failure, of a change that breaks add(). */
async function failing(one: Job): Promise<string> {
  await one.run('clone');
  return (await one.fails('work')).reason;
}

/** The hosts that the proxy of a room refused. */
const refused = ({ log }: Job): string[] => [
  ...new Set([...log.matchAll(/closed for (plain|loads)\.example:443/g)].map(([, name = '']) => name)),
];

describe('the checks of a change see nothing of what the agent left', () => {
  before(async function () {
    await roomsHere(this);
  });

  const attacks: [what: string, agent: string][] = [
    ['a shell for scripts in the home', `${BREAK}; echo script-shell=/bin/true > ~/.npmrc`],
    ['a program in the home', `${BREAK}; mkdir -p ~/.local/bin; printf '#!/bin/sh\\n' > ~/.local/bin/node; chmod +x ~/.local/bin/node`],
    ['a module in an ignored folder', `${BREAK}; mkdir -p node_modules/.bin; printf '#!/bin/sh\\n' > node_modules/.bin/node; chmod +x node_modules/.bin/node`],
    ['a process that puts the good file back while the checks run', `cp m.js ../good; ${BREAK}; env -i setsid sh -c 'while :; do test -e checking && cp ../good m.js; done' >/dev/null 2>&1 &`],
    ['a base that is broken, too', `${BREAK}; ! git -C ../base.git update-ref refs/heads/main HEAD~1 && ! touch ../base.git/refs/heads/main`],
    ['a file in the folder for temporary files', `${BREAK}; mkdir -p /tmp/node_modules; echo "process.exit(0)" > /tmp/preload.js; echo "NODE_OPTIONS=--require=/tmp/preload.js" > ~/.profile`],
    ['a report beside the checkout', `${BREAK}; mkdir -p ../out; echo '{"stage":"work","ok":true,"progress":80}' > ../out/report.json`],
    ['a link in place of the checkout', `${BREAK}; mv ../checkout ../other; ln -s other ../checkout`],
  ]; // prettier-ignore
  for (const [what, agent] of attacks)
    it(`: ${what}`, async () => {
      assert.equal(await failing(await job(agent)), 'ValidationFailed');
    });

  it(': an ignored file that the change needs', async () => {
    const one = await job(
      'mkdir -p cache; cp m.js cache/m.js; echo "module.exports = require(\'./cache/m.js\');" > m.js',
    );
    assert.equal(await failing(one), 'ValidationFailed');
  });

  it('and a package manager that reaches no registry fails at once: it does not wait and try again', async () => {
    const files = {
      '.bgtask.yaml': `checks: [{ name: t, run: 'npm config get fetch-retries && npm config get offline' }]\n`,
    };
    const one = await job('echo x > new', { files });
    await one.make();
    assert.match(one.log, /^0\nfalse$/m);
  });

  const CHECKS = `checks:
  - { name: plain, run: '! curl -sS https://plain.example' }
  - { name: loads, run: 'npx -y --version && ! curl -sS https://loads.example' }
`;

  it('and a proxy for registries only where a check downloads what it needs', async () => {
    const one = await job('echo x > new', { files: { '.bgtask.yaml': CHECKS } });
    await one.make();
    assert.deepEqual(refused(one), ['loads']);
  });

  for (const [checks, reached] of [
    ['none', []],
    ['list', ['plain', 'loads']],
  ] as const)
    it(`and with network.checks: ${checks} a proxy for ${reached.length} of 2 checks`, async () => {
      const input = { network: { mode: 'list' as const, allow: [], checks } };
      const one = await job('echo x > new', { files: { '.bgtask.yaml': CHECKS }, input });
      await one.make();
      assert.deepEqual(refused(one), reached);
    });

  it('and the installed dependencies as they were before the agent', async () => {
    const files = {
      '.bgtask.yaml':
        "install: mkdir -p node_modules && echo good > node_modules/dep\nchecks: [{ name: t, run: 'grep good node_modules/dep' }]\n",
    };
    const one = await job('echo bad > node_modules/dep; echo x > new', { files });
    const report = await one.make();
    assert.equal(report.checks?.[0]?.result, 'passed', one.log);
    assert.deepEqual([...(await one.snapshot(report)).keys()].includes('new'), true);
  });

  it('and what was installed into the home', async () => {
    const files = {
      '.bgtask.yaml':
        "install: mkdir -p ~/lib && echo good > ~/lib/dep\nchecks: [{ name: t, run: 'grep good ~/lib/dep' }]\n",
    };
    const one = await job('echo bad > ~/lib/dep; echo x > new', { files });
    assert.equal((await one.make()).checks?.[0]?.result, 'passed', one.log);
  });

  it('and new dependencies where the change names others', async () => {
    const install = 'mkdir -p node_modules && cp package.json node_modules/dep';
    const files = {
      '.bgtask.yaml': `install: ${install}\nchecks: [{ name: t, run: 'cmp package.json node_modules/dep' }]\n`,
    };
    const one = await job('sed -i s/1.0.0/1.0.1/ package.json; echo bad > node_modules/dep', { files });
    assert.equal((await one.make()).checks?.[0]?.result, 'passed', one.log);
  });
});

describe('the checks of a change see the repository as CI checks a pull request out', () => {
  const rows: [what: string, check: string][] = [
    ['the tree is clean', 'test -z "$(git status --porcelain)" && git diff --exit-code && git diff --exit-code HEAD'],
    ['HEAD is a commit with the change', 'git show --stat --format= HEAD | grep -q new'],
    ['HEAD is on no branch', '! git symbolic-ref --quiet HEAD'],
    ['the branch and its remote are at the base', 'test "$(git rev-parse HEAD~1)" = "$(git rev-parse main)" && test "$(git rev-parse main)" = "$(git rev-parse origin/main)"'],
  ]; // prettier-ignore
  for (const sandbox of ['required', 'off'] as const)
    for (const [what, check] of rows)
      it(`${what}, with sandbox: ${sandbox}`, async function () {
        if (sandbox === 'required') await roomsHere(this);
        const own = `checks: [{ name: t, run: ${JSON.stringify(check)} }]\n`;
        const one = await job('echo x > new; git rm -q check.js', {
          files: { '.bgtask.yaml': own },
          input: { sandbox },
        });
        assert.equal((await one.make()).checks?.[0]?.result, 'passed', one.log);
      });
});

describe('what was installed is written', () => {
  const rows: [what: string, agent: (outside: string) => string, sandbox: 'required' | 'off'][] = [
    ['not behind a link in the place of its folder', (outside) => `rm -rf pkg; ln -s ${outside} pkg`, 'required'],
    ['not behind a link without a sandbox either', (outside) => `rm -rf pkg; ln -s ${outside} pkg`, 'off'],
    ['not behind a link further up', (outside) => `rm -rf top; mkdir -p ${outside}/in; ln -s ${outside} top`, 'off'],
    ['not where the change has a file in the place of its folder', () => 'rm -rf pkg; echo file > pkg', 'off'],
  ]; // prettier-ignore
  for (const [what, agent, sandbox] of rows)
    it(what, async function () {
      if (sandbox === 'required') await roomsHere(this);
      const outside = tempFolder();
      const install = 'echo planted > pkg/planted && echo planted > top/in/planted';
      const own = `install: ${install}\nchecks: [{ name: t, run: 'true' }]\n`;
      const files = { '.bgtask.yaml': own, 'pkg/kept': 'kept\n', 'top/in/kept': 'kept\n' };
      const one = await job(agent(outside), { files, input: { sandbox } });
      assert.equal((await one.make()).checks?.[0]?.result, 'passed');
      const found = readdirSync(outside, { recursive: true });
      assert.deepEqual(
        found.filter((name) => String(name).includes('planted')),
        [],
      );
    });
});

describe('the agent sees nothing of', () => {
  before(async function () {
    await roomsHere(this);
  });

  it('instructions and settings that an install script planted', async () => {
    const home = tempFolder();
    mkdirSync(join(home, '.config'));
    writeFileSync(join(home, '.config/mine'), 'mine\n');
    const install = `mkdir -p ~/.claude && echo obey > ~/.claude/CLAUDE.md; echo evil > ~/.npmrc; rm -rf ~/.config; ln -s ${home}/.config ~/.config`;
    const own = `install: ${JSON.stringify(`${install}; true`)}\nchecks: [{ name: t, run: 'true' }]\n`;
    const one = await job('ls -A ~ | tr "\\n" " "; cat ~/.npmrc; echo x > new', {
      files: { '.bgtask.yaml': own },
      spec: { agent: { type: 'claude' } },
      env: {
        HOME: home,
        BGTASK_CLAUDE: fakeClaude('cat ~/.npmrc ~/.claude/CLAUDE.md; ls ~/.config; echo x > new'),
      },
      secrets: { modelKeys: { ANTHROPIC_API_KEY: 'k' } },
    });
    await one.run('clone');
    await one.run('work').catch(() => undefined);
    assert.doesNotMatch(one.log, /^(obey|evil|mine)$/m);
    assert.match(one.log, /No such file/);
    assert.ok(existsSync(join(home, '.config/mine')), 'the person’s own files stay');
  });

  it('files of the user, where its own program is named by an absolute path', async () => {
    const secret = join(tempFolder(), 'secret');
    writeFileSync(secret, 'mine\n');
    const one = await job('true', {
      spec: { agent: { type: 'claude' } },
      env: { BGTASK_CLAUDE: fakeClaude(`cat ${secret}`) },
      secrets: { modelKeys: { ANTHROPIC_API_KEY: 'k' } },
    });
    await one.run('clone');
    await assert.rejects(one.run('work'));
    assert.match(one.log, /No such file/);
  });

  it('the processes of an install script', async () => {
    const install =
      "env -i setsid sh -c 'while :; do echo late >> late; done' >/dev/null 2>&1 & until test -s late; do :; done";
    const files = {
      '.bgtask.yaml': `install: ${JSON.stringify(install)}\nchecks: [{ name: t, run: 'true' }]\n`,
    };
    const one = await job(
      'before=$(wc -c < late); git log > /dev/null; test "$before" = "$(wc -c < late)" && echo x > new',
      { files },
    );
    assert.deepEqual(await one.changed(await one.make()), ['new']);
  });

  it('the input, the pristine copy and the report', async () => {
    const one = await job('ls ../.. ..; echo x > new');
    const report = await one.make();
    assert.match(one.log, /^workspace$/m);
    assert.doesNotMatch(one.log, /^(input\.json|pristine|out|phases)$/m);
    assert.equal(report.room, 'bwrap');
  });
});

/** A program that says what a script prints, in place of Claude Code. */
function fakeClaude(script: string): string {
  const file = join(tempFolder(), 'claude');
  writeFileSync(file, `#!/bin/sh\n(${script}) >&2\nexit 1\n`, { mode: 0o755 });
  return file;
}
