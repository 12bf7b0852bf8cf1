import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import type { TaskTemplate } from '../../src/api/types.ts';
import { readBgtaskFile } from '../../src/checks/bgtask-yaml.ts';
import { parseSettings } from '../../src/domain/settings.ts';
import { operator } from '../../src/engine/kubernetes/install/operator.ts';
import { defaultOptions } from '../../src/engine/kubernetes/install/options.ts';
import { server } from '../../src/engine/kubernetes/install/server.ts';
import { instantiate } from '../../src/domain/template.ts';
import { NewTask } from '../../src/server/shapes/task-shapes.ts';
import { openWorld, type World } from '../cli/world.ts';

/** What is read of an Ingress, an HTTPRoute and a Route. */
interface Exposing {
  metadata: { namespace: string };
  spec: {
    rules?: { http?: { paths: { backend: { service: unknown } }[] }; backendRefs?: unknown }[];
    to?: { name: string };
    port?: { targetPort: string };
  };
}

/** What is read of the objects of the Prometheus operator. */
interface Monitored {
  kind: string;
  spec: { selector?: { matchLabels: Record<string, string> }; endpoints?: { port: string }[] };
}

const folder = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const read = (name: string): string => readFileSync(folder + name, 'utf8');

describe('the examples', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('each has a test here', () =>
    assert.deepEqual(readdirSync(folder).toSorted(), [
      'bgtask.yaml',
      'expose.yaml',
      'monitoring.yaml',
      'new-task.json',
      'settings.yaml',
      'task.yaml',
      'template.yaml',
    ]));

  it('task.yaml is a task that create takes', async () => {
    const { code, out, err } = await world.run([
      'create',
      '-f',
      `${folder}task.yaml`,
      '--dry-run',
      'client',
      '-o',
      'json',
    ]);
    assert.deepEqual([code, err], [0, ''], err);
    assert.equal((JSON.parse(out) as { spec: { timeout: number } }).spec.timeout, 1800);
  });

  it('template.yaml is a template that can be filled', () => {
    const template = parse(read('template.yaml')) as TaskTemplate;
    assert.match(
      instantiate(template, { from: 'oldName', to: 'newName' }).prompt,
      /^Rename oldName to newName /,
    );
  });

  it('expose.yaml leads to the Service of the server, by a port that it has', () => {
    const service = server({ ...defaultOptions('bgtask:1'), server: { replicas: 1 } }).find(
      ({ kind, metadata }) => kind === 'Service' && metadata.name === 'bgtask-server',
    ) as unknown as { metadata: { namespace: string }; spec: { ports: { name: string; port: number }[] } };
    const [port] = service.spec.ports;
    const [ingress, route, openshift] = parseAllDocuments(read('expose.yaml')).map(
      (document) => document.toJS() as Exposing,
    ) as [Exposing, Exposing, Exposing];
    const backends = [
      ingress.spec.rules?.[0]?.http?.paths.map(({ backend }) => backend.service),
      route.spec.rules?.[0]?.backendRefs,
    ];
    assert.deepEqual(backends, [
      [{ name: 'bgtask-server', port: { name: port?.name } }],
      [{ name: 'bgtask-server', port: port?.port }],
    ]);
    const { to, port: target } = openshift.spec;
    assert.deepEqual([to?.name, target], ['bgtask-server', { targetPort: port?.name }]);
    for (const object of [ingress, route, openshift])
      assert.equal(object.metadata.namespace, service.metadata.namespace);
  });

  it('monitoring.yaml selects the Services that are installed, and asks for metrics that are served', () => {
    const objects = parseAllDocuments(read('monitoring.yaml')).map(
      (document) => document.toJS() as Monitored,
    );
    const options = { ...defaultOptions('bgtask:1'), server: { replicas: 1 } };
    const services = [...operator(options), ...server(options)].filter(({ kind }) => kind === 'Service');
    const monitors = objects.filter(({ kind }) => kind === 'ServiceMonitor');
    assert.equal(monitors.length, 2);
    for (const { spec } of monitors) {
      const wanted = Object.entries(spec.selector?.matchLabels ?? {});
      const selected = services.filter(({ metadata }) =>
        wanted.every(([label, value]) => metadata.labels?.[label] === value),
      ) as unknown as { spec: { ports: { name: string }[] } }[];
      assert.equal(selected.length, 1, JSON.stringify(wanted));
      assert.deepEqual(
        selected.flatMap(({ spec: { ports } }) => ports.map(({ name }) => name)),
        spec.endpoints?.map(({ port }) => port),
      );
    }
    const reference = readFileSync(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8');
    const asked = new Set(
      [...read('monitoring.yaml').matchAll(/\bbgtask_\w+/g)].map(([name]) => name.replace(/_bucket$/, '')),
    );
    assert.ok(asked.size > 3);
    for (const name of asked) assert.ok(reference.includes(`\`${name}\``), name);
  });

  it('settings.yaml are valid settings', () => {
    assert.equal(parseSettings(parse(read('settings.yaml')), 'settings.yaml').limits.perUser, 3);
  });

  it('bgtask.yaml is a valid .bgtask.yaml', () => {
    const file = readBgtaskFile({
      paths: ['.bgtask.yaml'],
      has: () => true,
      read: () => read('bgtask.yaml'),
    });
    assert.deepEqual(
      file?.checks?.map(({ name }) => name),
      ['lint', 'test'],
    );
  });

  it('new-task.json is a body that the REST API takes', () => {
    assert.equal(NewTask.parse(JSON.parse(read('new-task.json'))).name, 'upgrade-lodash');
  });
});
