import type { Cluster } from '../harness/cluster.ts';
import { BASE_IMAGE } from '../harness/base-image.ts';

/** What a pod tries to reach. */
export interface Target {
  host: string;
  port: number;
  protocol?: 'TCP' | 'UDP';
}

/** `open`, or the code with which the attempt ended: ETIMEDOUT where the network drops what a policy closes. */
export type Outcome = string;

/** The argument is a list of targets; prints the outcomes in the same order. */
const PROBE = `
const { createSocket } = require('node:dgram');
const { connect } = require('node:net');
const overTcp = ({ host, port }) =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve('open');
    });
    socket.on('error', ({ code }) => resolve(code));
  });
const overUdp = ({ host, port }) =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (outcome) => {
      clearTimeout(timer);
      socket.close();
      resolve(outcome);
    };
    const timer = setTimeout(end, 7000, 'ETIMEDOUT');
    socket.on('message', () => end('open')).on('error', ({ code }) => end(code));
    socket.send('anyone?', port, host);
  });
Promise.all(JSON.parse(process.argv[1]).map((each) => (each.protocol === 'UDP' ? overUdp : overTcp)(each))).then(
  (outcomes) => console.log(JSON.stringify(outcomes)),
);`;

/** Listens on these TCP ports. */
const LISTEN = `
const { createServer } = require('node:net');
for (const port of process.argv.slice(1)) createServer((socket) => socket.end()).listen(Number(port), '0.0.0.0');`;

/** A pod that listens and from which a test probes. */
export interface ProbePod {
  namespace: string;
  name: string;
  ports: readonly number[];
  labels?: Readonly<Record<string, string>>;
  /** True: it is in the node's own network. */
  hostNetwork?: boolean;
}

const manifest = ({ namespace, name, ports, labels = {}, hostNetwork = false }: ProbePod): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      hostNetwork,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'main',
          image: BASE_IMAGE,
          command: ['node', '--eval', LISTEN, ...ports.map(String)],
          readinessProbe: { tcpSocket: { port: ports[0] }, periodSeconds: 1 },
        },
      ],
    },
  });

/** Starts a pod; its address when it is ready. */
export async function startPod(cluster: Cluster, pod: ProbePod): Promise<string> {
  const at = ['-n', pod.namespace];
  await cluster.ok(['create', '-f', '-'], { input: manifest(pod) });
  await cluster.ok(['wait', '--for=condition=Ready', `pod/${pod.name}`, ...at, '--timeout=60s']);
  return cluster.ok(['get', 'pod', pod.name, ...at, '-o=jsonpath={.status.podIP}']);
}

/** What a pod reaches of these targets, by their names. */
export async function reachedBy<Name extends string>(
  cluster: Cluster,
  { namespace, name }: Pick<ProbePod, 'namespace' | 'name'>,
  targets: Readonly<Record<Name, Target>>,
): Promise<Record<Name, Outcome>> {
  const command = ['node', '--eval', PROBE, JSON.stringify(Object.values(targets))];
  const outcomes = JSON.parse(
    await cluster.ok(['exec', name, '-n', namespace, '--', ...command]),
  ) as Outcome[];
  const entries = Object.keys(targets).map((each, index) => [each, outcomes[index] ?? 'no outcome']);
  return Object.fromEntries(entries) as Record<Name, Outcome>;
}
