import type { TaskBody, TaskSummaryBody } from '../../../shapes/task-shapes.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { at } from '../../net/api.ts';
import { PhaseChip } from '../../parts/chip.tsx';
import { PageLink } from '../../parts/link.tsx';
import { pathOf } from '../../state/route.ts';
import { lineageOf } from '../../state/task-list.ts';

/** The tries of the same chore. Only tasks of the same repository can be among them. */
export function Lineage({ task }: { task: TaskBody }) {
  const query = new URLSearchParams({ repo: task.repository.url, limit: '1000' }).toString();
  const { answer } = useAnswer(
    (api, signal) => api.json<{ items: TaskSummaryBody[] }>(`${at.tasks(task.project)}?${query}`, { signal }),
    [task.project, query, task.status],
  );
  const lineage = lineageOf(task, answer?.items ?? []);
  if (lineage.length < 2) return null;
  return (
    <section class="card" aria-labelledby="lineage-title">
      <h2 id="lineage-title">Tries</h2>
      <ol class="plain-list lineage">
        {lineage.map((other) => (
          <li key={other.uid}>
            <PhaseChip phase={other.uid === task.uid ? task.status : other.status} />
            {other.uid === task.uid ? (
              <span class="break" aria-current="true">
                {other.name} <span class="quiet">(this one)</span>
              </span>
            ) : (
              <PageLink to={pathOf.task(other.project, other.name)} class="break">
                {other.name}
              </PageLink>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
