import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/engine/kubernetes/install/object.ts';
import { loadCrds } from '../../../../src/engine/kubernetes/install/package-files.ts';
import { foreignReason } from '../../../../src/engine/kubernetes/install/preflight.ts';

interface Version {
  name: string;
  served: boolean;
  schema: { openAPIV3Schema: { properties: { spec: { properties: Record<string, { enum?: string[] }> } } } };
}
type Crd = KubernetesObject & {
  spec: { scope: string; versions: Version[] };
  status?: { storedVersions: string[] };
};

const [sessions] = loadCrds();
const fieldsOf = ({ spec }: Crd): Record<string, { enum?: string[] }> =>
  spec.versions[0]?.schema.openAPIV3Schema.properties.spec.properties ?? {};

/** Our CRD, changed. */
const changed = (change: (crd: Crd) => void): KubernetesObject => {
  const crd = structuredClone(sessions) as Crd;
  change(crd);
  return crd;
};

describe('a CRD that a cluster serves under our name', () => {
  const OURS: [string, (crd: Crd) => void][] = [
    ['is this release', () => undefined],
    ['is an older release with fewer fields', (crd) => delete fieldsOf(crd)['retryOf']],
    ['is a newer release with more fields', (crd) => void (fieldsOf(crd)['another'] = {})],
  ];
  for (const [what, change] of OURS)
    it(`is ours when it ${what}`, () => assert.equal(foreignReason(changed(change)), undefined));

  const FOREIGN: [string, (crd: Crd) => void, RegExp][] = [
    ['lacks our fields', (crd) => delete fieldsOf(crd)['cancel'], /has no spec\.cancel/],
    [
      'has no schema at all',
      (crd) => void crd.spec.versions.splice(0, 1, { name: 'v1alpha1', served: true } as Version),
      /has no spec\.mode/,
    ],
    [
      'knows no background mode',
      (crd) => void (fieldsOf(crd)['mode'] = { enum: ['interactive'] }),
      /does not know spec\.mode background/,
    ],
    [
      'serves another version',
      (crd) => void (crd.spec.versions[0]!.name = 'v1'),
      /does not serve version v1alpha1/,
    ],
    [
      'serves ours no longer',
      (crd) => void (crd.spec.versions[0]!.served = false),
      /does not serve version v1alpha1/,
    ],
    [
      'keeps objects of another version',
      (crd) => void (crd.status = { storedVersions: ['v1alpha1', 'v1'] }),
      /keeps objects of version v1/,
    ],
    ['is cluster-wide', (crd) => void (crd.spec.scope = 'Cluster'), /is not namespaced/],
  ];
  for (const [what, change, reason] of FOREIGN)
    it(`is foreign when it ${what}`, () => assert.match(foreignReason(changed(change)) ?? 'ours', reason));
});
