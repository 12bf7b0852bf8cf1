import type { Examine } from './examine.ts';
import { run } from './run.ts';

/** The oldest git whose merge-tree can write a tree (2.38) and whose upload-pack fetches nothing lazily (CVE-2024-32004: 2.39.4). */
const GIT_MIN: readonly number[] = [2, 39, 4];

const isOlder = (version: readonly number[], than: readonly number[]): boolean => {
  const at = than.findIndex((part, index) => part !== (version[index] ?? 0));
  return at >= 0 && (version[at] ?? 0) < (than[at] ?? 0);
};

/** Whether git is there and new enough. */
export const examineGit: Examine = async (env) => {
  const text = await run('git', ['--version'], env);
  if (!text)
    return {
      level: 'problem',
      subject: 'git',
      message: 'git is not installed.',
      fix: 'Install git 2.39.4 or newer.',
    };
  const version = (/(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []).map(Number);
  return isOlder(version, GIT_MIN)
    ? {
        level: 'problem',
        subject: 'git',
        message: `${text} is too old to take a hostile repository's change in safely.`,
        fix: `Install git ${GIT_MIN.join('.')} or newer.`,
      }
    : { level: 'ok', subject: 'git', message: text };
};
