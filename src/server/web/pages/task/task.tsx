import { useState } from 'preact/hooks';
import type { TaskBody } from '../../../shapes/task-shapes.ts';
import { handedWarnings } from '../../hooks/navigation.ts';
import { useTask } from '../../hooks/use-task.ts';
import { useTitle } from '../../hooks/use-title.ts';
import { PhaseChip } from '../../parts/chip.tsx';
import { PageLink } from '../../parts/link.tsx';
import { ConnectionNotice, Notice, Refusal } from '../../parts/notice.tsx';
import { Progress } from '../../parts/progress.tsx';
import { Ago } from '../../parts/time.tsx';
import { canRetry } from '../../../../domain/phases.ts';
import { nowWords } from '../../state/phases.ts';
import { pathOf } from '../../state/route.ts';
import { Actions } from './actions.tsx';
import { Changes } from './changes.tsx';
import { Checks } from './checks.tsx';
import { Facts, Instructions, Usage } from './facts.tsx';
import { Lineage } from './lineage.tsx';
import { Log } from './log.tsx';
import { Result } from './result.tsx';
import { Steps } from './steps.tsx';

/** One task, live. */
export function Task({ project, name }: { project: string; name: string }) {
  const { task, deleted, cancelled, connection, tryNow } = useTask(project, name);
  const [warnings] = useState(handedWarnings);
  useTitle(task ? `${task.status} · ${task.name}` : name);
  return (
    <>
      <ConnectionNotice connection={connection} tryNow={tryNow} />
      {connection.state === 'refused' && (
        <Unseen refusal={connection.refusal} project={project} name={name} />
      )}
      {deleted && (
        <Notice tone="warning" title="This task was removed.">
          What is shown here is how it was. <PageLink to={pathOf.tasks(project)}>Back to the tasks</PageLink>
        </Notice>
      )}
      {warnings.map((warning) => (
        <Notice key={warning} tone="warning">
          {warning}
        </Notice>
      ))}
      {!task && connection.state !== 'refused' && <p class="quiet">Loading {name} …</p>}
      {task && <Loaded task={task} deleted={deleted} onCancelled={cancelled} />}
    </>
  );
}

function Unseen({
  refusal,
  project,
  name,
}: {
  refusal: Parameters<typeof Refusal>[0]['refusal'];
  project: string;
  name: string;
}) {
  return (
    <>
      <h1 class="break">{name}</h1>
      <Refusal refusal={refusal} />
      <p>
        <PageLink to={pathOf.tasks(project)}>Back to the tasks of {project}</PageLink>
      </p>
    </>
  );
}

function Loaded({
  task,
  deleted,
  onCancelled,
}: {
  task: TaskBody;
  deleted: boolean;
  onCancelled: () => void;
}) {
  return (
    <>
      <header class="task-head">
        <div class="task-title">
          <h1 class="break">{task.name}</h1>
          <PhaseChip phase={task.status} />
        </div>
        <p class="quiet">
          by <span class="break">{task.creator || 'an unknown user'}</span>, <Ago time={task.createdAt} />
          {task.retryCount > 0 && `, retry ${task.retryCount}`}
        </p>
        {!deleted && <Actions task={task} onCancelled={onCancelled} />}
        <div class="task-progress">
          <Progress task={task} />
          <span aria-live="polite" aria-atomic="true">
            {canRetry(task.status) ? task.status : nowWords(task)}
          </span>
        </div>
      </header>
      <Result task={task} />
      <div class="columns">
        <div class="column">
          <Steps task={task} />
          <Checks task={task} />
          {!deleted && <Changes task={task} />}
          <Log key={task.uid} task={task} />
        </div>
        <aside class="column side" aria-label="About this task">
          <Facts task={task} />
          <Usage task={task} />
          <Lineage task={task} />
          <Instructions task={task} />
        </aside>
      </div>
    </>
  );
}
