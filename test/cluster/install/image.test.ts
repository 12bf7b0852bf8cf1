import assert from 'node:assert/strict';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import { nodeOf, type Cluster } from '../harness/cluster.ts';
import { RUNNER_IMAGE, runnerArchive } from './runner-image.ts';

const NAMESPACE = 'restricted';

/** A pod of the image as the operator's Deployment runs it. */
const pod = (name: string, args: string[], user?: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: user, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: RUNNER_IMAGE,
          imagePullPolicy: 'Never',
          args,
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          },
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        },
      ],
      volumes: [{ name: 'tmp', emptyDir: {} }],
    },
  });

describe('the image of runner/Containerfile, on a real node', function () {
  this.timeout(900_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await clusterForTests({ node: true });
    await nodeOf(cluster).importImage(await runnerArchive());
    await cluster.ok(['create', 'namespace', NAMESPACE]);
    await cluster.ok(['label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted']);
    await cluster.ok(['wait', '--for=create', 'serviceaccount/default', '-n', NAMESPACE, '--timeout=30s']);
  });
  after(() => cluster?.close());

  const outputOf = async (name: string, args: string[], user?: number): Promise<string> => {
    await cluster.ok(['create', '-f', '-'], { input: pod(name, args, user) });
    const { code } = await cluster.kubectl([
      'wait',
      '--for=jsonpath={.status.phase}=Succeeded',
      `pod/${name}`,
      '-n',
      NAMESPACE,
      '--timeout=60s',
    ]);
    const log = await cluster.ok(['logs', name, '-n', NAMESPACE]);
    assert.equal(code, 0, `${log}\n${await cluster.ok(['describe', 'pod', name, '-n', NAMESPACE])}`);
    return log;
  };

  it('runs the program as its own user, whom the kubelet knows not to be root', async () => {
    assert.match(await outputOf('version', ['version']), /^bgtask \d+\.\d+\.\d+/);
  });

  it('runs as any user, as OpenShift wants it', async () => {
    assert.match(await outputOf('any-user', ['version'], 1_000_650_000), /^bgtask \d+\.\d+\.\d+/);
  });

  it('has the manifests and the schemas with it', async () => {
    assert.match(
      await outputOf('templates', ['template', 'list', '--available', '--engine=local', '-o', 'name']),
      /upgrade-dependency/,
    );
  });
});
