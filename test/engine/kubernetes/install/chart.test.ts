import assert from 'node:assert/strict';
import { parse, parseAllDocuments } from 'yaml';
import { chart } from '../../../../src/engine/kubernetes/install/chart.ts';
import { kustomizeBase } from '../../../../src/engine/kubernetes/install/kustomize.ts';
import { manifests } from '../../../../src/engine/kubernetes/install/manifests.ts';
import { displayName, type KubernetesObject } from '../../../../src/engine/kubernetes/install/object.ts';
import type { InstallOptions } from '../../../../src/engine/kubernetes/install/options.ts';
import { loadCrds } from '../../../../src/engine/kubernetes/install/package-files.ts';
import { expandTemplate } from './expand-template.ts';
import { SAMPLES, valuesOf, VERSION } from './samples.ts';

const crds = loadCrds();
const documents = (yaml: string): KubernetesObject[] =>
  parseAllDocuments(yaml)
    .map((each) => each.toJS() as KubernetesObject | null)
    .filter((each) => each !== null);

/** Objects by what they are called, so that their order does not matter. */
const byName = (objects: readonly KubernetesObject[]): Record<string, KubernetesObject> =>
  Object.fromEntries(
    objects.map((object) => [`${object.metadata.namespace ?? ''} ${displayName(object)}`, object]),
  );

/** The chart's objects for these options, as Helm makes them; without the annotation that tells Helm to keep the CRDs. */
function rendered(options: InstallOptions): KubernetesObject[] {
  const {
    'Chart.yaml': _,
    'values.yaml': values,
    'templates/_helpers.tpl': _helpers,
    ...templates
  } = chart(crds, VERSION);
  const defaults = parse(values ?? '') as Record<string, unknown>;
  const scope = {
    Values: { ...defaults, ...valuesOf(options) },
    Release: { Namespace: options.namespace },
    admission: options.admission,
    isNew: options.selectableFields,
  };
  return Object.values(templates)
    .flatMap((template) => documents(expandTemplate(template, scope)))
    .map((object) => {
      if (object.kind === 'CustomResourceDefinition') delete object.metadata.annotations;
      return object;
    });
}

describe('the Helm chart', () => {
  for (const [name, options] of Object.entries(SAMPLES))
    it(`makes what install applies, but for the namespace: ${name}`, () => {
      const wanted = manifests(options, crds).filter(({ kind }) => kind !== 'Namespace');
      assert.deepEqual(
        byName(rendered(options)),
        byName(JSON.parse(JSON.stringify(wanted)) as KubernetesObject[]),
      );
    });

  it('has the defaults of install in values.yaml', () => {
    const {
      crds: withCrds,
      server,
      ...values
    } = parse(chart(crds, VERSION)['values.yaml'] ?? '') as Record<string, unknown>;
    const { namespace: _, admission: _admission, selectableFields: _fields, ...defaults } = SAMPLES.default;
    assert.deepEqual(values, { ...defaults, withPolicy: true });
    assert.equal(withCrds, true);
    assert.deepEqual(server, { enabled: false, replicas: 1, tlsSecret: '' });
  });

  it('keeps the CRDs, and so every task, when the release is removed', () => {
    const made = documents(
      expandTemplate(chart(crds, VERSION)['templates/crds.yaml'] ?? '', {
        Values: { crds: true },
        Release: { Namespace: 'a' },
        admission: 'v1',
        isNew: true,
      }),
    );
    assert.deepEqual(
      made.map(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy']),
      ['keep', 'keep'],
    );
  });
});

describe('the Kustomize base', () => {
  it('lists every file that it has, and has what install applies by default', () => {
    const { 'kustomization.yaml': kustomization = '', ...files } = kustomizeBase(crds, VERSION);
    assert.deepEqual((parse(kustomization) as { resources: string[] }).resources, Object.keys(files));
    const wanted = manifests(SAMPLES.default, crds);
    assert.deepEqual(Object.values(files).flatMap(documents), JSON.parse(JSON.stringify(wanted)));
  });
});
