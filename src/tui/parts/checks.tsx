import { Box, Text } from 'ink';
import type { AgenticSession } from '../../api/types.ts';
import { span, testFigures } from '../../domain/figures.ts';
import { oneLine } from '../state/lines.ts';

type Check = NonNullable<NonNullable<AgenticSession['status']>['checks']>[number];
type Result = Check['result'];

const SIGN: Record<Result, { sign: string; color: string }> = {
  passed: { sign: '✔', color: 'green' },
  failed: { sign: '✘', color: 'red' },
  skipped: { sign: '-', color: 'yellow' },
};
/** A check that fails as it does on the base fails nothing. */
const FAILED_BEFORE = { sign: '!', color: 'yellow' };
/** Columns of a sign, a result and the space after it. */
const MARK = 10;

function CheckLine({ check, columns }: { check: Check; columns: number }) {
  const { sign, color } = check.worse === false ? FAILED_BEFORE : SIGN[check.result];
  const words = [
    check.name,
    check.command,
    check.note && `(${check.note})`,
    check.tests && testFigures(check.tests),
    check.seconds !== undefined && span(check.seconds),
  ];
  return (
    <Text wrap="truncate">
      <Text color={color}>{`${sign} ${check.result}`.padEnd(MARK)}</Text>
      {oneLine(words.filter(Boolean).join('  '), columns - MARK)}
    </Text>
  );
}

function counted(checks: readonly Check[]): string {
  const count = (wanted: Result): number => checks.filter(({ result }) => result === wanted).length;
  return (['failed', 'passed', 'skipped'] as const)
    .flatMap((result) => (count(result) > 0 ? [`${count(result)} ${result}`] : []))
    .join(', ');
}

/** What the repository's checks said: the first `most` with a line each, the failed before the others; the rest are counted. */
export function Checks({ task, most, columns }: { task: AgenticSession; most: number; columns: number }) {
  const all = task.status?.checks ?? [];
  const sorted = [...all].sort((a, b) => Number(b.result === 'failed') - Number(a.result === 'failed'));
  const rest = sorted.slice(most);
  const before = most > 0 ? 'more checks' : 'checks';
  return (
    <Box flexDirection="column">
      {sorted.slice(0, most).map((check, at) => (
        <CheckLine key={`${at} ${check.name}`} check={check} columns={columns} />
      ))}
      {rest.length > 0 && <Text wrap="truncate">{oneLine(`${before}: ${counted(rest)}`, columns)}</Text>}
    </Box>
  );
}
