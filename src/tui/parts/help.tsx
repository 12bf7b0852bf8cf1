import { Box, Text } from 'ink';
import { cut } from '../state/lines.ts';

/** Keys and what they do. */
export type KeyTable = readonly (readonly [keys: string, does: string])[];

const KEYS = 13;

export const Help = ({ table, columns }: { table: KeyTable; columns: number }) => (
  <Box flexDirection="column" flexGrow={1}>
    {table.map(([keys, does]) => (
      <Text key={keys} wrap="truncate">
        {cut(keys.padEnd(KEYS) + does, columns)}
      </Text>
    ))}
  </Box>
);
