import { lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '../../engine/atomic-file.ts';

/** Of the requests for one answer. Its own 10 take minutes, in which the task does not know that its model is not available. */
const ATTEMPTS = 3;

/**
 * The user's settings of Gemini CLI: no reports of how it is used, and with a base URL the key for a login. Without the latter it takes the base URL for a login of
 * a kind of its own, which it then refuses without a terminal (google-gemini/gemini-cli#27550, since May 2026 and in 0.61 still).
 */
const settings = (hasBase: boolean): object => ({
  general: { maxAttempts: ATTEMPTS },
  privacy: { usageStatisticsEnabled: false },
  ...(hasBase && { security: { auth: { selectedType: 'gemini-api-key' } } }),
});

/** Writes the settings into the home of the task, and replaces those that are there. The home of the user is not touched. */
export async function writeGeminiSettings(home: string, hasBase: boolean): Promise<void> {
  const folder = join(home, '.gemini');
  // A program of the repository may have put a link to a folder of the person here.
  const found = await lstat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) await rm(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'settings.json');
  if ((await lstat(file).catch(() => undefined))?.isDirectory()) await rm(file, { recursive: true });
  writeAtomic(file, `${JSON.stringify(settings(hasBase))}\n`);
}
