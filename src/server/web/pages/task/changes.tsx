import { useState } from 'preact/hooks';
import type { TaskBody } from '../../../shapes/task-shapes.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { at } from '../../net/api.ts';
import { type FileDiff, readDiff } from '../../state/diff.ts';

/** Files whose lines are open at first: a change of many files is read from its list. */
const OPEN = 20;

/** The diff of the change that the agent made, where it is kept: however the task ended. */
export function Changes({ task }: { task: TaskBody }) {
  const { change } = task;
  if (!change) return null;
  const { files, added, removed, note } = change;
  return (
    <section aria-labelledby="changes-title">
      <h2 id="changes-title">Diff</h2>
      {files !== undefined && (
        <p class="quiet">
          {files} {files === 1 ? 'file' : 'files'}, +{added ?? 0} −{removed ?? 0}. In a checkout:{' '}
          <code class="break">bgtask apply {task.name}</code>
        </p>
      )}
      {note && <p class="quiet">{note}</p>}
      {change.digest && <Patch task={task} digest={change.digest} />}
    </section>
  );
}

function Patch({ task, digest }: { task: TaskBody; digest: string }) {
  const { answer, error } = useAnswer(
    async (api, signal) =>
      readDiff(await (await api.open(`${at.task(task.project, task.name)}/diff`, { signal })).text()),
    [task.project, task.name, digest],
  );
  if (error) return <p class="quiet">The diff cannot be shown: {error.message}</p>;
  if (!answer) return <p class="quiet">Loading the diff …</p>;
  return (
    <>
      {answer.files.map((file, place) => (
        <File key={`${place} ${file.name}`} file={file} isOpen={place < OPEN} />
      ))}
      {answer.left > 0 && (
        <p class="quiet">
          {answer.left} more lines are not shown here: <code class="break">bgtask diff {task.name}</code>
        </p>
      )}
    </>
  );
}

function File({ file, isOpen }: { file: FileDiff; isOpen: boolean }) {
  const [open, setOpen] = useState(isOpen);
  const { name, notes, added, removed, lines } = file;
  return (
    <details class="diff" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span class="break">{name}</span>
        <span class="quiet">{[...notes, `+${added} −${removed}`].join(' · ')}</span>
      </summary>
      {open && lines.length > 0 && (
        // A region that scrolls sideways must be reached with the keyboard.
        <div class="diff-lines" role="group" aria-label={`Lines of ${name}`} tabIndex={0}>
          <pre>
            {lines.map(([kind, text], place) => (
              <span key={place} class={`diff-${kind}`}>
                {text}
                {'\n'}
              </span>
            ))}
          </pre>
        </div>
      )}
    </details>
  );
}
