import { clip, plainText } from './text.ts';

/** The author if the settings do not name one. A domain below `.invalid` cannot be registered (RFC 2606), so a forge links the commit to no account. */
export const DEFAULT_AUTHOR = { name: 'bgtask', email: 'bgtask@bgtask.invalid' };

/** The trailer by which a later run of publish knows a commit for its own. */
export const TASK_TRAILER = 'Background-Task-Id';

/** Characters of the instructions in the message; the pull request has them all. */
const INSTRUCTIONS_MAX = 1000;

/**
 * A text in which no CI finds the word to stay away: `[skip ci]`, `[no ci]`, `[ci skip]`, `[skip actions]` and their like become `(skip ci)`, and Azure's
 * `***NO_CI***` loses its stars. The forge's own CI has the last word on a change, and instructions may quote what strangers wrote.
 */
export const withoutCiSwitches = (text: string): string =>
  text.replace(/\[([^[\]\n]*\b(?:skip|no)\b[^[\]\n]*)\]/gi, '($1)').replace(/\*+(no_ci)\*+/gi, '$1');

/** A title by Conventional Commits, as `fix(api): say x`. */
const CONVENTIONAL = /^[a-z][\w-]*(?:\([^()\s]+\))?!?: \S/i;

/**
 * The title of a task's commit and pull request, at most `max` characters. A conventional title stays in front, since a linter of titles reads
 * the beginning: `fix: say x [Background Task] house1`. Before any other stands `[Background Task] house1: `, and before instructions (`isTitle` is false), which
 * may begin with a word and a colon.
 */
export function taskTitle(name: string, text: string, max: number, isTitle = true): string {
  const marker = `[Background Task] ${name}`;
  if (!isTitle || !CONVENTIONAL.test(text)) return clip(text ? `${marker}: ${text}` : marker, max);
  return `${clip(text, max - marker.length - 1)} ${marker}`;
}

/** What a commit's message says of its task. */
export interface CommitFacts {
  name: string;
  uid: string;
  creator: string;
  prompt: string;
  /** The title that the task gives its pull request; the commit's subject follows it where it is conventional. */
  title?: string;
  /** `Name <address>` of who signs the change off (Developer Certificate of Origin). */
  signedOffBy?: string;
}

/** Characters of a subject: commitlint's limit of a header by its conventional rules. */
const SUBJECT_MAX = 100;

/**
 * The message of a task's commit. The instructions in it are indented: tools that read a commit from a mail or a patch file (git am) take a line
 * at the left margin that looks like a patch, a header or a trailer for a real one.
 */
export function commitMessage(task: CommitFacts): string {
  const title = plainText(task.title ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  const subject = taskTitle(task.name, CONVENTIONAL.test(title) ? title : '', SUBJECT_MAX);
  const instructions = clip(plainText(task.prompt), INSTRUCTIONS_MAX).trim();
  return withoutCiSwitches(
    [
      subject,
      '',
      instructions.replace(/^(?=.)/gm, '    '),
      '',
      `Requested-by: ${plainText(task.creator).replace(/\s+/g, ' ')}`,
      `${TASK_TRAILER}: ${task.uid}`,
      ...(task.signedOffBy ? [`Signed-off-by: ${task.signedOffBy}`] : []),
    ].join('\n'),
  );
}
