import { Box, Text } from 'ink';
import { canRetry } from '../domain/phases.ts';
import { isFinished, phaseOf, taskName } from '../domain/task.ts';
import { Checks } from './parts/checks.tsx';
import { Footer, type FooterWords } from './parts/footer.tsx';
import { Help, type KeyTable } from './parts/help.tsx';
import { LogPane } from './parts/log-pane.tsx';
import { ProgressBar } from './parts/progress-bar.tsx';
import { CurrentStep, Steps } from './parts/steps.tsx';
import { Title } from './parts/title.tsx';
import { layoutOf } from './state/layout.ts';
import { timedSteps } from './state/step-times.ts';
import type { TaskView } from './state/task-state.ts';

const KEYS: KeyTable = [
  ['↑ ↓', 'scroll the log by a line'],
  ['PgUp PgDn', 'scroll it by a page'],
  ['Home End', 'first line; end, and on'],
  ['c', 'cancel it (asks first)'],
  ['r', 'try it again, if it failed'],
  ['Esc', 'back to the list'],
  ['q Ctrl-C', 'quit: the task goes on'],
];

/** From this width on a key's consequence is named in the footer. */
const WIDE = 70;
const BUSY = { cancel: 'Cancelling …', retry: 'Trying again …' } as const;

function footerOf({ task, question, busy, notice, inside, size }: TaskView): FooterWords {
  const quit = size.columns >= WIDE && !isFinished(task) ? 'q quit, the task goes on' : 'q quit';
  const act = canRetry(phaseOf(task)) ? 'r retry' : isFinished(task) ? '' : 'c cancel';
  const keys = [inside && 'Esc back', act, quit, '↑↓ scroll', '? help'].filter(Boolean).join('  ');
  return {
    question: question && `Cancel task "${taskName(task)}"?`,
    notice: notice ?? (busy && BUSY[busy]),
    keys,
  };
}

const Lines = ({ lines, color }: { lines: readonly string[]; color?: string }) =>
  lines.map((line, at) => (
    <Text key={at} color={color} wrap="truncate">
      {line}
    </Text>
  ));

/** What stays true when a task is no longer followed: how it stands, its steps, figures and checks. */
function Facts({ view, short }: { view: TaskView; short?: boolean }) {
  const { task, size, now } = view;
  const { columns } = size;
  const { steps, facts, checks } = layoutOf(view);
  const timed = timedSteps(task, view.times, now);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Title task={task} now={now} columns={columns} />
      {!short && <ProgressBar task={task} columns={columns} />}
      {!short && steps === 'all' && <Steps steps={timed} columns={columns} />}
      {!short && steps === 'one' && <CurrentStep steps={timed} columns={columns} />}
      {!short && <Lines lines={facts} />}
      {!short && <Checks task={task} most={checks} columns={columns} />}
    </Box>
  );
}

/** How a task ended, at length. */
function Ending({ view }: { view: TaskView }) {
  const { error, link } = layoutOf(view);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Lines lines={error} color="red" />
      <Lines lines={link} color="green" />
    </Box>
  );
}

/** One task, over the whole terminal but its last row. */
export function TaskScreen({ view }: { view: TaskView }) {
  const { size, help } = view;
  const { log } = layoutOf(view);
  return (
    <Box flexDirection="column" width={size.columns} height={Math.max(1, size.rows - 1)} overflow="hidden">
      <Facts view={view} short={help} />
      {help ? (
        <Help table={KEYS} columns={size.columns} />
      ) : (
        <Box flexDirection="column" flexGrow={1}>
          <Ending view={view} />
          {log > 0 && <LogPane view={view} rows={log} />}
        </Box>
      )}
      <Footer words={footerOf(view)} columns={size.columns} />
    </Box>
  );
}

/** What stays in the terminal when the view is left: the words that follow it say how the task ended. */
export const LastFrame = ({ view }: { view: TaskView }) => (
  <Box flexDirection="column" width={view.size.columns}>
    <Facts view={view} />
  </Box>
);
