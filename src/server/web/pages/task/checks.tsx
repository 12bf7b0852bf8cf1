import type { TaskBody } from '../../../shapes/task-shapes.ts';
import { Sign } from '../../parts/chip.tsx';
import { span, testFigures } from '../../../../domain/figures.ts';
import { hasEnded } from '../../../../domain/phases.ts';

type Check = TaskBody['checks'][number];

const RESULTS: Record<Check['result'], { sign: string; words: string }> = {
  passed: { sign: 'M4.5 8.5l2.5 2.5 4.5-5.5', words: 'Passed' },
  failed: { sign: 'M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6', words: 'Failed' },
  skipped: { sign: 'M5 8h6', words: 'Skipped' },
};

/** The commands that judged the change, and what each said. */
export function Checks({ task }: { task: TaskBody }) {
  return (
    <section aria-labelledby="checks-title">
      <h2 id="checks-title">Checks</h2>
      {task.checks.length === 0 ? (
        <p class="quiet">
          {hasEnded(task.status)
            ? 'No check was run.'
            : "The repository's own checks are run when the change is made."}
        </p>
      ) : (
        <ul class="checks">
          {task.checks.map((check, at) => (
            <CheckLine key={`${at} ${check.name}`} check={check} />
          ))}
        </ul>
      )}
    </section>
  );
}

function CheckLine({ check }: { check: Check }) {
  const failedBefore = check.result === 'failed' && check.worse === false;
  const shown = failedBefore ? 'skipped' : check.result;
  const { sign } = RESULTS[shown] ?? RESULTS.skipped;
  const words = failedBefore ? 'Failed before' : (RESULTS[check.result] ?? RESULTS.skipped).words;
  return (
    <li class={`check check-${shown}`}>
      <span class={`chip chip-${shown}`}>
        <Sign path={sign} />
        {words}
      </span>
      <span class="check-name break">{check.name}</span>
      {check.command && <code class="break">{check.command}</code>}
      <span class="quiet">
        {[
          check.note,
          check.exitCode !== undefined && check.exitCode !== 0 && `exit code ${check.exitCode}`,
          check.tests && testFigures(check.tests),
          check.tests?.newFailures?.length && `new failures: ${check.tests.newFailures.join(', ')}`,
          check.seconds !== undefined && span(check.seconds),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </li>
  );
}
