import { clip, plainText } from './text.ts';

/** The author when the settings name none. `.invalid` is no one's domain (RFC 2606), so a forge gives the commit to no stranger's account. */
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

/**
 * The message of a task's commit. The instructions stand in it indented: a line that begins a patch, a header or a trailer at the left margin is read as
 * one by whoever takes the commit from a mail or a patch file.
 */
export function commitMessage(task: { name: string; uid: string; creator: string; prompt: string }): string {
  const instructions = clip(plainText(task.prompt), INSTRUCTIONS_MAX).trim();
  return withoutCiSwitches(
    [
      `[Background Task] ${task.name}`,
      '',
      instructions.replace(/^(?=.)/gm, '    '),
      '',
      `Requested-by: ${plainText(task.creator).replace(/\s+/g, ' ')}`,
      `${TASK_TRAILER}: ${task.uid}`,
    ].join('\n'),
  );
}
