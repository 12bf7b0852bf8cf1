import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { connect } from '../../../src/engine/kubernetes/client/connect.ts';
import { defaultJobConfig } from '../../../src/engine/kubernetes/jobs/job-config.ts';
import { JOB_NETWORK, JOB_POD_LABELS } from '../../../src/engine/kubernetes/jobs/job-network.ts';
import { NetworkPolicies } from '../../../src/engine/kubernetes/jobs/network-policies.ts';
import { baseArchive } from '../harness/base-image.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import { nodeOf, type Cluster } from '../harness/cluster.ts';
import { leftoversOf, machineState } from '../harness/leftovers.ts';
import { until } from '../harness/until.ts';
import { type Outcome, reachedBy, startPod, type Target } from './probes.ts';

const PROJECT = 'team-a';
const JOB = { namespace: PROJECT, name: 'job' };
const OTHER = { namespace: 'default', name: 'other' };
const PORT = 8080;
/** Addresses of the node in this test: a public one, a private one, and the one at which clouds hand out credentials. */
const PUBLIC = '11.0.0.1';
const PRIVATE = '10.0.0.1';
const METADATA = '169.254.169.254';

/** What a pod tries to reach, whether the policy opens it, and in which words the test says so. */
const ROWS = [
  ['api', 'closed', 'the API server, at its service address'],
  ['apiDirect', 'closed', 'the API server, at its own address'],
  ['pod', 'closed', 'another pod'],
  ['kubelet', 'closed', "the node's kubelet"],
  ['metadata', 'closed', 'the metadata service of a cloud'],
  ['metadataHttps', 'closed', 'port 443 of its address'],
  ['private', 'closed', 'port 443 of a private address'],
  ['shut', 'closed', 'a port of a private address without a rule'],
  ['egress', 'open', 'the port of that address that runner.networkPolicy.egress opens'],
  ['dnsTcp', 'open', 'a name server, over TCP'],
  ['dnsUdp', 'open', 'a name server, over UDP'],
  ['https', 'open', 'port 443 of a public address'],
  ['ssh', 'open', 'port 22 of a public address'],
  ['http', 'closed', 'port 80 of a public address'],
] as const;
type Name = (typeof ROWS)[number][0];
type Outcomes = Record<Name, Outcome>;

const ALL_OPEN = Object.fromEntries(ROWS.map(([name]) => [name, 'open'])) as Outcomes;

/** Before the policy is there, under it, and when it is deleted. */
type When = 'before' | 'under' | 'after';

interface Look {
  /** What the Job's pod reaches. */
  job: Outcomes;
  /** What a pod without its labels reaches. */
  other: Outcomes;
  /** Whether that pod reaches the Job's. */
  inbound: Outcome;
}

