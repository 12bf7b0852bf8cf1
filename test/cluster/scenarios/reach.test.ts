import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SAMPLE } from '../../scenarios/sample-app.ts';
import { git, headOf, type StandInRepo } from '../../support/github-standin/repositories.ts';
import { baseArchive } from '../harness/base-image.ts';
import { buildImage, referenceTo } from '../harness/images.ts';
import { type Gates, startGates } from './gates.ts';
import { FORGE_TOKEN, nodeScene, type NodeScene, PROJECT } from './node-scene.ts';
import { probeLeakyPod } from './reach/leaky-pod.ts';
import { PERSON } from './scene.ts';

const file = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`reach/${name}`, import.meta.url)), 'utf8');
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const OWN_IMAGE = 'localhost/bgtask-test-own:1';
/** The API server's address in every cluster of the tests. */
const API = '10.96.0.1';

/** What hostile code in the work stage tries (reach/probe.mjs), and what it must not come to. */
const ATTEMPTS: readonly (readonly [name: string, promise: string])[] = [
  ['own-environment', "finds no forge token in the agent's environment"],
  ['other-environments', 'finds none in the environment of any process that it sees'],
  ['command-lines', 'finds none in any command line'],
  ['any-file', 'finds none in any file that it can read'],
  ['forge-secret', "sees no file of the forge's Secret"],
  ['model-secret', "sees no file of the model's Secret: agent command needs no model"],
  ['service-account', 'sees no service-account token'],
  ['api-server', 'reads nothing from the API server, with whatever credential lies about'],
  ['pristine-copy', 'does not see the volume of the pristine copy'],
  ['pristine-elsewhere', 'does not see it through any process either'],
  ['other-containers', 'sees no process of another container'],
  ['stage-debugger', 'cannot open the debugger of the stage that runs it'],
  ['runtime-socket', 'sees no socket of a container runtime'],
  ['git-credential', 'gets no password from git'],
  ['git-configuration', 'finds no credential helper or header in git’s configuration'],
  ['git-push', 'cannot push'],
  ['mount', 'cannot mount'],
  ['namespaces', 'cannot make namespaces of its own'],
  ['root-user', 'cannot become root'],
  ['setuid-programs', 'gains nothing by a set-uid program'],
  ['capabilities', 'has no capabilities'],
  ['system-calls', 'has its system calls filtered'],
  ['kernel-settings', "cannot open the kernel's settings for writing"],
  ['devices', 'cannot make a device'],
  ['root-file-system', 'cannot write to the root file system'],
  ['runner-program', 'cannot write to the program of the runner'],
  ['task-input', "cannot write to the task's input"],
];

/** The traps of reach/traps.sh, by what the canary is told. */
const TRAPS: readonly (readonly [name: string, what: string])[] = [
  ['hook', "a hook in the checkout's repository"],
  ['hook-of-base', "a hook in the work stage's own repository"],
  ['hooks-path', 'a hook in a folder that the configuration names'],
  ['fsmonitor', 'a file-system monitor'],
  ['filter', 'a filter of file contents'],
  ['external-diff', 'an external diff program'],
  ['credential-helper', 'a credential helper'],
  ['ssh-command', 'an ssh command'],
  ['signing', 'a signing program'],
  ['pack-objects', 'a hook of git upload-pack'],
  ['instead-of', "another address instead of the forge's"],
  ['push-url', 'another address for pushes'],
];

