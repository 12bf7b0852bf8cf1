import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openEgress } from '../../../src/runner/egress/egress.ts';
import {
  FORWARDER,
  forwarded,
  forwarderFile,
  proxyVariables,
} from '../../../src/runner/egress/room-network.ts';
import { loadAgent } from '../../../src/runner/agents/table.ts';
import { openModelAccess } from '../../../src/runner/gateway/model-access.ts';
import { needs } from '../../support/needs.ts';
import { tempFolder } from '../../support/stage/remote.ts';
import { answerJson, type Provider, startProvider } from '../gateway/provider.ts';

const run = promisify(execFile);
const KEY = 'sk-ant-api03-example-0005-canary-of-the-model';
/** Ports of the room's own loopback: no other process has one there. */
const PROXY = 3128;
const MODEL = 3129;

/** What the registry is called: no name server knows it. */
const NAME = 'npm.corp.example';

/** A registry with one package, which answers as npm's does. */
async function startRegistry(): Promise<Provider> {
  const folder = tempFolder();
  const about = { name: 'tiny-example', version: '1.0.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...about, main: 'a.js' }));
  writeFileSync(join(folder, 'a.js'), 'module.exports = 42;\n');
  await run('npm', ['pack', '--silent'], { cwd: folder });
  const archive = await readFile(join(folder, 'tiny-example-1.0.0.tgz'));
  return startProvider((response, asked) => {
    if (asked.url.endsWith('.tgz')) return void response.end(archive);
    const tarball = `http://${asked.headers.host}/tiny-example-1.0.0.tgz`;
    const versions = { '1.0.0': { ...about, dist: { tarball } } };
    answerJson({ name: about.name, 'dist-tags': { latest: '1.0.0' }, versions })(response, asked);
  });
}

const node = (program: string): string[] => [process.execPath, '-e', program];
/** Connects directly; prints the error's code, or `joined`. */
const direct = (host: string, to: number): string[] =>
  node(`require('node:net').connect({ host: '${host}', port: ${to} })
    .on('error', (e) => console.log(e.code)).on('connect', () => { console.log('joined'); process.exit(); });`);

describe('a room of bubblewrap with the forwarder, the proxy and the gateway', function () {
  this.timeout(60_000);
  let registry: Provider;
  let provider: Provider;
  let ways: string;
  let work: string;
  let log: string[];
  const closing: (() => Promise<void>)[] = [];

  before(async function () {
    const tried = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true'], { encoding: 'utf8' });
    needs(this, tried.status === 0, `bwrap does not work: ${tried.error?.message ?? tried.stderr.trim()}`);
    registry = await startRegistry();
    provider = await startProvider(
      answerJson({ model: 'claude-sonnet-4-5', usage: { input_tokens: 7, output_tokens: 9 } }),
    );
    closing.push(
      () => registry.close(),
      () => provider.close(),
    );
  });
  beforeEach(() => {
    log = [];
    ways = tempFolder();
    work = join(tempFolder(), 'work');
    mkdirSync(work);
  });
  after(async () => {
    for (const close of closing) await close();
  });

  const note = (line: string): void => void log.push(line);
  /** Runs a command in the room; its output, whatever its end. */
  async function inRoom(
    command: string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number; out: string }> {
    const control = new AbortController();
    const egress = await openEgress({
      socket: join(ways, 'egress.sock'),
      phase: 'install',
      mode: 'list',
      hosts: [],
      personHosts: [`${NAME}:${registry.port}`],
      env: {},
      log: note,
      signal: control.signal,
      resolve: () => Promise.resolve([{ address: '127.0.0.1' }]),
    });
    const all = { ...proxyVariables(PROXY), PATH: process.env['PATH'] ?? '', HOME: '/tmp/work', ...env };
    const ports = [
      { socket: '/tmp/ways/egress.sock', port: PROXY },
      { socket: '/tmp/ways/model.sock', port: MODEL },
    ];
    const started = forwarded(ports, { command, env: all });
    const room = [
      '--unshare-all --die-with-parent --new-session --cap-drop ALL --clearenv --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp'.split(
        ' ',
      ),
      ['--tmpfs', '/run', '--ro-bind', forwarderFile(), FORWARDER],
      ['--bind', ways, '/tmp/ways', '--bind', work, '/tmp/work', '--chdir', '/tmp/work'],
      Object.entries(started.env).flatMap(([name, value]) => ['--setenv', name, value]),
      ['--'],
      [...started.command],
    ].flat();
    try {
      const { stdout, stderr } = await run('bwrap', room, { encoding: 'utf8' });
      return { code: 0, out: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout + stderr };
    } finally {
      await egress.close();
    }
  }
  it('installs a package from the person’s mirror with npm', async () => {
    writeFileSync(join(work, 'package.json'), '{"private": true}');
    const options = [
      `--registry=http://${NAME}:${registry.port}`,
      '--no-audit',
      '--no-fund',
      '--cache=/tmp/cache',
    ];
    const { code, out } = await inRoom(['npm', 'install', 'tiny-example', ...options]);
    assert.equal(code, 0, out);
    assert.equal(
      await readFile(join(work, 'node_modules/tiny-example/a.js'), 'utf8'),
      'module.exports = 42;\n',
    );
    assert.deepEqual(log, []);
  });

  it('does not reach a host that is not in the list, and the log names the setting', async () => {
    const { out } = await inRoom(['git', 'ls-remote', 'https://git.elsewhere.example/a.git']);
    assert.match(out, /403/);
    assert.match(
      log.join('\n'),
      /closed for git\.elsewhere\.example:443: it is not in the list of this phase; the setting network\.allow can add it/,
    );
  });

  for (const [name, host, to] of [
    ['a service on the loopback of the machine', '127.0.0.1', () => registry.port],
    ['the internet', '1.1.1.1', () => 443],
    ['the metadata of a cloud', '169.254.169.254', () => 80],
  ] as const)
    it(`does not reach ${name} past the proxy`, async () => {
      const { out } = await inRoom(direct(host, to()));
      assert.match(out.trim(), /^(ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)$/);
    });

  it('does not reach a service on the loopback of the machine through the proxy', async () => {
    const { out } = await inRoom(
      node(`require('node:http').request({ host: '127.0.0.1', port: ${PROXY}, method: 'CONNECT', path: '127.0.0.1:${registry.port}' })
        .on('connect', (r) => { console.log(r.statusCode); process.exit(); }).end();`),
    );
    assert.equal(out.trim(), '403');
  });

  it('speaks to the model with a placeholder, and the key is nowhere in it', async () => {
    const agent = await loadAgent('claude');
    const env = { ANTHROPIC_API_KEY: KEY };
    const stageEnv = { ANTHROPIC_BASE_URL: provider.url };
    const room = { socket: join(ways, 'model.sock'), port: MODEL };
    const access = await openModelAccess({ agent, env, stageEnv, log: note, room });
    try {
      const { code, out } = await inRoom(
        node(`const { execSync } = require('node:child_process');
          console.log(execSync('env; cat /proc/*/environ /proc/*/cmdline', { encoding: 'utf8' }));
          fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY }, body: '{}' })
            .then(async (r) => console.log(r.status, await r.text()));`),
        access.env,
      );
      assert.equal(code, 0, out);
      assert.match(out, /200 \{"model":"claude-sonnet-4-5"/);
      assert.ok(out.includes(`ANTHROPIC_BASE_URL=http://127.0.0.1:${MODEL}`), out);
      assert.ok(!out.includes(KEY), 'the key is in the room');
      assert.equal(provider.asked.at(-1)?.headers['x-api-key'], KEY);
      assert.deepEqual(access.usage(), {
        inputTokens: 7,
        outputTokens: 9,
        costUSD: 0.000156,
        model: 'claude-sonnet-4-5',
      });
    } finally {
      await access.close();
    }
  });

  it('ends with the command’s own code', async () =>
    assert.equal((await inRoom(['sh', '-c', 'exit 7'])).code, 7));
});
