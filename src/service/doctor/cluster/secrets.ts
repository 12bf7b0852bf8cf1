import { hasCode } from '../../../domain/errors.ts';
import { FORGE_APP_VARIABLES } from '../../../domain/credentials.ts';
import type { ClusterObject } from '../../../engine/cluster-view.ts';
import { defaultJobConfig } from '../../../engine/kubernetes/jobs/job-config.ts';
import { allAgents } from '../../../runner/agents/table.ts';
import { allTokenVariables } from '../../../runner/forges/tokens.ts';
import { kubectl } from './commands.ts';
import type { Look, Scene } from './scene.ts';

/** What each Secret is for, the keys of which one is enough, and the one that the command makes. */
const SECRETS = {
  forge: {
    use: 'only repositories that need no credential can be cloned, and no pull request is opened',
    keys: async () => [...allTokenVariables(), FORGE_APP_VARIABLES.privateKey],
    example: 'GITHUB_TOKEN=token.txt',
  },
  model: {
    use: 'agents other than command cannot work',
    keys: async () => [...new Set((await allAgents()).flatMap(({ keys }) => keys))],
    example: 'ANTHROPIC_API_KEY=key.txt',
  },
} as const satisfies Record<string, { use: string; keys: () => Promise<readonly string[]>; example: string }>;

/** The key of a GitHub App that is missing where the other one is there. */
const halfOfApp = (keys: readonly string[]): string | undefined => {
  const missing = [FORGE_APP_VARIABLES.id, FORGE_APP_VARIABLES.privateKey].filter(
    (key) => !keys.includes(key),
  );
  return missing.length === 1 ? missing[0] : undefined;
};

/** The Secrets' names by the settings; the usual ones where those may not be read. */
async function secretName(scene: Scene, which: keyof typeof SECRETS): Promise<string> {
  const usual = defaultJobConfig('').secrets[which];
  try {
    return (await scene.settings()).settings.runner.secrets?.[which] ?? usual;
  } catch (error) {
    if (hasCode(error, 'Forbidden')) return usual;
    throw error;
  }
}

/** Whether a Secret of the project is there and has a key that is used. Its values are not looked at. */
const secretLook = (which: keyof typeof SECRETS): Look => ({
  subject: `${which} secret`,
  byHand: ({ project }) => `-n ${project} get secret`,
  look: async (scene) => {
    const { project } = scene;
    const { use, example, keys: keysOf } = SECRETS[which];
    const keys: readonly string[] = await keysOf();
    const name = await secretName(scene, which);
    const secret = await scene.view.get<ClusterObject & { data?: Record<string, string> }>('Secret', {
      namespace: project,
      name,
    });
    const file = example.split('=')[1];
    if (!secret)
      return {
        level: 'warning',
        message: `Project ${project} has no Secret ${name}: ${use}.`,
        fix: `Put the credential into ${file}, then`,
        command: kubectl(scene, `-n ${project} create secret generic ${name} --from-file=${example}`),
      };
    const given = Object.keys(secret.data ?? {});
    const half = which === 'forge' && halfOfApp(given);
    if (half)
      return {
        level: 'warning',
        message: `The Secret ${project}/${name} has half of a GitHub App: ${half} is missing.`,
        fix: `Add it; see what is there`,
        command: kubectl(scene, `-n ${project} describe secret ${name}`),
      };
    const found = given.filter((key) => keys.includes(key));
    if (found.length > 0) return { level: 'ok', message: `${project}/${name} has ${found.join(', ')}` };
    return {
      level: 'warning',
      message: `The Secret ${project}/${name} has no key that is looked for (${keys.join(', ')}): ${use}.`,
      fix: `Give it one of them. To make it again from ${file}, delete it, then`,
      command: kubectl(scene, `-n ${project} create secret generic ${name} --from-file=${example}`),
    };
  },
});

export const SECRET_LOOKS: readonly Look[] = [secretLook('forge'), secretLook('model')];
