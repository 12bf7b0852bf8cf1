import type { TaskBody } from '../../../shapes/task-shapes.ts';
import { Sign } from '../../parts/chip.tsx';
import { span } from '../../../../domain/figures.ts';
import { stateWords, stepSeconds, stepsOf, type StepState } from '../../../../domain/steps.ts';

const SIGNS: Record<StepState, string> = {
  done: 'M4.5 8.5l2.5 2.5 4.5-5.5',
  active: 'M8 2.5a5.5 5.5 0 0 1 5.5 5.5',
  failed: 'M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6',
  stopped: 'M5 5h6v6h-6z',
  waiting: 'M8 8h.01',
  unreached: 'M5 8h6',
  skipped: 'M5 8h6',
};

/** How long a step took; empty while it runs, and where the operator did not tell. */
function timeOf({ steps }: TaskBody, name: string): string {
  const step = steps.find((each) => each.name === name);
  const seconds = step && stepSeconds(step);
  return seconds === undefined ? '' : span(seconds);
}

/** The steps of the task's life, each with how far it is. */
export function Steps({ task }: { task: TaskBody }) {
  return (
    <section aria-labelledby="steps-title">
      <h2 id="steps-title">Steps</h2>
      <ol class="steps">
        {stepsOf(task).map(({ name, label, state, note }) => (
          <li
            key={name}
            class={`step step-${state}`}
            {...(state === 'active' && { 'aria-current': 'step' as const })}
          >
            <span class="step-sign">
              <Sign path={SIGNS[state]} turns={state === 'active'} />
            </span>
            <span class="step-label">{label}</span>
            <span class="step-words">
              {[note ?? stateWords(state), timeOf(task, name)].filter(Boolean).join(', ')}
            </span>
            {note !== undefined && <span class="hidden">, {stateWords(state)}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
