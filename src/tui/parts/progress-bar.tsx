import { Text } from 'ink';
import type { AgenticSession } from '../../api/types.ts';
import { phaseOf } from '../../domain/task.ts';
import { phaseColor } from './phase.tsx';

/** Columns of a bar at most, and of the figure behind it. */
const MOST = 60;
const FIGURE = 5;

/** How far a task is, from 0 to 100 per cent. */
export function ProgressBar({ task, columns }: { task: AgenticSession; columns: number }) {
  const percent = Math.max(0, Math.min(100, task.status?.progress ?? 0));
  const width = Math.max(1, Math.min(MOST, columns - FIGURE));
  const full = Math.floor((width * percent) / 100);
  return (
    <Text wrap="truncate">
      <Text color={phaseColor(phaseOf(task))}>{'█'.repeat(full)}</Text>
      <Text dimColor>{'░'.repeat(width - full)}</Text>
      {`${percent}%`.padStart(FIGURE)}
    </Text>
  );
}
