import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import { isDnsLabel } from '../../api/names.ts';
import { StageError } from '../../domain/reasons.ts';
import type { ForgeContext, ForgeKind, PullRequestDraft, PullRequestRef } from './forge.ts';
import { writeAtomic } from '../../engine/atomic-file.ts';
import { gh } from './gh.ts';
import { githubRecord } from './github-record.ts';
import { readOwnFile } from './own-file.ts';

/** Some disks' words; other codes are quoted as they are. */
const CAUSES: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'the folder may not be written to',
  EPERM: 'the folder may not be written to',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'a folder has this name',
  ENAMETOOLONG: 'its path is too long',
};

/**
 * The forge of repositories that have none (a path, a file URL, a plain git host): the pull request is a Markdown file with front
 * matter, `<task>.md`, and its change beside it, `<task>.patch`. A later run rewrites both and keeps the time of the first.
 */
export const file: ForgeKind = {
  name: 'file',
  serves: () => true,
  // A plain host may be a GitHub Enterprise host that no variable names.
  tokenVariables: githubRecord.tokenVariables,
  signIn: gh,
  hints: githubRecord.hints,
  create: (context) => ({ name: 'file', open: (draft) => open(context, draft) }),
};

/** The mode of what a person opens. */
const READABLE = 0o644;

async function open(context: ForgeContext, draft: PullRequestDraft): Promise<PullRequestRef> {
  const { task, outputDir } = context;
  // The longest Kubernetes name: retries' names are longer than what a user may give.
  if (!isDnsLabel(task, 63)) {
    throw new StageError(
      'PullRequestFailed',
      `The task's name ${JSON.stringify(task)} is not a valid file name.`,
    );
  }
  const path = resolve(join(outputDir, `${task}.md`));
  try {
    await mkdir(outputDir, { recursive: true });
    const earlier = readCreatedAt(await readOwnFile(path), draft);
    const createdAt = earlier ?? new Date().toISOString();
    // The Markdown file comes last: where it is, the patch is too.
    writeAtomic(resolve(join(outputDir, `${task}.patch`)), draft.patch, READABLE);
    writeAtomic(path, render(draft, createdAt), READABLE);
    const url = pathToFileURL(path).href;
    context.log(`Pull request ${earlier ? 'found' : 'written'}: ${url}`);
    return { url, createdAt, created: earlier === undefined, warnings: [] };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const cause = CAUSES[code] ?? (code || String(error));
    throw new StageError(
      'PullRequestFailed',
      `Cannot write the pull request to ${path}: ${cause}. Make room or choose another folder, then retry the task; ` +
        `the branch ${draft.branch} is pushed.`,
      { cause: error },
    );
  }
}

function render(draft: PullRequestDraft, createdAt: string): string {
  const { title, base, branch, options, body } = draft;
  const front = stringify({ ...options, title, base, branch, createdAt }, { lineWidth: 0 });
  return `---\n${front}---\n\n${body.trimEnd()}\n`;
}

/** When the pull request of the same branch and base was first written. Undefined if the file is not a pull request, or belongs to another one. */
function readCreatedAt(markdown: string | undefined, draft: PullRequestDraft): string | undefined {
  const front = /^---\n([\s\S]*?\n)---\n/.exec(markdown ?? '')?.[1];
  if (front === undefined) return undefined;
  const fields = readFields(front);
  const { branch, base, createdAt } = fields;
  if (branch !== draft.branch || base !== draft.base || typeof createdAt !== 'string') return undefined;
  return Number.isNaN(Date.parse(createdAt)) ? undefined : createdAt;
}

function readFields(front: string): Record<string, unknown> {
  try {
    const fields: unknown = parse(front);
    return typeof fields === 'object' && fields !== null ? { ...fields } : {};
  } catch {
    // A user edited it: a file that cannot be parsed is written again.
    return {};
  }
}
