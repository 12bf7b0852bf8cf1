import { Box, Text } from 'ink';
import stringWidth from 'string-width';
import type { AgenticSession } from '../../api/types.ts';
import { age } from '../../cli/output/age.ts';
import { canRetry } from '../../domain/phases.ts';
import { phaseOf, taskName } from '../../domain/task.ts';
import { cell, oneLine } from '../state/lines.ts';
import { phaseColor } from './phase.tsx';

interface Widths {
  project: number;
  name: number;
  step: number;
  old: number;
}

const PHASE = 9;
const PROGRESS = 4;
const AGE = 7;
const MOST_PROJECT = 20;
/** A name takes at most this part of a terminal. */
const MOST_NAME = 0.4;
/** Below this width there is no room for both project and age. */
const NARROW = 60;
/** Columns between two cells, and of the mark of the cursor. */
const GAP = 2;
const MARK = 2;

/** Columns for each cell; on a narrow terminal the step goes first, then names are cut. */
function widthsOf(tasks: readonly AgenticSession[], columns: number, withProject: boolean): Widths {
  const longest = (text: (task: AgenticSession) => string, least: number, most: number): number =>
    Math.min(
      most,
      tasks.reduce((width, task) => Math.max(width, stringWidth(text(task))), least),
    );
  const project = withProject ? longest(({ metadata }) => metadata.namespace, 7, MOST_PROJECT) : 0;
  const old = withProject && columns < NARROW ? 0 : AGE;
  const fixed = MARK + PHASE + PROGRESS + 2 * GAP + (old && old + GAP) + (project && project + GAP);
  const most = Math.min(columns - fixed, Math.floor(columns * MOST_NAME));
  const name = Math.max(4, longest(taskName, 4, most));
  return { project, name, old, step: Math.max(0, columns - fixed - name - GAP) };
}

function Row({ cells, color, isAt }: { cells: Cells; color?: string; isAt: boolean }) {
  const { widths, project, name, phase, progress, step, old } = cells;
  const gap = ' '.repeat(GAP);
  return (
    <Text wrap="truncate" inverse={isAt}>
      {isAt ? '> ' : '  '}
      {widths.project > 0 && cell(project, widths.project) + gap}
      {cell(name, widths.name) + gap}
      <Text color={color}>{phase.padEnd(PHASE)}</Text>
      {gap + progress.padStart(PROGRESS)}
      {widths.old > 0 && gap + old.padEnd(widths.old)}
      {widths.step > 0 && gap + oneLine(step, widths.step)}
    </Text>
  );
}

/** What a task is about now; of one that ended without success, why. */
const aboutOf = (task: AgenticSession): string =>
  (canRetry(phaseOf(task)) && task.status?.reason) || (task.status?.currentPhase ?? '');

interface Cells {
  widths: Widths;
  project: string;
  name: string;
  phase: string;
  progress: string;
  step: string;
  old: string;
}

export interface TableProps {
  tasks: readonly AgenticSession[];
  /** The place of the cursor; less than 0 for none. */
  at: number;
  rows: number;
  columns: number;
  withProject: boolean;
  now: number;
}

/** As many tasks as there are rows, with the cursor among them. */
export function TaskTable({ tasks, at, rows, columns, withProject, now }: TableProps) {
  const top = Math.max(0, Math.min(at - Math.floor(rows / 2), tasks.length - rows));
  const shown = tasks.slice(top, top + rows);
  const widths = widthsOf(shown, columns, withProject);
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">
        <Row
          isAt={false}
          cells={{
            widths,
            project: 'PROJECT',
            name: 'TASK',
            phase: 'PHASE',
            progress: '%',
            step: 'STEP',
            old: 'AGE',
          }}
        />
      </Text>
      {shown.map((task, row) => (
        <Row
          key={task.metadata.uid ?? task.metadata.name}
          isAt={top + row === at}
          color={phaseColor(phaseOf(task))}
          cells={{
            widths,
            project: task.metadata.namespace,
            name: taskName(task),
            phase: phaseOf(task),
            progress: `${task.status?.progress ?? 0}%`,
            step: aboutOf(task),
            old: age(task.metadata.creationTimestamp, new Date(now)),
          }}
        />
      ))}
    </Box>
  );
}
