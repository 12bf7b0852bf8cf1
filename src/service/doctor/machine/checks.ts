import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { detectChecks } from '../../../checks/detect.ts';
import { readRepo } from '../../../checks/repo-files.ts';
import { messageOf } from '../../../domain/errors.ts';
import { missingPrograms } from '../../../runner/work/preflight.ts';
import type { Finding } from '../finding.ts';

/** Whether the programs that a checkout's checks need are installed; undefined for a folder that is not a checkout of git. */
export function examineChecks(dir: string, env: NodeJS.ProcessEnv): Finding | undefined {
  if (!existsSync(join(dir, '.git'))) return undefined;
  const subject = 'checks here';
  try {
    const files = readRepo(dir);
    const { checks } = detectChecks(files);
    const missing = missingPrograms({ checks, files, dir, path: env['PATH'] ?? '' });
    const proofs = checks.filter(({ kind }) => kind !== 'install' && kind !== 'format').length;
    if (missing.length > 0)
      return {
        level: 'warning',
        subject,
        message: missing.join(' '),
        fix: 'Install it, or say what proves a change in .bgtask.yaml. See the commands',
        command: 'bgtask checks',
      };
    if (proofs === 0)
      return {
        level: 'warning',
        subject,
        message: 'no linters, type checks or tests were found, so nothing would prove a change.',
        fix: 'Name them in .bgtask.yaml or with --check.',
      };
    return { level: 'ok', subject, message: `${proofs} found, and their programs are installed` };
  } catch (error) {
    return { level: 'problem', subject, message: messageOf(error), fix: 'Correct .bgtask.yaml.' };
  }
}