describe('what the work stage can reach, on a real node', function () {
  this.timeout(300_000);
  let here: NodeScene;
  let gates: Gates;
  let repo: StandInRepo;
  const said: Record<string, string> = {};
  const outcome = (where: string, name: string): string | undefined =>
    new RegExp(`^reach ${name} (yes|no)`, 'm').exec(said[where] ?? '')?.[1];
  const argument = (branch: string): Record<string, string> => ({
    nekot: FORGE_TOKEN.split('').reverse().join(''),
    api: API,
    project: PROJECT,
    repository: repo.cloneUrl,
    branch,
  });
  const runTask = async (name: string, run: string, ...more: string[]): Promise<void> => {
    const { scene, github } = here;
    const what = ['-n', PROJECT, '--repo', `${github.url}/example-org/app`, '-m', 'Reach out.', '--run', run];
    await scene.ok(PERSON, 'create', name, ...what, ...more);
  };
  const probe = async (name: string, ...more: string[]): Promise<void> => {
    const command = `node probe.mjs ${quoted(JSON.stringify(argument(`stolen-by-${name}`)))}`;
    await runTask(name, command, '--wait', ...more);
    said[name] = await here.scene.ok(PERSON, 'logs', name, '-n', PROJECT);
  };

  before(async () => {
    const base = await baseArchive();
    const own = buildImage({
      name: OWN_IMAGE,
      containerfile: 'ARG BASE\nFROM ${BASE}\nRUN echo own > /etc/own-image\n',
      buildArgs: { BASE: referenceTo(base) },
    });
    here = await nodeScene({ settings: () => ({ more: { allowed: { images: ['localhost/**'] } } }) });
    await here.node.importImage(await own);
    gates = await startGates(here.node.hostAddress);
    const files = { ...SAMPLE, 'probe.mjs': file('probe.mjs'), 'traps.sh': file('traps.sh') };
    repo = await here.github.createRepo('example-org', 'app', { files });
    const key = '--from-literal=ANTHROPIC_API_KEY=sk-ant-example-0003-of-the-model';
    await here.cluster.ok(['-n', PROJECT, 'create', 'secret', 'generic', 'bgtask-model', key]);
    said['leaky'] = await probeLeakyPod(here.cluster, argument('stolen-by-leaky'));
    await probe('work');
    await probe('own-image', '--image', OWN_IMAGE);
  });
  after(async () => {
    await gates?.close();
    await here?.close();
  });

  describe('a pod with every leak: the probe reports', () => {
    for (const [name] of ATTEMPTS) it(name, () => assert.equal(outcome('leaky', name), 'yes', said['leaky']));
    it('and its push arrived', async () => assert.ok(await headOf(repo, 'stolen-by-leaky')));
  });

  for (const [where, title] of [
    ['work', 'an agent in the work stage'],
    ['own-image', "an agent in an image of the task's own"],
  ] as const)
    describe(title, () => {
      for (const [name, promise] of ATTEMPTS)
        it(promise, () => assert.equal(outcome(where, name), 'no', said[where]));
      it('pushed nothing: its branch does not exist on the remote', async () =>
        assert.equal(await headOf(repo, `stolen-by-${where}`), undefined));
    });

  it('an agent that leaves a process in a session of its own: it has ended when the checks begin', async () => {
    const runs = `grep -q '^State:.[SR]' /proc/$(cat ../left)/status`;
    const run = `setsid sleep 31415 >/dev/null 2>&1 & echo $! > ../left; ${runs} && echo 'It runs'; echo left > CHANGES.md`;
    await runTask('leaves', run, '--wait', '--check', `! ${runs}`);
    assert.match(await here.scene.ok(PERSON, 'logs', 'leaves', '-n', PROJECT), /^It runs$/m);
    const { status } = (await here.scene.task(PROJECT, 'leaves')) ?? {};
    assert.deepEqual(
      status?.checks?.map(({ result }) => result),
      ['passed'],
    );
  });

  describe('an agent that leaves traps in every repository and configuration that it can write', () => {
    let sprung: Record<string, number>;
    before(async () => {
      const env = { CANARY: gates.knockUrl, REPOSITORY: repo.cloneUrl, PASS: gates.pass('set') };
      const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
      await runTask('traps', `${variables.join(' ')} sh traps.sh`, '--check', 'true');
      await gates.reached('set');
      sprung = gates.counts();
      gates.open('set');
      await here.scene.ok(PERSON, 'wait', 'traps', '-n', PROJECT, '--timeout', '90s');
    });

    for (const [name, what] of TRAPS) {
      it(`${what} works when the agent's own git meets it`, () =>
        assert.ok(sprung[name], JSON.stringify(sprung)));
      it(`${what} is met by no git of bgtask's, neither in work nor in publish`, () =>
        assert.equal(gates.counts()[name], sprung[name]));
    }

    it('its pull request shows what lies in the files, whatever replaced objects, alternates and filters say', async () => {
      assert.equal(await git(repo.directory, 'show', 'background-task-traps:CHANGES.md'), 'The real change');
      assert.equal(
        await git(repo.directory, 'diff', '--name-only', 'main', 'background-task-traps'),
        'CHANGES.md\nfolder-of-token\nlink-to-token',
      );
    });

    it('links to where publish has the token are published as links: the token is in no object and in no pull request', async () => {
      const all = await git(repo.directory, 'cat-file', '--batch', '--batch-all-objects');
      assert.match(all, /The real change/);
      assert.match(all, /\/var\/run\/secrets\/bgtask\/forge/);
      assert.ok(!all.includes(FORGE_TOKEN));
      assert.ok(!JSON.stringify(here.github.pulls).includes(FORGE_TOKEN));
      assert.ok(!(await here.scene.ok(PERSON, 'logs', 'traps', '-n', PROJECT)).includes(FORGE_TOKEN));
    });

    it('its branch is the only one that any of these tasks pushed, on main', async () => {
      const branches = await git(repo.directory, 'branch', '--format=%(refname:short)');
      assert.deepEqual(branches.split('\n'), [
        'background-task-leaves',
        'background-task-traps',
        'main',
        'stolen-by-leaky',
      ]);
      assert.equal(await git(repo.directory, 'rev-list', '--count', 'main..background-task-traps'), '1');
      assert.equal(here.github.pulls.length, 2);
    });
  });
});
