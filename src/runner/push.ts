import { branchName } from '../api/names.ts';
import { StageError } from '../domain/reasons.ts';
import type { BranchState } from './change.ts';
import type { Hint } from './forges/forge.ts';
import { git, gitFailure } from './git.ts';
import { shellWord } from '../domain/shell-word.ts';
import { gitHint, parseLsRemote, type Remote, withheldHint } from './repository.ts';
import type { StageContext } from './stage-context.ts';

/** Where the pristine copy keeps what an earlier run pushed. */
const PUSHED_REF = 'refs/bgtask/pushed';

interface Search {
  pristine: string;
  remote: Remote;
  /** What a commit at the task's branch is. */
  stateOf: (commit: string) => Promise<BranchState>;
}

/** What an earlier run of the same task pushed. */
export interface EarlierPush {
  commit: string;
  /** True when it is the change that is to be published. */
  isSame: boolean;
}

interface Push {
  pristine: string;
  remote: Remote;
  commit: string;
  /** The commit of an earlier run that it takes the place of. */
  replaces?: string;
}

/** What remotes say, with what to do. The first that fits is said. */
const hints = (variable: string): readonly Hint[] => [
  [
    /Authentication failed|could not read Username|401|invalid credentials/i,
    `The credential is missing or refused: set ${variable}.`,
  ],
  [
    /403|Permission .*denied|not allowed|access denied/i,
    'The credential may not push: a token needs contents: write on this repository.',
  ],
  [/pre-receive hook declined|hook declined/i, "The remote's own hook refused the push."],
  [/file size limit/i, 'A file of the change is too large for the forge.'],
  [
    /Could not resolve host|Connection refused|timed out|unable to access/i,
    'The host cannot be reached from here.',
  ],
];

const refOf = (context: StageContext): string => `refs/heads/${branchName(context.input.task.name)}`;

/** The sentence about a branch of the task's name that another has made. */
export function takenBranch(context: StageContext): string {
  const branch = branchName(context.input.task.name);
  return `The remote has a branch ${branch} already that is not this task's. Delete it or create the task under another name: ${deletion(context, branch)}`;
}

/** The command that deletes a branch of the task's repository. */
export const deletion = ({ input }: StageContext, branch: string): string =>
  `git push ${shellWord(input.spec.repos?.[0]?.input?.url ?? '')} --delete ${shellWord(branch)}`;

async function remoteTip(remote: Remote, ref: string): Promise<string | undefined> {
  const refs = await git(['ls-remote', ...remote.fetchFlags, '--', remote.url, ref], remote.options);
  return parseLsRemote(refs, ref);
}

/** A failure to talk to the remote, with a hint; the abort's own reason when the stage was told to end. */
export function pushFailure(context: StageContext, remote: Remote, error: unknown): StageError {
  context.signal.throwIfAborted();
  const branch = branchName(context.input.task.name);
  const hint = withheldHint(remote, error) ?? gitHint(context, error, hints);
  const sentence = [`Pushing ${branch} failed.`, hint].filter(Boolean).join(' ');
  return gitFailure('PushDenied', sentence, error);
}

/** What an earlier run of the same task pushed; undefined when the branch is not there. Throws PushDenied for a branch that is not ours. */
export async function findPushed(
  context: StageContext,
  { pristine, remote, stateOf }: Search,
): Promise<EarlierPush | undefined> {
  const ref = refOf(context);
  let there: string | undefined;
  try {
    there = await remoteTip(remote, ref);
    if (!there) return undefined;
    const refspec = `+${ref}:${PUSHED_REF}`;
    await git(['fetch', '--quiet', '--no-tags', ...remote.fetchFlags, '--', remote.url, refspec], {
      ...remote.options,
      gitDir: pristine,
    });
    there = await git(['rev-parse', '--verify', `${PUSHED_REF}^{commit}`], { gitDir: pristine });
  } catch (error) {
    throw pushFailure(context, remote, error);
  }
  const found = await stateOf(there);
  if (found === 'foreign') throw new StageError('PushDenied', takenBranch(context));
  const isSame = found === 'same';
  const what = isSame ? '' : ', with another change: the one that was checked now replaces it';
  context.log.line(`The branch was pushed by an earlier run of this task${what}`);
  return { commit: there, isSame };
}

/** Pushes the commit as the task's branch, which must not exist yet or be where it was found, and makes sure that the remote has it. Throws PushDenied. */
export async function pushChange(
  context: StageContext,
  { pristine, remote, commit, replaces = '' }: Push,
): Promise<void> {
  const ref = refOf(context);
  try {
    // An empty expectation after the colon: the branch must not exist.
    const flags = ['--quiet', '--no-verify', `--force-with-lease=${ref}:${replaces}`, ...remote.pushFlags];
    await git(['push', ...flags, '--', remote.url, `${commit}:${ref}`], {
      ...remote.options,
      gitDir: pristine,
    });
    const now = await remoteTip(remote, ref);
    if (now !== commit)
      throw new StageError(
        'PushDenied',
        `The remote took the push and has ${now ?? 'no branch'} at ${branchName(context.input.task.name)} instead of ${commit}. Look at the remote's hooks.`,
      );
  } catch (error) {
    throw pushFailure(context, remote, error);
  }
}
