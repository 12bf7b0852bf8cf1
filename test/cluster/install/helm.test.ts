import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { chart } from '../../../src/engine/kubernetes/install/chart.ts';
import { manifests } from '../../../src/engine/kubernetes/install/manifests.ts';
import { displayName, type KubernetesObject } from '../../../src/engine/kubernetes/install/object.ts';
import { loadCrds } from '../../../src/engine/kubernetes/install/package-files.ts';
import { clusterFor, SAMPLES, valuesOf, VERSION } from '../../engine/kubernetes/install/samples.ts';

const GO = 'go';
const MODULE = fileURLToPath(new URL('./helm', import.meta.url));

describe('the chart, rendered by Helm itself', function () {
  this.timeout(900_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bgtask-chart-'));
    for (const [path, text] of Object.entries(chart(loadCrds(), VERSION))) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [name, options] of Object.entries(SAMPLES))
    it(`makes what install applies: ${name}`, async () => {
      const input = JSON.stringify(valuesOf(options));
      const { version, policies } = clusterFor(options);
      const { stdout } = await execa(GO, ['run', '.', folder, options.namespace, version, ...policies], {
        cwd: MODULE,
        env: { CGO_ENABLED: '0' },
        input,
      });
      const objects = Object.values(JSON.parse(stdout) as Record<string, string>)
        .flatMap((text) => parseAllDocuments(text).map((each) => each.toJS() as KubernetesObject | null))
        .filter((object) => object !== null);
      for (const { kind, metadata } of objects)
        if (kind === 'CustomResourceDefinition') delete metadata.annotations;
      const wanted = manifests(options, loadCrds()).filter(({ kind }) => kind !== 'Namespace');
      assert.deepEqual(inOrder(objects), inOrder(JSON.parse(JSON.stringify(wanted)) as KubernetesObject[]));
    });
});

const keyOf = (object: KubernetesObject): string =>
  `${object.metadata.namespace ?? ''} ${displayName(object)}`;

const inOrder = (all: readonly KubernetesObject[]): KubernetesObject[] =>
  [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
