import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { parseSettings } from '../../../../src/domain/settings.ts';
import { defaultJobConfig } from '../../../../src/engine/kubernetes/jobs/job-config.ts';
import { jobNetwork } from '../../../../src/engine/kubernetes/jobs/job-network.ts';
import { NetworkPolicies } from '../../../../src/engine/kubernetes/jobs/network-policies.ts';
import { jobConfigOf } from '../../../../src/operator/cluster/job-settings.ts';
import { clientFor, reply, serve, type Served } from '../client/server.ts';

const DEFAULT = defaultJobConfig('i').networkPolicy;
const OFF = { ...DEFAULT, mode: 'off' as const };
const PATCH =
  'PATCH /apis/networking.k8s.io/v1/namespaces/team-a/networkpolicies/bgtask-jobs?fieldValidation=Strict&fieldManager=bgtask&force=true';

interface Block {
  ipBlock: { cidr: string; except: string[] };
}

/** True where a block lets an address through, as a cluster's network reads it. */
function lets({ ipBlock: { cidr, except } }: Block, address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const closed = new BlockList();
  for (const range of except) {
    const [network = '', bits] = range.split('/');
    closed.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return (cidr === '::/0') === (family === 'ipv6') && !closed.check(address, family);
}

const reaches = (address: string): boolean => {
  const [, rule] = jobNetwork('team-a', DEFAULT).spec.egress as { to: Block[] }[];
  return rule?.to.some((block) => lets(block, address)) ?? false;
};

describe('the network policy of the Jobs of a project', () => {
  const ADDRESSES: [what: string, address: string, reached: boolean][] = [
    ['a host of the internet', '140.82.121.4', true],
    ['one with IPv6', '2606:50c0:8000::154', true],
    ['the metadata service of a cloud', '169.254.169.254', false],
    ['that of Alibaba', '100.100.100.200', false],
    ['that of AWS with IPv6', 'fd00:ec2::254', false],
    ['the API server', '10.96.0.1', false],
    ['a pod', '10.244.1.7', false],
    ['a pod of a carrier-grade range (EKS, GKE)', '100.64.0.9', false],
    ['a host of the office', '192.168.1.1', false],
    ['a pod with IPv6', 'fd12::1', false],
    ['a node by NAT64', '64:ff9b::a00:1', false],
    ['the node itself', '127.0.0.1', false],
  ];
  for (const [what, address, reached] of ADDRESSES)
    it(`${reached ? 'opens' : 'closes'} ${what}: ${address}`, () => assert.equal(reaches(address), reached));

  it('opens only the ports, names, and what the settings add', () => {
    const rule = { to: [{ ipBlock: { cidr: '10.20.0.0/16' } }], ports: [{ port: 8443 }] };
    const settings = parseSettings({ runner: { networkPolicy: { ports: [443], egress: [rule] } } }, 'test');
    const { egress, ingress } = jobNetwork('team-a', jobConfigOf(settings, 'i').networkPolicy).spec;
    const ports = (egress as { ports?: object[] }[]).map((each) => each.ports);
    assert.deepEqual(ports, [
      [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
      [{ protocol: 'TCP', port: 443 }],
      [{ port: 8443 }],
    ]);
    assert.deepEqual(egress?.at(-1), rule);
    assert.deepEqual(ingress, []);
  });

  it('is not opened to all by a rule that is empty by mistake', () => {
    for (const rule of [{}, { to: [] }])
      assert.throws(() => parseSettings({ runner: { networkPolicy: { egress: [rule] } } }, 'test'), {
        code: 'Invalid',
      });
  });

  describe('is applied', () => {
    let server: Served;
    let policies: NetworkPolicies;
    let status = 200;
    beforeEach(async () => {
      status = 200;
      server = await serve((response) =>
        reply(response, status, status === 200 ? { metadata: {} } : { kind: 'Status', message: 'no' }),
      );
      policies = new NetworkPolicies(clientFor(server.url));
    });
    afterEach(() => server.close());
    const asked = (): string[] =>
      server.requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`);

    it('once a minute and project, and again where it may have been changed since', async () => {
      await policies.ensure('team-a', DEFAULT, 0);
      await policies.ensure('team-a', DEFAULT, 59_000);
      assert.deepEqual(asked(), [PATCH]);
      await policies.ensure('team-a', DEFAULT, 60_000);
      assert.deepEqual(asked(), [PATCH, PATCH]);
    });

    it('at once where the settings changed', async () => {
      await policies.ensure('team-a', DEFAULT, 0);
      await policies.ensure('team-a', { ...DEFAULT, ports: [443] }, 1);
      assert.equal(asked().length, 2);
    });

    it('never where it is off', async () => {
      await policies.ensure('team-a', OFF, 0);
      assert.deepEqual(asked(), []);
    });

    it('or the Job does not start, with a sentence that says what to do; the next start tries again', async () => {
      status = 403;
      await assert.rejects(policies.ensure('team-a', DEFAULT, 0), {
        code: 'Forbidden',
        message: /^The NetworkPolicy bgtask-jobs cannot be applied in team-a: /,
        hint: /runner\.networkPolicy\.mode: off/,
      });
      status = 200;
      await policies.ensure('team-a', DEFAULT, 1);
      assert.deepEqual(asked(), [PATCH, PATCH]);
    });
  });
});
