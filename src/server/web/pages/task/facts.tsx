import type { ComponentChildren } from 'preact';
import type { TaskBody } from '../../../shapes/task-shapes.ts';
import { OutsideLink } from '../../parts/link.tsx';
import { Ago, Took } from '../../parts/time.tsx';
import { count, dollars, span } from '../../../../domain/figures.ts';
import { hasEnded } from '../../../../domain/phases.ts';

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="break">{children}</dd>
    </div>
  );
}

/** Where the task works, by what, since when. */
export function Facts({ task }: { task: TaskBody }) {
  const { repository, agent, startedAt, completedAt, templateId, parameters } = task;
  return (
    <section class="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Details</h2>
      <dl class="facts">
        <Fact name="Repository">
          <OutsideLink url={repository.url} />
        </Fact>
        <Fact name="Base branch">{repository.branch ?? "the repository's default"}</Fact>
        <Fact name="Agent">{[agent.type, agent.model].filter(Boolean).join(', ')}</Fact>
        {templateId && <Fact name="Template">{templateId}</Fact>}
        {Object.entries(parameters ?? {}).map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
        {startedAt && (
          <Fact name="Started">
            <Ago time={startedAt} />
          </Fact>
        )}
        {completedAt && (
          <Fact name="Ended">
            <Ago time={completedAt} />
          </Fact>
        )}
        {startedAt && (
          <Fact name={hasEnded(task.status) ? 'Took' : 'Running for'}>
            <Took from={startedAt} to={completedAt} />{' '}
            <span class="quiet">of at most {span(task.timeout)}</span>
          </Fact>
        )}
        <Fact name="Object">
          <code>{task.object}</code>
        </Fact>
      </dl>
    </section>
  );
}

/** What the agent used. */
export function Usage({ task: { usage } }: { task: TaskBody }) {
  if (!usage || Object.keys(usage).length === 0) return null;
  const { turns, inputTokens, outputTokens, costUSD, model } = usage;
  return (
    <section class="card" aria-labelledby="usage-title">
      <h2 id="usage-title">Usage</h2>
      <dl class="facts">
        {turns !== undefined && <Fact name="Turns">{turns}</Fact>}
        {inputTokens !== undefined && <Fact name="Tokens in">{count(inputTokens)}</Fact>}
        {outputTokens !== undefined && <Fact name="Tokens out">{count(outputTokens)}</Fact>}
        {costUSD !== undefined && <Fact name="Cost">{dollars(costUSD)}</Fact>}
        {model && <Fact name="Model">{model}</Fact>}
      </dl>
    </section>
  );
}

/** What the agent was told. */
export function Instructions({ task }: { task: TaskBody }) {
  return (
    <section class="card" aria-labelledby="instructions-title">
      <h2 id="instructions-title">Instructions</h2>
      <p class="text">{task.instructions}</p>
    </section>
  );
}
