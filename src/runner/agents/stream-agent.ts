import { ModelUnavailableError, StageError } from '../../domain/reasons.ts';
import { clip } from '../../domain/text.ts';
import type { AgentGateway } from '../gateway/model-api.ts';
import type { Agent, AgentRequest, AgentResult } from './agent.ts';
import { brief, type Cli, discreet, MAX_SUMMARY, runCli, withoutResult } from './cli.ts';
import { resetTime } from './reset-time.ts';
import { type Earlier, type StreamEvent, StreamRun } from './stream-run.ts';

/** An agent whose program prints one JSON object a line. */
export interface StreamCli extends Cli {
  name: string;
  label: string;
  keys: readonly string[];
  variables: readonly string[];
  folders: readonly string[];
  instructions?: RegExp;
  gateway: AgentGateway;
  /** See Agent. */
  tested?: string;
  oldest?: string;
  /** False when its stream has no prices, so that a budget cannot be kept. */
  priced: boolean;
  /** True when a continued conversation's figures begin with those of its earlier runs. */
  cumulative?: boolean;
  /** `session` of the request is as the stream named it. */
  args(request: AgentRequest): string[];
  env?(request: AgentRequest): Record<string, string>;
  /** Writes what its program reads when it starts. */
  prepare?(request: AgentRequest): Promise<void>;
  /** Pure; gets the parsed line. */
  read(json: unknown): StreamEvent[];
}

/** Seconds that a program may take to exit after its last event. */
const EXIT_GRACE = 10;

/** The agent of such a program. Turns and, where it is priced, the budget are enforced here: its events are counted. */
export function streamAgent(cli: StreamCli): Agent {
  const { name, label, binary, keys, variables, folders, instructions, install, tested, oldest, gateway } =
    cli;
  return discreet({
    name,
    label,
    binary,
    keys,
    variables,
    folders,
    ...(instructions && { instructions }),
    programVariable: cli.variable,
    install,
    tested,
    oldest,
    gateway,
    repairs: true,
    run: (request) => runStream(cli, request),
  });
}

async function runStream(cli: StreamCli, request: AgentRequest): Promise<AgentResult> {
  const { spec, budgetLeftUSD } = request;
  if (budgetLeftUSD !== undefined && budgetLeftUSD <= 0) throw overBudget();
  if (budgetLeftUSD !== undefined && !cli.priced) {
    request.log(`${cli.title} does not report what it costs: agent.maxBudgetUSD is not enforced.`);
  }
  const earlier = parseSession(cli, request.session);
  const run = new StreamRun(spec.model, earlier);
  const stop = new AbortController();
  await cli.prepare?.(request);
  const outcome = await runCli(cli, request, {
    args: cli.args({ ...request, session: earlier?.id }),
    env: cli.env?.(request),
    input: request.prompt,
    exitGrace: EXIT_GRACE,
    finished: () => run.ended,
    stop: stop.signal,
    onLine(line) {
      const before = run.counted;
      for (const said of run.take(readLine(cli, line))) request.log(said);
      if (run.session !== undefined) request.conversation?.(formatSession(cli, run) ?? run.session);
      if (run.counted === before) return;
      request.progress(run.usage);
      if (budgetLeftUSD !== undefined && (run.usage.costUSD ?? 0) > budgetLeftUSD) stop.abort(overBudget());
      if (spec.maxTurns !== undefined && run.turns > spec.maxTurns) stop.abort(overTurns(spec.maxTurns));
    },
  });
  for (const said of run.flush()) request.log(said);
  if (stop.signal.reason instanceof StageError) throw stop.signal.reason;
  if (run.failure !== undefined) throw failureOf(cli, request, run.failure);
  if (!run.ended || (outcome.exitCode !== 0 && !outcome.aborted)) throw withoutResult(cli, outcome);
  return { usage: run.usage, session: formatSession(cli, run), summary: clip(run.summary, MAX_SUMMARY) };
}

/** The sessions of a cumulative program carry their figures, `<id> <input> <output>`, so that a repair counts only its own. */
function parseSession(cli: StreamCli, session: string | undefined): Earlier | undefined {
  if (session === undefined) return undefined;
  if (!cli.cumulative) return { id: session, inputTokens: 0, outputTokens: 0 };
  const [id = '', input, output] = session.split(' ');
  return { id, inputTokens: Number(input) || 0, outputTokens: Number(output) || 0 };
}

function formatSession(cli: StreamCli, { session, reported }: StreamRun): string | undefined {
  if (session === undefined || !cli.cumulative) return session;
  return `${session} ${reported.inputTokens} ${reported.outputTokens}`;
}

function readLine(cli: StreamCli, line: string): StreamEvent[] {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return line.trim() === '' ? [] : [{ kind: 'log', line }];
  }
  return cli.read(json);
}

const overBudget = (): StageError =>
  new StageError(
    'AgentBudget',
    "The task's budget is used up. Raise agent.maxBudgetUSD, or ask for less in one task.",
  );
const overTurns = (turns: number): StageError =>
  new StageError(
    'AgentBudget',
    `The agent used its ${turns} turns without finishing. Raise agent.maxTurns, or ask for less in one task.`,
  );

/** Why it failed, from what its program says of the model API's answer: first pattern that fits. */
const CAUSES: readonly {
  pattern: RegExp;
  /** True if the same request can succeed later. */
  isTemporary?: true;
  sentence(title: string, key: string | undefined, keys: string): string;
}[] = [
  {
    pattern: /\b401\b|unauthori[sz]ed|invalid (?:x-)?api[- ]key|API_KEY_INVALID|api key not valid/i,
    sentence: (title, key, keys) =>
      key === undefined
        ? `${title} has no key for the model API: put one in the task's credentials, as ${keys}`
        : `The model API refused the key in ${key}: check that it is whole and not revoked`,
  },
  {
    pattern: /\b429\b|rate.?limit|quota|RESOURCE_EXHAUSTED/i,
    isTemporary: true,
    sentence: () => "The model API's rate limit or quota was reached and stayed so: retry the task later",
  },
  {
    pattern: /\b5\d\d\b|overloaded|UNAVAILABLE/i,
    isTemporary: true,
    sentence: () => 'The model API is overloaded or failing: retry the task later',
  },
];

function failureOf(cli: StreamCli, request: AgentRequest, message: string): StageError {
  const cause = CAUSES.find(({ pattern }) => pattern.test(message));
  const key = cli.keys.find((name) => request.env[name]);
  const sentence =
    cause?.sentence(cli.title, key, cli.keys.join(' or ')) ?? `${cli.title} ended with an error`;
  const text = `${sentence}. It said: ${brief(message)}`;
  return cause?.isTemporary
    ? new ModelUnavailableError(text, resetTime(message))
    : new StageError('AgentFailed', text);
}
