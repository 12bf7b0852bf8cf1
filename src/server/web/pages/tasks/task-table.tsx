import type { TaskSummaryBody } from '../../../shapes/task-shapes.ts';
import { PhaseChip } from '../../parts/chip.tsx';
import { OutsideLink, PageLink } from '../../parts/link.tsx';
import { Progress } from '../../parts/progress.tsx';
import { Ago } from '../../parts/time.tsx';
import { hasEnded } from '../../../../domain/phases.ts';
import { nowWords } from '../../state/phases.ts';
import { pathOf } from '../../state/route.ts';
import { repositoryLabel, safeLink } from '../../state/safe-link.ts';

const COLUMNS = ['Task', 'Status', 'Progress', 'Repository', 'Pull request', 'Creator', 'Created'];

/** Tasks as a table; cards where there is no room. The roles are named because a browser forgets them with the table's look. */
export function TaskTable({ project, tasks }: { project: string; tasks: readonly TaskSummaryBody[] }) {
  return (
    <table class="tasks" role="table" aria-label="Tasks">
      <thead role="rowgroup">
        <tr role="row">
          {COLUMNS.map((column) => (
            <th key={column} scope="col" role="columnheader">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {tasks.map((task) => (
          <TaskRow key={task.uid} project={project} task={task} />
        ))}
      </tbody>
    </table>
  );
}

function TaskRow({ project, task }: { project: string; task: TaskSummaryBody }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-name">
        <PageLink to={pathOf.task(project, task.name)} class="break">
          {task.name}
        </PageLink>
      </th>
      <td role="cell" class="cell-status">
        <PhaseChip phase={task.status} />
      </td>
      <td role="cell" class="cell-progress">
        {!hasEnded(task.status) && <Progress task={task} />}
        <span class="quiet phase break">{nowWords(task)}</span>
      </td>
      <td role="cell" data-label="Repository">
        <span class="break" title={task.repository.url}>
          {repositoryLabel(task.repository.url)}
        </span>
      </td>
      <td role="cell" data-label="Pull request">
        <PullRequestCell url={task.prUrl} />
      </td>
      <td role="cell" data-label="Creator">
        <span class="break">{task.creator}</span>
      </td>
      <td role="cell" data-label="Created">
        <Ago time={task.createdAt} />
      </td>
    </tr>
  );
}

function PullRequestCell({ url }: { url: string | null }) {
  if (url === null) return <span class="quiet">none</span>;
  if (safeLink(url) === undefined) return <span title={url}>a file</span>;
  return <OutsideLink url={url}>{/\/\d+$/.exec(url)?.[0].replace('/', '#') ?? 'open'}</OutsideLink>;
}
