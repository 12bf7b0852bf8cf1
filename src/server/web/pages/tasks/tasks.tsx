import { useState } from 'preact/hooks';
import { goTo } from '../../hooks/navigation.ts';
import { useTaskList } from '../../hooks/use-task-list.ts';
import { useTitle } from '../../hooks/use-title.ts';
import { PageLink } from '../../parts/link.tsx';
import { ConnectionNotice, Notice, Refusal } from '../../parts/notice.tsx';
import { pathOf, type Filters } from '../../state/route.ts';
import type { TaskListState } from '../../state/task-list.ts';
import { FilterBar } from './filter-bar.tsx';
import { TaskTable } from './task-table.tsx';

/** Tasks that are shown at first, and more with each press of the button; the API gives at most 1000. */
const PAGE = 50;
const MOST = 1000;

/** The tasks of a project, live. */
export function Tasks({ project, filters }: { project: string; filters: Filters }) {
  useTitle(`Tasks of ${project}`);
  const [limit, setLimit] = useState(PAGE);
  const { list, refusal, connection, tryNow } = useTaskList(project, filters, limit);
  const filter = (next: Filters): void => {
    setLimit(PAGE);
    goTo(pathOf.tasks(project, next), { replace: true });
  };
  const narrowed = Object.keys(filters).length > 0;
  const refused = refusal ?? (connection.state === 'refused' ? connection.refusal : undefined);
  return (
    <>
      <h1>Tasks</h1>
      <ConnectionNotice connection={connection} tryNow={tryNow} />
      {(narrowed || !list.loaded || list.items.length > 0) && (
        <FilterBar filters={filters} onFilter={filter} />
      )}
      {refused && <Refusal refusal={refused} />}
      {!refusal && (
        <Listing
          project={project}
          list={list}
          onMore={limit < MOST ? () => setLimit(limit + PAGE) : undefined}
          onClear={narrowed ? () => filter({}) : undefined}
        />
      )}
    </>
  );
}

interface ListingProps {
  project: string;
  list: TaskListState;
  /** Absent when the API would give no more. */
  onMore: (() => void) | undefined;
  /** Absent without filters. */
  onClear: (() => void) | undefined;
}

function Listing({ project, list: { items, total, loaded }, onMore, onClear }: ListingProps) {
  if (!loaded) return <p class="quiet">Loading the tasks …</p>;
  if (items.length === 0) return <Empty project={project} onClear={onClear} />;
  return (
    <>
      <TaskTable project={project} tasks={items} />
      <p class="quiet foot">
        <span role="status">{shown(items.length, total)}</span>
        {items.length < total && onMore && (
          <button type="button" class="button" onClick={onMore}>
            Show more
          </button>
        )}
      </p>
    </>
  );
}

const shown = (items: number, total: number): string =>
  items < total
    ? `${items} of ${total} tasks, the newest first`
    : `${total} ${total === 1 ? 'task' : 'tasks'}`;

function Empty({ project, onClear }: { project: string; onClear?: (() => void) | undefined }) {
  if (onClear)
    return (
      <Notice tone="info" title="No task passes these filters.">
        <button type="button" class="button" onClick={onClear}>
          Clear the filters
        </button>
      </Notice>
    );
  return (
    <section class="card empty">
      <h2>No tasks yet</h2>
      <p>
        Hand a coding chore to an agent: it works in the background, its change is proven by the repository's
        own checks, and you get a pull request.
      </p>
      <p>
        <PageLink to={pathOf.create(project)} class="button button-main">
          Send the first task
        </PageLink>
      </p>
      <p class="quiet">
        Or from a terminal:{' '}
        <code>bgtask create fix-lint -n {project} --repo URL -m "Fix all linter errors"</code>
      </p>
    </section>
  );
}
