import { readdirSync, readFileSync } from 'node:fs';
import { COOKIE_ENV } from '../../../domain/process-cookie.ts';
import type { Stage } from '../../../domain/report.ts';

/** A shorter cookie could be the value of another program. */
const SHORTEST = 16;

/** What the processes of one attempt at a stage carry: the Job's own cookie is the beginning of it. */
export const stageCookie = (cookie: string, stage: Stage, attempt: number): string =>
  `${cookie}.${stage}.${attempt}`;

function entries(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

/** The processes there are; none where there is no /proc. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/**
 * The processes, wherever they went, that were started with a cookie: a Job's (all its stages) or a stage's. This process is never among
 * them. Linux only, and of this user only; a process that started with a cleared environment is not found.
 */
export function pidsWithCookie(cookie: string): number[] {
  if (cookie.length < SHORTEST) return [];
  const exact = `${COOKIE_ENV}=${cookie}`;
  return processIds().filter(
    (pid) =>
      pid !== process.pid && entries(pid).some((entry) => entry === exact || entry.startsWith(`${exact}.`)),
  );
}
