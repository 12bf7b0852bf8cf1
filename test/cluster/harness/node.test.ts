import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { dirname } from 'node:path';
import { identify } from '../../../src/engine/local/process-identity.ts';
import { BASE_IMAGE, baseArchive } from './base-image.ts';
import { clusterForTests } from './cluster-for-tests.ts';
import { nodeOf, type Cluster } from './cluster.ts';
import { buildImage, referenceTo } from './images.ts';
import { containerProcesses, leftoversOf, machineState } from './leftovers.ts';

const NAMESPACE = 'restricted';

/** A pod that the Pod Security level restricted lets in. */
const pod = (name: string, script: string, image = BASE_IMAGE): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image,
          command: ['node', '--input-type=module', '--eval', script],
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          },
        },
      ],
    },
  });

const CALL_API = `
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
const folder = '/var/run/secrets/kubernetes.io/serviceaccount/';
const headers = { authorization: 'Bearer ' + readFileSync(folder + 'token') };
console.log(process.env.KUBERNETES_SERVICE_HOST);
get('https://10.96.0.1:443/apis', { ca: readFileSync(folder + 'ca.crt'), headers }, (answer) => {
  console.log(answer.statusCode);
  answer.resume();
});`;

describe('a node for tests', function () {
  this.timeout(900_000);
  let cluster: Cluster;
  let server: Server;
  let machine: Record<string, string>;

  before(async () => {
    machine = await machineState();
    cluster = await clusterForTests({ node: true });
    const node = nodeOf(cluster);
    await node.importImage(await baseArchive());
    server = createServer((_, response) => response.end('a word from the stand-in')).listen(
      0,
      node.hostAddress,
    );
    await once(server, 'listening');
    await cluster.ok(['create', 'namespace', NAMESPACE]);
    await cluster.ok(['label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted']);
    await cluster.ok(['wait', '--for=create', 'serviceaccount/default', '-n', NAMESPACE, '--timeout=30s']);
  });
  after(async () => {
    server?.close();
    await cluster?.close();
  });

  const finished = async (name: string, script: string, image?: string): Promise<string> => {
    await cluster.ok(['create', '-f', '-'], { input: pod(name, script, image) });
    const reached = '--for=jsonpath={.status.phase}=Succeeded';
    const { code } = await cluster.kubectl([
      'wait',
      reached,
      `pod/${name}`,
      '-n',
      NAMESPACE,
      '--timeout=60s',
    ]);
    const logs = await cluster.ok(['logs', name, '-n', NAMESPACE]);
    assert.equal(code, 0, `the pod ${name} did not succeed: ${logs}`);
    return logs;
  };

  it('runs a pod to its end, and kubectl logs reads what it said', async () => {
    assert.equal(await finished('speaks', 'console.log(process.getuid(), process.version)'), '1000 v20.20.2');
  });

  it('lets a pod reach the API server at 10.96.0.1', async () => {
    assert.equal(await finished('calls-api', CALL_API), '10.96.0.1\n200');
  });

  it('lets a pod reach a server of the test on the host address', async () => {
    const address = server.address();
    assert(typeof address === 'object' && address !== null);
    const url = `http://${address.address}:${address.port}/`;
    const said = await finished('calls-host', `console.log(await (await fetch('${url}')).text())`);
    assert.equal(said, 'a word from the stand-in');
  });

  it('lets no pod out of this machine', async () => {
    const script = `import { connect } from 'node:net';
      connect(443, '192.0.2.1').on('connect', () => process.exit(1)).on('error', (error) => console.log(error.code));`;
    assert.match(await finished('calls-world', script), /ENETUNREACH|EHOSTUNREACH/);
  });

  it('runs an image that a test has built on the base', async () => {
    const name = 'localhost/bgtask-test-built:1';
    const containerfile =
      'ARG BASE=docker.io/library/node:20\nFROM ${BASE}\nRUN git --version > /git-version\nUSER 1000\n';
    const buildArgs = { BASE: referenceTo(await baseArchive()) };
    await nodeOf(cluster).importImage(await buildImage({ name, containerfile, buildArgs }));
    const script = `import { readFileSync } from 'node:fs'; console.log(readFileSync('/git-version', 'utf8'));`;
    assert.match(await finished('built', script, name), /^git version 2/);
  });

  it('refuses a privileged pod in a restricted namespace', async () => {
    const loose = pod('loose', '').replace('"allowPrivilegeEscalation":false', '"privileged":true');
    const { code, stderr } = await cluster.kubectl(['create', '-f', '-'], { input: loose });
    assert.equal(code, 1);
    assert.match(stderr, /violates PodSecurity "restricted/);
  });

  it('keeps containers running while containerd is restarted, and starts more afterwards', async () => {
    await cluster.ok(['create', '-f', '-'], { input: pod('stays', 'setInterval(() => {}, 1e9)') });
    await cluster.ok(['wait', '--for=condition=Ready', 'pod/stays', '-n', NAMESPACE, '--timeout=60s']);
    const running = containerProcesses(cluster.id).map(identify);
    await nodeOf(cluster).restartContainerd('SIGKILL');
    assert.equal(await finished('after-restart', 'console.log("more")'), 'more');
    const restarts = '-o=jsonpath={.status.phase} {.status.containerStatuses[0].restartCount}';
    assert.equal(await cluster.ok(['get', 'pod', 'stays', '-n', NAMESPACE, restarts]), 'Running 0');
    for (const each of running)
      assert.deepEqual(each && identify(each.pid), each, 'a container process ended');
  });

  it('stands beside another node on the same machine', async () => {
    const other = await clusterForTests({ node: true });
    assert.notEqual(nodeOf(other).hostAddress, nodeOf(cluster).hostAddress);
    const folder = dirname(other.logs);
    await other.close();
    assert.deepEqual(leftoversOf(other.id, folder), []);
    assert.equal(await finished('beside', 'console.log("still here")'), 'still here');
  });

  it('leaves no process, mount, interface, cgroup, filter rule or kernel setting behind', async () => {
    const contained = containerProcesses(cluster.id);
    assert.notDeepEqual(contained, [], 'no container was running');
    await cluster.close();
    assert.deepEqual(leftoversOf(cluster.id, dirname(cluster.logs)), []);
    assert.deepEqual(
      contained.flatMap((pid) => identify(pid) ?? []),
      [],
    );
    assert.deepEqual(await machineState(), machine);
  });
});
