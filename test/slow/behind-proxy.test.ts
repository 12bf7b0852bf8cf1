import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { certificateFor } from '../engine/kubernetes/client/certificates.ts';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts';
import { APP_ID, appKeys, appOn } from '../support/github-app-keys.ts';
import { type Github, startGithub } from '../support/github-standin/start.ts';
import { Job } from '../support/stage/job.ts';
import { StageProcess } from '../support/stage/process.ts';
import { git, tempFolder } from '../support/stage/remote.ts';

/** No name server knows it, and its certificate is of an authority of its own. */
const NAME = 'github.invalid';
const PASSWORD = 'not-a-real-password';
const CREDENTIAL = `team:${PASSWORD}`;
const keys = appKeys();

describe('a task behind a company’s proxy', () => {
  let github: Github;
  let front: Server;
  let proxy: ConnectProxy;
  let authority: string;

  before(async () => {
    const own = certificateFor(`DNS:${NAME}`);
    authority = join(tempFolder(), 'ca.pem');
    writeFileSync(authority, own.cert);
    const apps = [appOn(keys, ['example-org/app'])];
    github = await startGithub({ tokens: [], apps, publicUrl: `https://${NAME}` });
    front = createServer(own, (incoming, response) => {
      const { method, url: path, headers } = incoming;
      const onward = request({ port: github.port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onward);
    });
    await new Promise<void>((ready) => front.listen(0, '127.0.0.1', ready));
    const { port } = front.address() as AddressInfo;
    proxy = await startConnectProxy((target, credential) => {
      if (credential !== CREDENTIAL) return '407 Proxy Authentication Required';
      return target === `${NAME}:443` ? port : '403 Forbidden';
    });
  });
  after(async () => {
    await StageProcess.endAll();
    await proxy.close();
    front.close();
    front.closeAllConnections();
    await github.close();
  });

  it('is cloned, pushed and published through it, by git and by the forge’s API, with tokens of a GitHub App', async () => {
    const { cloneUrl, directory } = await github.createRepo('example-org', 'app', {
      files: { 'a.txt': 'one\n', '.bgtask.yaml': '{"format":[],"checks":[]}' },
    });
    const job = new Job({
      remote: cloneUrl,
      agent: 'echo "proxy=$HTTPS_PROXY." > a.txt',
      env: {
        BGTASK_GITHUB_API_URL: github.apiUrl,
        HTTPS_PROXY: `http://${CREDENTIAL}@${proxy.host}`,
        NO_PROXY: 'registry.example.com,10.0.0.0/8',
        NODE_EXTRA_CA_CERTS: authority,
        GIT_SSL_CAINFO: authority,
      },
    });
    const secrets = { forgeApp: { id: APP_ID, privateKey: keys.privateKey } };
    for (const stage of ['clone', 'work', 'publish'] as const) {
      proxy.asked.splice(0);
      const running = await StageProcess.start(stage, job.env, stage === 'work' ? {} : secrets);
      assert.equal(await running.ended, 0, running.output);
      assert.ok(!running.output.includes(PASSWORD), `${stage} tells the proxy's password`);
      // git asks without its password first.
      const joined = proxy.asked.filter(({ credential }) => credential === CREDENTIAL);
      const targets = [...new Set(joined.map(({ target }) => target))];
      assert.deepEqual(targets, stage === 'work' ? [] : [`${NAME}:443`]);
    }
    const operations = new Set(github.requests.map(({ operation }) => operation));
    for (const operation of [
      'apps/create-installation-access-token',
      'git/upload-pack',
      'git/receive-pack',
      'pulls/create',
    ])
      assert.ok(operations.has(operation), `${operation} in ${[...operations].join(' ')}`);
    assert.equal(github.pulls.length, 1);
    // The agent gets the way through a proxy as long as no password goes with it.
    assert.equal(await git(directory, 'show', `background-task-${job.input.task.name}:a.txt`), 'proxy=.');
    assert.deepEqual(github.problems, []);
  });
});
