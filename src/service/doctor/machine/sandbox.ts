import { join } from 'node:path';
import { messageOf } from '../../../domain/errors.ts';
import type { Settings } from '../../../domain/settings.ts';
import { loadSettings } from '../../../engine/local/local-settings.ts';
import { localPaths } from '../../../engine/local/paths.ts';
import { trySandbox } from '../../../runner/room/open-rooms.ts';
import type { Finding } from '../finding.ts';
import { sandboxFix } from './sandbox-fix.ts';
import type { Examine } from './examine.ts';
import { readFile } from 'node:fs/promises';

/** Starts a program in the sandbox, as a task would. */
export const examineSandbox: Examine = async (env) => {
  const { state, config } = localPaths(env);
  const mode = modeOf(config);
  if (mode === 'off')
    return {
      level: 'warning',
      subject: 'sandbox',
      message: 'switched off (setting: sandbox): programs of a repository run as you.',
    };
  const tried = await trySandbox({ env, tools: [], scratch: join(state, 'sandbox') }).catch(
    (error: unknown) => ({
      problem: messageOf(error),
    }),
  );
  if ('rooms' in tried)
    return {
      level: 'ok',
      subject: 'sandbox',
      message: tried.rooms.hasLayers
        ? 'bubblewrap works'
        : 'bubblewrap works; this kernel has no overlays for it, so tasks write the shared caches themselves',
    };
  return { ...(await missing(tried.problem)), level: mode === 'required' ? 'problem' : 'warning' };
};

/** The setting; the default where the settings are bad, which is a finding of its own. */
function modeOf(config: string): Settings['sandbox'] {
  try {
    return loadSettings(config).sandbox;
  } catch {
    return 'preferred';
  }
}

/** Ubuntu since 24.04: 1 where AppArmor keeps programs without a profile from making user namespaces. */
const RESTRICTED = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';

async function missing(problem: string): Promise<Omit<Finding, 'level'>> {
  const isRestricted = (await readFile(RESTRICTED, 'utf8').catch(() => '0')).trim() === '1';
  return {
    subject: 'sandbox',
    message: `Tasks run without one, and say so in their pull requests: ${problem}.`,
    ...sandboxFix({ problem, isRestricted, platform: process.platform }),
  };
}
