import { Box, Text } from 'ink';
import { shownLog } from '../state/layout.ts';
import { cut } from '../state/lines.ts';
import type { TaskView } from '../state/task-state.ts';

/** The log from where it was scrolled to, or its end, in `rows` lines below a heading. */
export function LogPane({ view, rows }: { view: TaskView; rows: number }) {
  const { columns } = view.size;
  const { lines, where } = shownLog(view, rows);
  const heading = where ? `── log ── ${where} ` : '── log ';
  return (
    <Box flexDirection="column" height={rows + 1}>
      <Text dimColor wrap="truncate">
        {heading.padEnd(columns, '─').slice(0, columns)}
      </Text>
      {lines.map((line, at) => (
        <Text key={at} wrap="truncate">
          {cut(line, columns) || ' '}
        </Text>
      ))}
    </Box>
  );
}
