import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '../../harness/cluster.ts';
import { RUNNER_IMAGE } from '../../install/runner-image.ts';
import { FORGE_TOKEN } from '../node-scene.ts';

const NAMESPACE = 'leaky';
const PROBE = readFileSync(fileURLToPath(new URL('probe.mjs', import.meta.url)), 'utf8');

const privileged = { privileged: true, runAsUser: 0, runAsGroup: 0 };
const volume = (name: string) => ({ name, emptyDir: {} });
const helper = `!f() { echo username=x-access-token; echo password=${FORGE_TOKEN}; }; f`;

/** A pod that is everything that a task's must not be: root and privileged, with every secret, and beside a container that has more. */
const pod = (argument: string): unknown => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'leaky', namespace: NAMESPACE },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
    shareProcessNamespace: true,
    serviceAccountName: 'leaky',
    containers: [
      // First, so that it is there when the probe looks.
      {
        name: 'another',
        image: RUNNER_IMAGE,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '-e', 'setInterval(() => {}, 1e9)', `canary-of-another ${FORGE_TOKEN}`],
        env: [{ name: 'GITHUB_TOKEN', value: FORGE_TOKEN }],
        securityContext: privileged,
        volumeMounts: [{ name: 'pristine', mountPath: '/bgtask/pristine' }],
      },
      {
        name: 'probe',
        image: RUNNER_IMAGE,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '/probe/probe.mjs', argument],
        env: [
          { name: 'GITHUB_TOKEN', value: FORGE_TOKEN },
          { name: 'GIT_CONFIG_COUNT', value: '1' },
          { name: 'GIT_CONFIG_KEY_0', value: 'credential.helper' },
          { name: 'GIT_CONFIG_VALUE_0', value: helper },
        ],
        securityContext: privileged,
        volumeMounts: [
          { name: 'probe', mountPath: '/probe' },
          { name: 'forge', mountPath: '/var/run/secrets/bgtask/forge' },
          { name: 'model', mountPath: '/var/run/secrets/bgtask/model' },
          { name: 'pristine', mountPath: '/bgtask/pristine' },
          { name: 'tools', mountPath: '/bgtask/tools' },
          { name: 'input', mountPath: '/bgtask/input' },
          { name: 'runtime', mountPath: '/run/containerd' },
        ],
      },
    ],
    volumes: [
      { name: 'probe', configMap: { name: 'probe' } },
      { name: 'forge', secret: { secretName: 'forge' } },
      { name: 'model', secret: { secretName: 'model' } },
      ...['pristine', 'tools', 'input', 'runtime'].map(volume),
    ],
  },
});

/** Runs the probe there; what it printed. */
export async function probeLeakyPod(cluster: Cluster, argument: Record<string, string>): Promise<string> {
  const here = (...args: string[]): Promise<string> => cluster.ok(['-n', NAMESPACE, ...args]);
  await cluster.ok(['create', 'namespace', NAMESPACE]);
  await here('create', 'serviceaccount', 'leaky');
  await here('create', 'rolebinding', 'leaky', '--clusterrole=view', `--serviceaccount=${NAMESPACE}:leaky`);
  await here('create', 'secret', 'generic', 'forge', `--from-literal=GITHUB_TOKEN=${FORGE_TOKEN}`);
  await here('create', 'secret', 'generic', 'model', '--from-literal=ANTHROPIC_API_KEY=key');
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'probe', namespace: NAMESPACE },
    data: { 'probe.mjs': PROBE },
  });
  await cluster.ok(['create', '-f', '-'], { input: text });
  const input = JSON.stringify(pod(JSON.stringify({ ...argument, project: NAMESPACE })));
  await cluster.ok(['create', '-f', '-'], { input });
  const ended = '--for=jsonpath={.status.containerStatuses[?(@.name=="probe")].state.terminated.exitCode}=0';
  await here('wait', ended, 'pod/leaky', '--timeout=60s');
  const said = await here('logs', 'leaky', '-c', 'probe');
  await here('delete', 'pod', 'leaky', '--wait=false');
  return said;
}
