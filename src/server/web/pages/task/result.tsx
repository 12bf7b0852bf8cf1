import type { TaskBody } from '../../../shapes/task-shapes.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { OutsideLink } from '../../parts/link.tsx';
import { Notice } from '../../parts/notice.tsx';
import { safeLink } from '../../state/safe-link.ts';

/** What came of the task: its pull request, or why there is none and what to do. */
export function Result({ task }: { task: TaskBody }) {
  const { status, prUrl, error, reason, validation } = task;
  return (
    <>
      {status === 'Completed' && validation && !validation.proven && (
        <Notice tone="warning" title="This change is not proved.">
          {validation.message}
        </Notice>
      )}
      {prUrl !== null && <PullRequest task={task} url={prUrl} />}
      {prUrl === null && status === 'Completed' && (
        <Notice tone="good" title="Nothing had to change.">
          {error ?? 'The agent left the repository as it is, so there is no pull request.'}
        </Notice>
      )}
      {status !== 'Completed' && error !== null && (
        <Notice tone={status === 'Stopped' ? 'info' : 'bad'} title={reason ?? status}>
          {error}
        </Notice>
      )}
    </>
  );
}

function PullRequest({ task, url }: { task: TaskBody; url: string }) {
  const { changes, branch, commit } = task;
  return (
    <section class="notice notice-good pull-request" aria-labelledby="pr-title">
      <h2 id="pr-title">Pull request</h2>
      <p class="pull-request-url">
        <OutsideLink url={url} />
        {safeLink(url) === undefined && <CopyButton text={url} what="the pull request's address" />}
      </p>
      <p class="quiet">
        {branch && (
          <>
            Branch <code class="break">{branch}</code>
            {commit && (
              <>
                {' '}
                at <code>{commit.slice(0, 10)}</code>
              </>
            )}
          </>
        )}
        {changes &&
          ` · ${changes.files} ${changes.files === 1 ? 'file' : 'files'}, +${changes.added} −${changes.removed}`}
      </p>
    </section>
  );
}
