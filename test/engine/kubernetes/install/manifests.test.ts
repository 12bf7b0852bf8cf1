import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { defaultSettings, parseSettings } from '../../../../src/domain/settings.ts';
import { defaultJobConfig } from '../../../../src/engine/kubernetes/jobs/job-config.ts';
import { manifests } from '../../../../src/engine/kubernetes/install/manifests.ts';
import { displayName } from '../../../../src/engine/kubernetes/install/object.ts';
import { loadCrds } from '../../../../src/engine/kubernetes/install/package-files.ts';
import {
  OPERATOR_HOME_RULES,
  OPERATOR_RULES,
} from '../../../../src/engine/kubernetes/install/rbac-operator.ts';
import { resourceType } from '../../../../src/engine/kubernetes/install/kinds.ts';
import { settingsDocument } from '../../../../src/engine/kubernetes/install/settings-document.ts';
import { manifestYaml } from '../../../../src/engine/kubernetes/install/yaml.ts';
import { golden } from '../../../cli/output/golden.ts';
import { SAMPLES } from './samples.ts';

describe('the manifests', () => {
  for (const [name, options] of Object.entries(SAMPLES))
    it(`are those of golden/${name}.yaml, the CRDs left out`, () => {
      golden(`golden/${name}.yaml`, import.meta.url, manifestYaml(manifests(options, [])));
    });

  it('stand in an order in which each can be applied: the namespace, the CRDs, accounts before what names them', () => {
    const kinds = manifests(SAMPLES.everything, loadCrds()).map(({ kind }) => kind);
    const at = (kind: string): number => kinds.indexOf(kind);
    assert.deepEqual(kinds.slice(0, 3), [
      'Namespace',
      'CustomResourceDefinition',
      'CustomResourceDefinition',
    ]);
    assert.ok(at('ServiceAccount') < at('RoleBinding'));
    assert.ok(at('PriorityClass') < at('Deployment') && at('ConfigMap') < at('Deployment'));
  });

  it('have each admission policy before what binds it', () => {
    const kinds = manifests(SAMPLES.default, []).map(({ kind }) => kind);
    assert.ok(kinds.indexOf('ValidatingAdmissionPolicy') < kinds.indexOf('ValidatingAdmissionPolicyBinding'));
  });

  it('name the settings only when some are given, so that an upgrade leaves those that a team edits in the cluster alone', () => {
    for (const [settings, maps] of [
      ['', []],
      ['limits: { perUser: 2 }', ['configmap/bgtask-config']],
    ] as const) {
      const made = manifests({ ...SAMPLES.default, settings }, []);
      assert.deepEqual(made.filter(({ kind }) => kind === 'ConfigMap').map(displayName), maps);
    }
  });

  it('are of kinds that the installer can find in a cluster, with and without a namespace as those have it', () => {
    for (const object of manifests(SAMPLES.everything, loadCrds())) {
      const { namespaced, group, version } = resourceType(object.kind);
      assert.equal(object.metadata.namespace !== undefined, namespaced, displayName(object));
      assert.equal(object.apiVersion, group === '' ? version : `${group}/${version}`);
    }
  });

  it('let the operator use no verb, resource or group by a *, and read no Secret', () => {
    for (const { apiGroups, resources, verbs } of [...OPERATOR_RULES, ...OPERATOR_HOME_RULES]) {
      assert.ok(![...apiGroups, ...resources, ...verbs].includes('*'));
      assert.ok(!resources.includes('secrets'));
      assert.ok(!verbs.some((verb) => ['escalate', 'bind', 'impersonate'].includes(verb)));
    }
  });

  it('come with settings that change nothing, and name every setting with its default', () => {
    assert.deepEqual(parseSettings(parse(settingsDocument()), 'the document'), defaultSettings());
    const uncommented = settingsDocument().split('\n\n').slice(1).join('\n').replaceAll(/^# ?/gm, '');
    const { pageBaseUrl, runner, kueue, ...rest } = parseSettings(
      parse(uncommented),
      'the document without #',
    );
    const { image, imagePullPolicy, runtimeClassName, ca, ...jobs } = runner;
    const { queue, priorityClass, ...ofKueue } = kueue;
    const { runner: _, ...defaults } = defaultSettings();
    assert.deepEqual({ ...rest, kueue: ofKueue }, defaults);
    const config = defaultJobConfig('');
    const resources = { ...config.resources, ...jobs.resources };
    assert.deepEqual(
      { ...config, ...jobs, resources, volumes: { ...config.volumes, ...jobs.volumes } },
      config,
    );
    assert.deepEqual(
      [pageBaseUrl, image, imagePullPolicy, runtimeClassName, ca?.configMap, queue, priorityClass],
      [
        'https://bgtask.example.com',
        'example.com/team/bgtask:1.0',
        'IfNotPresent',
        'gvisor',
        'company-ca',
        'agents',
        'chores',
      ],
    );
    for (const name of Object.keys(defaultSettings()))
      assert.match(uncommented, new RegExp(`^${name}:`, 'm'));
  });
});
