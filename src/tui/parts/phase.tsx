import { Text } from 'ink';
import type { Phase } from '../../api/types.ts';

const COLOR: Record<Phase, string> = {
  Pending: 'gray',
  Creating: 'cyan',
  Running: 'cyan',
  Completed: 'green',
  Failed: 'red',
  Timeout: 'red',
  Stopped: 'yellow',
};
export const phaseColor = (phase: Phase): string => COLOR[phase];

/** A task's phase: by its word, and by colour where there are colours. */
export const Chip = ({ phase }: { phase: Phase }) => (
  <Text inverse bold color={COLOR[phase]}>{` ${phase} `}</Text>
);
