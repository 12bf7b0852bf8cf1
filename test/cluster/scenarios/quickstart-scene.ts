import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claude } from '../../../src/runner/agents/claude.ts';
import { type Model, startModel } from '../../support/model-standin/model.ts';
import type { Script } from '../../support/model-standin/script.ts';
import { type Gates, startGates } from './gates.ts';
import {
  nodeScene,
  type NodeScene,
  type NodeSceneOptions,
  PROJECT,
  type SceneSettings,
} from './node-scene.ts';
import { npmRegistry } from './npm-registry.ts';
import { PERSON } from './scene.ts';
import { Terminal } from './terminal.ts';

const MODEL_KEY = 'sk-ant-example-0002-of-the-quickstart';
const FIXTURE = fileURLToPath(new URL('../../fixtures/lodash-app', import.meta.url));

/** What the model answers when it is asked to upgrade lodash. */
const UPGRADE: Script = [
  { text: 'I look at the dependencies.', tools: [{ name: 'Read', input: { file_path: 'package.json' } }] },
  {
    text: 'I set the new version.',
    tools: [
      {
        name: 'Edit',
        input: { file_path: 'package.json', old_string: '"4.17.20"', new_string: '"4.17.21"' },
      },
    ],
  },
  {
    text: 'I update the lock file.',
    tools: [
      {
        name: 'Bash',
        input: {
          command: 'npm install && ls /var/run/secrets/bgtask/*',
          description: 'Update package-lock.json',
        },
      },
    ],
  },
  { text: 'lodash is at 4.17.21.' },
];

const fixture = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(FIXTURE, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(FIXTURE.length + 1), readFileSync(path, 'utf8')]),
  );

/** The packages of the fixture's lock file, as `name@version`. */
function locked(): string[] {
  const lock = JSON.parse(readFileSync(join(FIXTURE, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  return Object.entries(lock.packages).flatMap(([path, { version }]) =>
    path === ''
      ? []
      : [`${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`],
  );
}

/** Lets the linter, which reads its configuration, wait at a gate, so that the step that runs it is there to be seen. */
const waiting = (config: string, url: string): string =>
  `require('node:child_process').execFileSync('node', ['-e', 'require("http").get(process.argv[1], (answer) => answer.resume())', '${url}']);\n${config}`;

/** What the parts of the quickstart share. */
export interface Quickstart extends NodeScene {
  /** The terminal of the person who sends the chores, and the administrator's. */
  here: Terminal;
  admin: Terminal;
  model: Model;
  gates: Gates;
  /** The bare repository. */
  directory: string;
  /** The settings that it began with. */
  began: SceneSettings;
  /** The ports of the host address on which the forge, the npm registry, the model and the gates listen. */
  ports: readonly number[];
}

const portOf = (url: string): number => Number(new URL(url).port);

/** Starts it; takes 40 s. */
export async function quickstart(
  options: Pick<NodeSceneOptions, 'install' | 'networkPolicies'> = {},
): Promise<Quickstart> {
  const closing: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).toReversed()) await each();
  };
  try {
    let standIns: Pick<Quickstart, 'model' | 'gates' | 'began' | 'ports'> | undefined;
    const scene = await nodeScene({
      ...options,
      claudeCode: claude.tested,
      settings: async ({ hostAddress: host }, { url }) => {
        const registry = await npmRegistry(host, [...locked(), 'lodash@4.17.21']);
        closing.push(() => registry.close());
        const model = await startModel({ script: UPGRADE, key: MODEL_KEY, host });
        closing.push(() => model.close());
        const gates = await startGates(host);
        closing.push(() => gates.close());
        const env = { npm_config_registry: registry.url, ANTHROPIC_BASE_URL: model.url };
        const began = { env, more: { passEnv: ['npm_config_registry'] } };
        const ports = [url, registry.url, model.url, gates.passUrl].map(portOf);
        standIns = { model, gates, began, ports };
        return began;
      },
    });
    closing.push(() => scene.close());
    if (standIns === undefined) throw new Error('the stand-ins did not start');
    const { gates } = standIns;
    const { cluster, github } = scene;
    const keys = [
      `--from-literal=ANTHROPIC_API_KEY=${MODEL_KEY}`,
      '--from-literal=OPENAI_API_KEY=of-another',
    ];
    await cluster.ok(['-n', PROJECT, 'create', 'secret', 'generic', 'bgtask-model', ...keys]);
    const files = fixture();
    files['eslint.config.js'] = waiting(files['eslint.config.js'] ?? '', `${gates.passUrl}/lint`);
    const { directory } = await github.createRepo('test-org', 'sample-nodejs-app', { files });
    const shell = { PROJECT, REPO_URL: `${github.url}/test-org/sample-nodejs-app`, REPO_BRANCH: 'main' };
    const here = await Terminal.open(cluster, PERSON, shell);
    closing.push(() => here.close());
    const admin = await Terminal.open(cluster, 'admin', shell);
    closing.push(() => admin.close());
    return { ...scene, ...standIns, here, admin, directory, close };
  } catch (error) {
    await close();
    throw error;
  }
}
