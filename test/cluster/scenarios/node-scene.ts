import { type Cluster, type ClusterOptions, nodeOf } from '../harness/cluster.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Node } from '../harness/node.ts';
import { RUNNER_IMAGE, runnerArchive } from '../install/runner-image.ts';
import { PERSON, Scene } from './scene.ts';
import { CA, forgeSecret, secureGithub, type SecureGithub } from './secure-github.ts';

/** The forge's token in these scenes. */
export const FORGE_TOKEN = 'test-forge-token-not-real';
export const PROJECT = 'vteam-test';

/** The parts of the settings' document that a test sets. */
export interface SceneSettings {
  env?: Record<string, string>;
  runner?: object;
  /** Further fields of the document. */
  more?: object;
}

export interface NodeSceneOptions {
  /** A version of the Claude Code CLI for the image; none by default. */
  claudeCode?: string;
  extra?: ClusterOptions['extra'];
  networkPolicies?: ClusterOptions['networkPolicies'];
  /** Further words for `bgtask install`. */
  install?: readonly string[];
  /** The settings, once the addresses of the node and of the forge are known. */
  settings?: (node: Node, github: SecureGithub) => Promise<SceneSettings> | SceneSettings;
}

/** A cluster with a node, bgtask installed with a ready operator, and a GitHub stand-in that its pods reach and trust. */
export interface NodeScene {
  cluster: Cluster;
  node: Node;
  scene: Scene;
  github: SecureGithub;
  /** A new project with the forge's Secret, in which user@example.com may have tasks. */
  project(name: string): Promise<void>;
  /** Other settings in place of the ones that it began with. */
  settings(parts: SceneSettings): Promise<void>;
  close(): Promise<void>;
}

const document = ({ apiUrl }: SecureGithub, { env, runner, more }: SceneSettings): string =>
  // JSON is YAML.
  JSON.stringify({
    ...more,
    runner: {
      env: {
        BGTASK_GITHUB_API_URL: apiUrl,
        ...env,
      },
      ca: { configMap: CA },
      resources: {
        work: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '1Gi' } },
      },
      ...runner,
    },
  });

async function furnish(cluster: Cluster, options: NodeSceneOptions): Promise<NodeScene> {
  const node = nodeOf(cluster);
  await node.importImage(await runnerArchive(options.claudeCode));
  const github = await secureGithub(node.hostAddress, [FORGE_TOKEN]);
  const scene = await Scene.install(cluster, '--image', RUNNER_IMAGE, ...(options.install ?? []));
  const settings = (parts: SceneSettings): Promise<void> => scene.settings(document(github, parts));
  await settings((await options.settings?.(node, github)) ?? {});
  const project = async (name: string): Promise<void> => {
    await scene.project(name, [PERSON]);
    await forgeSecret(cluster, name, github, { GITHUB_TOKEN: FORGE_TOKEN });
  };
  await project(PROJECT);
  return {
    project,
    settings,
    cluster,
    node,
    scene,
    github,
    async close() {
      await scene.close();
      await github.close();
      await cluster.close();
    },
  };
}

/** Starts one; takes 30 s. Nothing of it stays when that fails. */
export async function nodeScene(options: NodeSceneOptions = {}): Promise<NodeScene> {
  const { extra, networkPolicies } = options;
  const cluster = await clusterForTests({ node: true, extra, networkPolicies });
  try {
    return await furnish(cluster, options);
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
