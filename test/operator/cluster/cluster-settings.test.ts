import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { BgtaskError } from '../../../src/domain/errors.ts';
import type { Narrowing } from '../../../src/domain/narrow.ts';
import { defaultSettings, type Settings } from '../../../src/domain/settings.ts';
import { type ConfigMap, followClusterSettings } from '../../../src/operator/cluster/cluster-settings.ts';
import { MemoryResource } from './memory-resource.ts';

const KEY = { namespace: 'bgtask-system', name: 'bgtask-config' };

describe('The operator’s settings', () => {
  let configMaps: MemoryResource<ConfigMap>;
  let abort: AbortController;
  let following: Promise<void>;
  let told: EventEmitter;
  /** What was told, in order: a limit per user, `problem` or `ready`. */
  let words: (number | string)[];
  let problems: string[];
  let settings: Settings | undefined;
  let narrowings: Map<string, Narrowing | undefined>;
  beforeEach(() => {
    configMaps = new MemoryResource<ConfigMap>();
    abort = new AbortController();
    told = new EventEmitter();
    following = Promise.resolve();
    words = [];
    problems = [];
    settings = undefined;
    narrowings = new Map();
  });
  afterEach(async () => {
    abort.abort();
    await following.catch(() => undefined);
  });

  const write = async (text: string, of: { name?: string; namespace?: string } = {}): Promise<void> => {
    const data = { 'config.yaml': text };
    const key = { ...KEY, ...of };
    const isThere = configMaps.objects.some(
      ({ metadata: { name, namespace } }) => name === key.name && namespace === key.namespace,
    );
    if (isThere) await configMaps.patch(key, { data });
    else await configMaps.create({ metadata: key, data });
  };
  const say = (word: number | string): void => {
    words.push(word);
    told.emit('word');
  };
  const follow = (): void => {
    following = followClusterSettings(
      {
        configMaps,
        ...KEY,
        key: 'config.yaml',
        onProblem: (sentence, object) => {
          assert.equal(object.metadata.name, KEY.name);
          problems.push(sentence);
          say('problem');
        },
        onProject: (project, narrowing) => {
          narrowings.set(project, narrowing);
          say(`project ${project}`);
        },
        onChange: (changed) => {
          settings = changed;
          say(changed.limits.perUser);
        },
      },
      abort.signal,
      () => say('ready'),
    );
  };
  /** Resolves when that many words were said. */
  const until = async (count: number): Promise<void> => {
    while (words.length < count) await once(told, 'word');
  };

  it('are the defaults while there is no ConfigMap: ready at once', async () => {
    follow();
    await until(1);
    assert.deepEqual(words, ['ready']);
  });

  it('are those of the ConfigMap before anything else begins', async () => {
    await write('limits: { perUser: 3 }');
    follow();
    await until(2);
    assert.deepEqual(words, [3, 'ready']);
  });

  it('follow the ConfigMap: made, changed, refused, corrected', async () => {
    follow();
    await until(1);
    await write('limits: { perUser: 2 }');
    await until(3);
    await write('limits: { perUser: 4 }');
    await until(5);
    await write('limits: { perUser: many }');
    await until(6);
    assert.equal(settings?.limits.perUser, 4, 'the last good ones stay');
    await write('limits: { perUser: 5 }');
    await until(8);
    assert.deepEqual(
      words.filter((word) => word !== 'ready'),
      [2, 4, 'problem', 5],
    );
    assert.match(
      problems[0] ?? '',
      /^ConfigMap bgtask-system\/bgtask-config is not a valid .*limits\.perUser/,
    );
  });

  it('are the defaults again when the ConfigMap is deleted', async () => {
    await write('limits: { perUser: 3 }');
    follow();
    await until(2);
    await configMaps.delete(KEY);
    await until(3);
    assert.deepEqual(settings, defaultSettings());
  });

  it('are not those of another ConfigMap', async () => {
    await write('limits: { perUser: 9 }', { name: 'other' });
    follow();
    await until(1);
    await write('limits: { perUser: 8 }', { name: 'another' });
    await write('limits: { perUser: 2 }');
    await until(2);
    assert.equal(settings?.limits.perUser, 2);
  });

  it('are narrowed by a ConfigMap of that name in a project: made, refused, gone', async () => {
    const project = { namespace: 'team-a' };
    await write('deadline: { max: 600 }', project);
    follow();
    await until(2);
    assert.deepEqual(words, ['project team-a', 'ready']);
    assert.deepEqual(narrowings.get('team-a'), { deadline: { max: 600 } });
    await write('passEnv: [NPM_TOKEN]', project);
    await until(3);
    assert.match(problems[0] ?? '', /^ConfigMap team-a\/bgtask-config sets passEnv, which a project cannot/);
    assert.deepEqual(narrowings.get('team-a'), { deadline: { max: 600 } }, 'the last good one stays');
    await configMaps.delete({ ...KEY, ...project });
    await until(4);
    assert.deepEqual([...narrowings], [['team-a', undefined]]);
  });

  it('begin although a project’s are refused from the start', async () => {
    await write('limits: { perUser: many }', { namespace: 'team-a' });
    follow();
    await until(2);
    assert.deepEqual(words, ['problem', 'ready']);
    assert.deepEqual([...narrowings], []);
  });

  it('that are refused from the start let nothing begin before they are corrected', async () => {
    await write('limits: { perUser: many }');
    follow();
    await until(1);
    await write('limit: {}');
    await until(2);
    assert.deepEqual(words, ['problem', 'problem']);
    assert.equal(settings, undefined, 'the defaults could allow what the document forbids');
    await write('limits: { perUser: 2 }');
    await until(4);
    assert.deepEqual(words.slice(2), [2, 'ready']);
  });

  for (const [name, text] of [
    ['no YAML', 'limits: [1'],
    ['deep nesting', '['.repeat(10_000)],
    ['aliases that multiply', `a: &a [1]\nb: [${'*a,'.repeat(25)}]`],
    ['a list', '- limits'],
  ] as const)
    it(`are refused for ${name}`, async () => {
      await write(text);
      follow();
      await until(1);
      assert.deepEqual(words, ['problem']);
    });

  const EMPTY: ConfigMap['data'][] = [undefined, {}, { 'config.yaml': '' }];
  for (const data of EMPTY)
    it(`are the defaults where the ConfigMap says nothing: ${JSON.stringify(data)}`, async () => {
      await configMaps.create({ metadata: KEY, ...(data && { data }) });
      follow();
      await until(2);
      assert.deepEqual(settings, defaultSettings());
      assert.deepEqual(words, [1, 'ready']);
    });

  it('reject when they cannot be read at the start, and end when they are no longer wanted', async () => {
    configMaps.before = () => {
      throw new BgtaskError('Forbidden', 'may not list configmaps');
    };
    follow();
    await assert.rejects(following, /may not list configmaps/);
    configMaps.before = () => undefined;
    follow();
    await until(1);
    abort.abort();
    await following;
  });
});
