import { Box, Text } from 'ink';
import type { AgenticSession } from '../../api/types.ts';
import { age } from '../../cli/output/age.ts';
import { phaseOf, taskName } from '../../domain/task.ts';
import { oneLine } from '../state/lines.ts';
import { Chip } from './phase.tsx';

/** From this width on the project is named. */
const WIDE = 60;

/** Which task it is, how it stands, and how old it is. */
export function Title({ task, now, columns }: { task: AgenticSession; now: number; columns: number }) {
  const phase = phaseOf(task);
  const old = `age ${age(task.metadata.creationTimestamp, new Date(now))}`;
  const right = columns >= WIDE ? `${oneLine(task.metadata.namespace, 20)} · ${old}` : old;
  // The chip has a space on each side, and one before it and after it.
  const room = columns - right.length - phase.length - 4;
  return (
    <Box justifyContent="space-between">
      <Box gap={1}>
        <Text bold>{oneLine(taskName(task), room)}</Text>
        <Chip phase={phase} />
      </Box>
      <Text dimColor>{right}</Text>
    </Box>
  );
}