describe("a Job's pod in a network that enforces NetworkPolicies", function () {
  this.timeout(900_000);
  let cluster: Cluster;
  const closing: (() => unknown)[] = [];
  let targets: Record<Name, Target>;
  let job: string;
  let machine: Record<string, string>;
  const reached: Partial<Record<When, Look>> = {};

  const listen = async (host: string, port = 0): Promise<number> => {
    const server = createServer((socket) => socket.end()).listen(port, host);
    await once(server, 'listening');
    closing.push(() => server.close());
    return (server.address() as AddressInfo).port;
  };
  const listenUdp = async (host: string, port: number): Promise<void> => {
    const socket = createSocket('udp4');
    socket.on('message', (_, { port: from, address }) => socket.send('here', from, address)).bind(port, host);
    await once(socket, 'listening');
    closing.push(() => socket.close());
  };
  const look = async (when: When): Promise<void> => {
    const into = { inbound: { host: job, port: PORT } };
    const [own, other, { inbound }] = await Promise.all([
      reachedBy(cluster, JOB, targets),
      reachedBy(cluster, OTHER, targets),
      reachedBy(cluster, OTHER, into),
    ]);
    reached[when] = { job: own, other, inbound };
  };
  const becomes = (outcome: Outcome): Promise<unknown> =>
    until(`the API server is ${outcome}`, 60, async () => {
      const { api } = await reachedBy(cluster, JOB, { api: targets.api });
      return api === outcome;
    });

  before(async () => {
    machine = await machineState();
    cluster = await clusterForTests({ node: true, networkPolicies: true });
    const node = nodeOf(cluster);
    const { hostAddress: host } = node;
    await node.importImage(await baseArchive());
    for (const address of [PUBLIC, PRIVATE, METADATA]) await node.addAddress(address);
    await cluster.ok(['create', 'namespace', PROJECT]);
    for (const each of ['default', PROJECT])
      await cluster.ok(['wait', '--for=create', 'serviceaccount/default', '-n', each, '--timeout=30s']);

    const ports = { egress: await listen(host), shut: await listen(host), dns: await listen(host, 53) };
    await listenUdp(host, ports.dns);
    const inNode = { namespace: 'default', name: 'in-node', ports: [443, 22, 80], hostNetwork: true };
    const [nodeAddress, target, own] = await Promise.all([
      startPod(cluster, inNode),
      startPod(cluster, { namespace: 'default', name: 'target', ports: [PORT] }),
      startPod(cluster, { ...JOB, ports: [PORT], labels: JOB_POD_LABELS }),
      startPod(cluster, { ...OTHER, ports: [PORT] }),
    ]);
    job = own;
    targets = {
      api: { host: '10.96.0.1', port: 443 },
      apiDirect: { host, port: Number(new URL(cluster.url).port) },
      pod: { host: target, port: PORT },
      kubelet: { host: nodeAddress, port: 10_250 },
      metadata: { host: METADATA, port: 80 },
      metadataHttps: { host: METADATA, port: 443 },
      private: { host: PRIVATE, port: 443 },
      shut: { host, port: ports.shut },
      egress: { host, port: ports.egress },
      dnsTcp: { host, port: ports.dns },
      dnsUdp: { host, port: ports.dns, protocol: 'UDP' },
      https: { host: PUBLIC, port: 443 },
      ssh: { host: PUBLIC, port: 22 },
      http: { host: PUBLIC, port: 80 },
    };

    await becomes('open');
    await look('before');
    const client = await connect({ kubeconfig: cluster.kubeconfig });
    if (!client) throw new Error(`${cluster.kubeconfig} names no cluster`);
    closing.push(() => client.close());
    const egress = [{ to: [{ ipBlock: { cidr: `${host}/32` } }], ports: [{ port: ports.egress }] }];
    const { networkPolicy } = defaultJobConfig('unused');
    await new NetworkPolicies(client).ensure(PROJECT, { ...networkPolicy, egress });
    await becomes('ETIMEDOUT');
    await look('under');
    await cluster.ok(['delete', 'networkpolicy', JOB_NETWORK, '-n', PROJECT]);
    await becomes('open');
    await look('after');
  });
  after(async () => {
    for (const close of closing) await close();
    await cluster?.close();
  });

  it('reaches all of these without the policy, and again when it is deleted', () => {
    for (const when of ['before', 'after'] as const) assert.deepEqual(reached[when]?.job, ALL_OPEN);
  });

  it('changes nothing for a pod without the labels of a Job', () => {
    for (const when of ['before', 'under', 'after'] as const)
      assert.deepEqual(reached[when]?.other, ALL_OPEN);
  });

  for (const [name, is, what] of ROWS)
    it(`${is === 'open' ? 'reaches' : 'does not reach'} ${what}`, () =>
      assert.equal(reached.under?.job[name], is === 'open' ? 'open' : 'ETIMEDOUT'));

  it('is not reached by another pod, which reached it without the policy', () => {
    const { before: first, under, after: last } = reached;
    assert.deepEqual([first?.inbound, under?.inbound, last?.inbound], ['open', 'ETIMEDOUT', 'open']);
  });

  it('leaves nothing of the network on this machine', async () => {
    await cluster.close();
    assert.deepEqual(leftoversOf(cluster.id, dirname(cluster.logs)), []);
    assert.deepEqual(await machineState(), machine);
  });
});
