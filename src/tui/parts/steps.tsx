import { Box, Text } from 'ink';
import { span } from '../../domain/figures.ts';
import { stateWords, type StepState } from '../../domain/steps.ts';
import { cell, oneLine } from '../state/lines.ts';
import type { TimedStep } from '../state/step-times.ts';

const SIGN: Record<StepState, { sign: string; color?: string }> = {
  done: { sign: '✔', color: 'green' },
  active: { sign: '▸', color: 'cyan' },
  failed: { sign: '✘', color: 'red' },
  stopped: { sign: '■', color: 'yellow' },
  waiting: { sign: '·' },
  unreached: { sign: '-' },
  skipped: { sign: '-' },
};

/** Columns of a step's name, of its time at most, and of its sign with a space. */
const LABEL = 23;
const TIME = 12;
const MARK = 2;
/** Farther apart a step and its time would not be read as one. */
const MOST = 100;

const timeOf = ({ seconds, state }: TimedStep): string =>
  seconds === undefined ? '' : span(state === 'active' ? Math.floor(seconds) : seconds);

function StepLine({ step, columns }: { step: TimedStep; columns: number }) {
  const { sign, color } = SIGN[step.state];
  const words = Math.min(columns, MOST) - MARK - LABEL - TIME - 2;
  return (
    <Text wrap="truncate">
      <Text color={color}>{`${sign} `}</Text>
      <Text bold={step.state === 'active'}>{cell(step.label, LABEL)}</Text>
      {words > 0 && <Text dimColor>{` ${cell(step.note ?? stateWords(step.state), words)} `}</Text>}
      {timeOf(step).padStart(TIME)}
    </Text>
  );
}

/** The steps of a task, a line each, with how long they took. */
export const Steps = ({ steps, columns }: { steps: readonly TimedStep[]; columns: number }) => (
  <Box flexDirection="column">
    {steps.map((step) => (
      <StepLine key={step.label} step={step} columns={columns} />
    ))}
  </Box>
);

const LAST_SEEN: readonly StepState[] = ['active', 'failed', 'stopped'];

/** The one step that a task is at, where there is no room for all. */
export function CurrentStep({ steps, columns }: { steps: readonly TimedStep[]; columns: number }) {
  const found = steps.findIndex(({ state }) => LAST_SEEN.includes(state));
  const at = found < 0 ? steps.length - 1 : found;
  const step = steps[at];
  if (!step) return null;
  const { sign, color } = SIGN[step.state];
  const words = [step.label, step.note ?? stateWords(step.state), timeOf(step)].filter(Boolean).join(' · ');
  return (
    <Text wrap="truncate">
      <Text color={color}>{`${sign} `}</Text>
      {oneLine(`${at + 1}/${steps.length} ${words}`, columns - MARK)}
    </Text>
  );
}
