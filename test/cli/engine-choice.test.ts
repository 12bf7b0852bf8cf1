import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { reply, serve, type Served, status } from '../engine/kubernetes/client/server.ts';
import { git, makeRemote } from '../support/stage/remote.ts';
import { type Installed, install } from './program.ts';

const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'team',
    contexts: [{ name: 'team', context: { cluster: 'team', user: 'me' } }],
    clusters: [{ name: 'team', cluster: { server } }],
    users: [{ name: 'me', user: { token: 'not-a-real-token' } }],
  });

describe('the engine of a machine with a kubeconfig', () => {
  let program: Installed;
  let server: Served | undefined;
  beforeEach(async () => {
    program = await install();
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await program.close();
  });

  async function bgtask(args: readonly string[], extra: Record<string, string> = {}) {
    const env: Record<string, string | undefined> = { ...program.env, BGTASK_ENGINE: '', ...extra };
    env['KUBECONFIG'] = join(program.folder, 'kubeconfig');
    const options = { cwd: program.folder, env, extendEnv: false, reject: false } as const;
    const { exitCode, stdout, stderr } = await execa(program.command, args, options);
    return { exitCode, stdout, stderr };
  }
  const point = (url: string): void => writeFileSync(join(program.folder, 'kubeconfig'), kubeconfig(url));
  /** A cluster whose API server knows nothing of bgtask. */
  async function plainCluster(): Promise<Served> {
    server = await serve((response) =>
      reply(response, 404, status(404, 'NotFound', 'the server could not find the requested resource')),
    );
    point(server.url);
    return server;
  }

  it('is this machine where the cluster does not have bgtask, which is said in one line', async () => {
    const { requests } = await plainCluster();
    const listed = await bgtask(['list']);
    assert.equal(listed.exitCode, 0, listed.stderr);
    assert.match(
      listed.stderr,
      /^The cluster "team" does not have bgtask: working on this machine\. To choose: --engine, or bgtask config set engine\n/,
    );
    assert.deepEqual(
      requests.map(({ url }) => url.pathname),
      ['/apis/vteam.ambient-code/v1alpha1'],
    );
  });

  it('is the cluster where the person chose it, whatever it has', async () => {
    await plainCluster();
    const listed = await bgtask(['list', '--engine=kubernetes']);
    assert.equal(listed.exitCode, 5);
    assert.match(listed.stderr, /the cluster lacks the kinds of tasks/);
  });

  it('is this machine for a repository that is a folder, and the next commands say so', async () => {
    point('http://127.0.0.1:1');
    const repo = await makeRemote({ 'a.txt': 'one\n' });
    await git('/', 'clone', '--quiet', repo, join(program.folder, 'app'));
    const made = await bgtask(['create', 'x', '--repo', 'path:app', '-m', 'Tidy', '--run', 'true']);
    assert.equal(made.exitCode, 0, made.stderr);
    assert.match(
      made.stderr,
      /^Working on this machine, because path:app is a folder\. For the cluster give a URL;/,
    );
    assert.match(made.stderr, /bgtask \w+ --engine=local x/);
    assert.equal(
      (await bgtask(['list', '--engine=local', '-o', 'name'])).stdout,
      'agenticsession.vteam.ambient-code/x-7db7e541',
    );
  });

  it('is the cluster for a URL; where that cannot be reached the error names the way out', async () => {
    point('http://127.0.0.1:1');
    const made = await bgtask(['create', 'x', '--repo', 'https://example.com/a/b', '-m', 'Tidy']);
    assert.equal(made.exitCode, 1);
    assert.match(made.stderr, /cannot reach the cluster "team" at http:\/\/127\.0\.0\.1:1/);
    assert.match(
      made.stderr,
      /\nTo work on this machine: --engine=local\. For all commands: bgtask config set engine local$/,
    );
    const examined = await bgtask(['doctor']);
    assert.match(examined.stderr, /^To work on this machine: --engine=local/m);
    const asked = await bgtask(['list', '--context=team']);
    assert.doesNotMatch(asked.stderr, /To work on this machine/);
  });

  it('is what the person set for all commands', async () => {
    point('http://127.0.0.1:1');
    assert.deepEqual(await bgtask(['config', 'get', 'engine']), {
      exitCode: 5,
      stdout: '',
      stderr: 'error: engine is not set.\nSet it: bgtask config set engine VALUE',
    });
    assert.equal((await bgtask(['config', 'set', 'engine', 'local'])).exitCode, 0);
    assert.equal((await bgtask(['config', 'set', 'project', 'team-a'])).exitCode, 0);
    assert.equal((await bgtask(['config', 'list'])).stdout, 'engine=local\nproject=team-a');
    const listed = await bgtask(['list']);
    assert.deepEqual(
      [listed.exitCode, listed.stderr],
      [0, 'No tasks found in project "team-a". Make one: bgtask create NAME --repo URL -m "..."'],
    );
    assert.equal((await bgtask(['list', '--engine=kubernetes'])).exitCode, 1, 'a flag goes first');
    await bgtask(['config', 'unset', 'engine']);
    assert.equal((await bgtask(['config', 'list'])).stdout, 'project=team-a');
    await bgtask(['config', 'unset', 'project']);
    assert.equal(existsSync(join(program.env['BGTASK_CONFIG'] ?? '', 'preferences.json')), false);
  });

  for (const [what, args, says] of [
    ['another engine', ['set', 'engine', 'docker'], /invalid engine "docker"/],
    ['a project that no cluster can have', ['set', 'project', 'Team A'], /invalid project "Team A"/],
    [
      'another preference',
      ['set', 'colour', 'red'],
      /unknown preference "colour"\.\nThe preferences are engine and project/,
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { exitCode, stderr } = await bgtask(['config', ...args]);
      assert.equal(exitCode, 2);
      assert.match(stderr, says);
    });

  it('says which file of preferences is malformed, and what to do', async () => {
    const folder = program.env['BGTASK_CONFIG'] ?? '';
    await bgtask(['config', 'set', 'engine', 'local']);
    for (const text of ['{', '{"engine":"docker"}', '[]', '{"other":"x"}']) {
      writeFileSync(join(folder, 'preferences.json'), text);
      const { exitCode, stderr } = await bgtask(['list']);
      assert.equal(exitCode, 2, text);
      assert.match(stderr, /preferences\.json is malformed\.\nRemove it, and set the values again/);
    }
    rmSync(folder, { recursive: true });
  });
});
