import { readFile, realpath, stat } from 'node:fs/promises';
import { isMap, isSeq, parseDocument } from 'yaml';
import { writeAtomic } from '../../../atomic-file.ts';

/** Writes a user's new tokens into its kubeconfig, whose other lines and comments stay. A file that cannot be written is left as it is. */
export async function keepTokens(path: string, user: string, tokens: Record<string, string>): Promise<void> {
  try {
    const file = await realpath(path);
    const document = parseDocument(await readFile(file, 'utf8'));
    const users = document.get('users');
    if (!isSeq(users)) return;
    const entry = users.items.find((one) => isMap(one) && one.get('name') === user);
    if (!isMap(entry)) return;
    for (const [name, value] of Object.entries(tokens))
      entry.setIn(['user', 'auth-provider', 'config', name], value);
    const { mode } = await stat(file);
    writeAtomic(file, document.toString(), mode & 0o777);
  } catch {
    // A read-only kubeconfig must not keep anyone out: the fresh token works for this run.
  }
}
