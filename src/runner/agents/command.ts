import { StageError } from '../../domain/reasons.ts';
import type { Agent, AgentRequest, AgentResult } from './agent.ts';
import { brief, discreet, runAgentProcess, throwIfAborted } from './cli.ts';

/** Any shell command: codemods, and repositories without a model key. It gets the prompt on standard input. */
export const command: Agent = discreet({
  name: 'command',
  label: 'A command of yours',
  keys: [],
  variables: [],
  repairs: false,
  run: runCommand,
});

async function runCommand(request: AgentRequest): Promise<AgentResult> {
  const { spec, prompt, cwd, env, signal } = request;
  if (!spec.run) {
    throw new StageError(
      'InvalidTask',
      'The agent command needs agent.run: the shell command that makes the change.',
    );
  }
  let last = '';
  const onLine = (line: string): void => {
    if (line.trim() !== '') last = line;
    request.log(line);
  };
  const outcome = await runAgentProcess(request, {
    command: 'sh',
    args: ['-c', spec.run],
    cwd,
    env,
    input: prompt,
    onLine,
    signal,
  });
  throwIfAborted(signal);
  if (outcome.exitCode === 0) return { usage: {} };
  const end =
    outcome.startError ??
    (outcome.signal
      ? `The command was ended by ${outcome.signal}`
      : `The command exited with code ${outcome.exitCode ?? 'unknown'}`);
  throw new StageError('AgentFailed', last === '' ? end : `${end}: ${brief(last)}`);
}
