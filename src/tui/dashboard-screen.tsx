import { Box, Text } from 'ink';
import { phaseOf, taskName } from '../domain/task.ts';
import { Footer, type FooterWords } from './parts/footer.tsx';
import { Help, type KeyTable } from './parts/help.tsx';
import { TaskTable } from './parts/task-table.tsx';
import { cursorOf, type Dashboard, rowsOf, shownTasks } from './state/dashboard.ts';
import { oneLine } from './state/lines.ts';
import { TaskScreen } from './task-screen.tsx';

const KEYS: KeyTable = [
  ['↑ ↓', 'move; PgUp PgDn Home End'],
  ['Enter', 'open the task'],
  ['/', 'filter; Esc shows all'],
  ['c', 'cancel it (asks first)'],
  ['r', 'try it again, if it failed'],
  ['q Ctrl-C', 'quit: the tasks go on'],
];

const footerOf = ({ question, notice }: Dashboard): FooterWords => ({
  question: question && `Cancel task "${taskName(question)}"?`,
  notice,
  keys: 'q quit  ↑↓ Enter  / filter  c cancel  r retry  ? help',
});

function titleOf(view: Dashboard, shown: number): string {
  const { tasks, project, synced } = view;
  const active = [...tasks.values()].filter((task) => ['Creating', 'Running'].includes(phaseOf(task))).length;
  const where = project === undefined ? 'all projects' : `project ${project}`;
  const many = shown === tasks.size ? String(shown) : `${shown} of ${tasks.size}`;
  return `${where} · ${many} ${tasks.size === 1 ? 'task' : 'tasks'} · ${active} running${synced ? '' : ' …'}`;
}

const nothing = ({ synced, filter }: Dashboard): string => {
  if (!synced) return 'Looking …';
  return filter ? 'No task matches.' : 'No tasks here yet: they show up as they are made.';
};

function List({ view }: { view: Dashboard }) {
  const shown = shownTasks(view);
  const { size, project, now, typing, filter } = view;
  return (
    <Box flexDirection="column" flexGrow={1}>
      <Text bold wrap="truncate">
        {oneLine(titleOf(view, shown.length), size.columns)}
      </Text>
      <Text wrap="truncate" color="yellow">
        {typing || filter ? oneLine(`/${filter}${typing ? '▏' : ''}`, size.columns) : ' '}
      </Text>
      {view.help ? (
        <Help table={KEYS} columns={size.columns} />
      ) : (
        <TaskTable
          tasks={shown}
          at={cursorOf(view, shown)}
          rows={rowsOf(view)}
          columns={size.columns}
          withProject={project === undefined}
          now={now}
        />
      )}
      {shown.length === 0 && !view.help && (
        <Text wrap="truncate">{oneLine(nothing(view), size.columns)}</Text>
      )}
    </Box>
  );
}

/** The list of tasks, or the one that was opened, over the whole terminal but its last row. */
export function DashboardScreen({ view }: { view: Dashboard }) {
  const { size, open } = view;
  if (open) return <TaskScreen view={open} />;
  return (
    <Box flexDirection="column" width={size.columns} height={Math.max(1, size.rows - 1)} overflow="hidden">
      <List view={view} />
      <Footer words={footerOf(view)} columns={size.columns} />
    </Box>
  );
}

/** What stays in the terminal when the list is left. */
export const LastList = ({ view }: { view: Dashboard }) => (
  <Box flexDirection="column" width={view.size.columns}>
    <List view={view} />
  </Box>
);
