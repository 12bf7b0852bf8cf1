import type { Detection } from './check.ts';

const HEADINGS = ['#', 'KIND', 'COMMAND', 'EVIDENCE'];

/** A table for people: order, kind, command and evidence, one check a line. Ends with a newline; notes are the caller's to show. */
export function formatChecks({ checks }: Detection): string {
  if (checks.length === 0) return 'No checks found: name some in .bgtask.yaml or with --check.\n';
  const rows = checks.map(({ kind, run, evidence }, index) => [
    `${index + 1}`,
    kind,
    oneLine(run),
    oneLine(evidence),
  ]);
  const table = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_heading, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const toLine = (row: string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return `${table.map((row) => toLine(row).trimEnd()).join('\n')}\n`;
}

/** Commands come from repositories: no line break or terminal escape of theirs reaches a screen. */
const oneLine = (text: string): string => text.replace(/\s*[\u0000-\u001f\u007f-\u009f]+\s*/g, ' ');
