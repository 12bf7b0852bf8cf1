import type { AgenticSession } from '../api/types.ts';
import { adviceLine } from '../domain/advice.ts';
import { isFinished, phaseOf, prUrlOf, taskName, unprovenWords } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { type Awaited, awaitTask } from '../service/await-task.ts';
import { reportToCi } from './ci/report.ts';
import { EXIT, type CliContext, type GlobalOptions } from './context.ts';
import { toJsonLines } from './output/document.ts';
import { type OutputFormat, parseOutput } from './output/format.ts';
import { endWords } from './end-words.ts';
import { viewOptions } from './view-options.ts';
import { waitedCode } from './waited-code.ts';

/** What -o asks of a watcher. Throws OutputError. */
export const parseWatchOutput = (text: string | undefined): OutputFormat =>
  parseOutput(text, ['table', 'jsonl']);

/** What a person is told who stops looking at a task before its end. */
export const goesOn = (task: AgenticSession): string =>
  `Task "${taskName(task)}" goes on in the background. Follow it again: bgtask watch ${taskName(task)}    Stop it: bgtask cancel ${taskName(task)}`;

/** Lines of the log that a failure shows. */
const LOG_TAIL = 15;

const clock = (now: Date): string => now.toTimeString().slice(0, 8);

/** What a plain watcher says of a state; the same words are not said twice. */
const stateLine = (task: AgenticSession): string =>
  `${phaseOf(task).padEnd(9)} ${String(task.status?.progress ?? 0).padStart(3)}%  ${task.status?.currentPhase ?? ''}`.trimEnd();

/** Follows a task in lines on standard error, or objects with -o jsonl. */
function plainly(
  context: CliContext,
  engine: Engine,
  task: AgenticSession,
  format: OutputFormat,
): Promise<Awaited> {
  let last = '';
  const onChange = (state: AgenticSession): void => {
    if (format.kind === 'jsonl') return context.out(toJsonLines([state]));
    const line = stateLine(state);
    if (line !== last) context.say(`${clock(context.now())}  ${line}`);
    last = line;
  };
  return awaitTask(engine, task, { until: isFinished, signal: context.signal, onChange });
}

/** The view for a person who asked for no other output; undefined where there is no terminal for it. */
const viewFor = ({ views }: CliContext, { output, quiet }: GlobalOptions): CliContext['views'] =>
  output === undefined && !quiet ? views : undefined;

/**
 * Follows a task until it ends: in a view at a terminal, else in lines on standard error, and on standard output the pull request's URL, or objects with
 * -o jsonl. The exit code.
 */
export async function watchTask(
  context: CliContext,
  engine: Engine,
  task: AgenticSession,
  options: GlobalOptions,
): Promise<number> {
  const format = parseWatchOutput(options.output);
  await engine.ensureController(!isFinished(task));
  const load = viewFor(context, options);
  const seen = load
    ? await (await load()).watch(task, viewOptions(context, engine, options))
    : await plainly(context, engine, task, format);
  const code = waitedCode(task, seen);
  const { session } = seen;
  if (code === EXIT.interrupted || !session) context.say(goesOn(session ?? task));
  else if (format.kind !== 'jsonl') {
    await reportToCi(context, engine, session, options);
    conclude(context, session);
  }
  return code;
}

function conclude(context: CliContext, task: AgenticSession): void {
  const name = taskName(task);
  const url = prUrlOf(task);
  if (phaseOf(task) === 'Completed') {
    const unproven = unprovenWords(task);
    if (unproven) context.warn(unproven);
    context.say(
      url
        ? `${unproven ? 'Draft pull request' : 'Pull request'}:`
        : 'No changes were needed, so there is no pull request.',
    );
    if (url) context.out(`${url}\n`);
    return;
  }
  const log = (task.status?.logs ?? '').trimEnd();
  const tail = log === '' ? [] : log.split('\n').slice(-LOG_TAIL);
  if (tail.length > 0) context.say(['', ...tail.map((line) => `  | ${line}`), ''].join('\n'));
  context.warn(`task "${name}" is ${endWords(task)}`);
  context.say(adviceLine(task));
}
