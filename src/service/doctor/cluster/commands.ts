import { shellWord } from '../../../domain/shell-word.ts';
import { NAMES } from '../../../engine/kubernetes/install/object.ts';
import { hasCode } from '../../../domain/errors.ts';
import type { Scene } from './scene.ts';

/** A kubectl command that reaches the cluster that was looked at. */
export const kubectl = ({ flags }: Pick<Scene, 'flags'>, words: string): string =>
  ['kubectl', words, ...flags.map(shellWord)].join(' ');

/** The command that installs what is missing: with the image that runs there now, where it can be seen. */
export async function install(scene: Scene): Promise<string> {
  const deployment = await scene.deployment().catch((error: unknown) => {
    if (hasCode(error, 'Forbidden')) return undefined;
    throw error;
  });
  const image = deployment?.spec?.template?.spec?.containers?.[0]?.image ?? 'IMAGE';
  const home = scene.home === NAMES.namespace ? [] : ['-n', scene.home];
  return ['bgtask install', ...home, '--image', image, '--apply', ...scene.flags].map(quotedWord).join(' ');
}

const quotedWord = (word: string): string => (word === 'bgtask install' ? word : shellWord(word));
