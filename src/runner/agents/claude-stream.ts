import { type ClaudeLine, type ClaudeUsage, contentText, lineSchema } from './claude-lines.ts';
import { brief } from './cli.ts';

/** Tokens and cost of a part of a run. Input counts what was read from and written to the cache too. */
export interface Figures {
  inputTokens: number;
  outputTokens: number;
  costUSD?: number;
}

/** The end of a run, or of a part of it: the CLI can go on after a result when something it waited for comes in. */
export interface ClaudeResult {
  /** `success`, `error_max_turns`, `error_max_budget_usd`, `error_during_execution`; `success` can be an error too. */
  subtype: string;
  isError: boolean;
  /** What the agent said last, or what went wrong. */
  text: string;
  /** The model API's HTTP status when that was the error. */
  status?: number;
  stopReason?: string;
  session?: string;
  turns?: number;
  /** Of this part of the run only. */
  figures?: Figures;
}

/** What one line of `claude --output-format stream-json` says. */
export type ClaudeEvent =
  | { kind: 'started'; session?: string; model?: string }
  /** An answer of the model; repeated with the same id for each of its blocks. `main` is false for subagents'. */
  | { kind: 'answer'; id: string; main: boolean; figures: Figures }
  /** The class of an error of the model API, e.g. `authentication_failed`. */
  | { kind: 'error'; name: string }
  | { kind: 'log'; line: string }
  /** The model API refused the key for good: trying again, as the CLI would for minutes, changes nothing. */
  | { kind: 'refused'; status: number }
  /** The account's limit is reached; `until` is when it ends. */
  | { kind: 'limit'; until?: Date }
  | { kind: 'ended'; result: ClaudeResult };

/** The first refusal can be a sign-in that is renewed; the second of the same key is the answer. */
const FINAL_REFUSAL = 2;

/** The model of messages that the CLI made up itself, for errors. */
const SYNTHETIC = '<synthetic>';

/**
 * Reads one line. Lines of a kind that bgtask does not use give no events; lines that are not JSON objects go to the log as they
 * are. Shapes as printed by Claude Code 2.1; a field that another version does not print counts as absent.
 */
export function readClaudeLine(line: string): ClaudeEvent[] {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return line.trim() === '' ? [] : [{ kind: 'log', line }];
  }
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) return typeof json === 'object' ? [] : [{ kind: 'log', line }];
  switch (parsed.data.type) {
    case 'system':
      return readSystem(parsed.data);
    case 'assistant':
      return readAssistant(parsed.data);
    case 'user':
      return readUser(parsed.data);
    case 'rate_limit_event':
      return readLimit(parsed.data);
    case 'result':
      return [{ kind: 'ended', result: readResult(parsed.data) }];
  }
}

function readSystem(line: ClaudeLine<'system'>): ClaudeEvent[] {
  switch (line.subtype) {
    case 'init':
      return [{ kind: 'started', session: line.session_id, model: line.model }];
    case 'api_retry': {
      const cause =
        line.error_status === undefined ? 'could not be reached' : `answered ${line.error_status}`;
      const next = `attempt ${line.attempt} of ${line.max_retries} in ${Math.ceil(line.retry_delay_ms / 1000)} s`;
      const log: ClaudeEvent = {
        kind: 'log',
        line: `The model API ${cause} (${brief(line.error)}); ${next}`,
      };
      const isFinal = line.error_status === 401 && line.attempt >= FINAL_REFUSAL;
      return isFinal ? [log, { kind: 'refused', status: 401 }] : [log];
    }
    case 'informational':
      return line.content === '' ? [] : [{ kind: 'log', line: brief(line.content) }];
    case 'compact_boundary':
      return [{ kind: 'log', line: 'The conversation was shortened to fit the context of the model.' }];
    default:
      return [];
  }
}

const readLimit = ({
  rate_limit_info: { status, resetsAt },
}: ClaudeLine<'rate_limit_event'>): ClaudeEvent[] =>
  status === 'rejected'
    ? [{ kind: 'limit', until: resetsAt === undefined ? undefined : new Date(resetsAt * 1000) }]
    : [];

function readAssistant({ message, error, parent_tool_use_id }: ClaudeLine<'assistant'>): ClaudeEvent[] {
  const main = parent_tool_use_id === undefined;
  const events: ClaudeEvent[] = [];
  if (message.model !== SYNTHETIC && message.usage && message.id !== '') {
    events.push({ kind: 'answer', id: message.id, main, figures: figuresOf(message.usage) });
  }
  if (error !== undefined) events.push({ kind: 'error', name: error });
  for (const { type, text: said, name, input } of message.content) {
    if (type === 'text') events.push(...textLines(said));
    if (type === 'tool_use') {
      events.push({ kind: 'log', line: `${main ? '' : '  '}$ ${name} ${toolInput(input)}`.trimEnd() });
    }
  }
  return events;
}

const textLines = (said: string): ClaudeEvent[] =>
  said
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ kind: 'log', line }));

/** The fields that tell best what a tool is about to do, best first. */
const TELLING = [
  'command',
  'file_path',
  'notebook_path',
  'pattern',
  'path',
  'url',
  'query',
  'skill',
  'description',
];

function toolInput(input: Record<string, unknown>): string {
  const named = TELLING.map((field) => input[field]);
  const found = [...named, ...Object.values(input)].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return typeof found === 'string' ? brief(found) : '';
}

function readUser({ message }: ClaudeLine<'user'>): ClaudeEvent[] {
  return message.content
    .filter(({ type, is_error }) => type === 'tool_result' && is_error)
    .map(({ content }): ClaudeEvent => ({ kind: 'log', line: `! ${brief(contentText(content))}` }));
}

function readResult(line: ClaudeLine<'result'>): ClaudeResult {
  return {
    subtype: line.subtype,
    isError: line.is_error || line.subtype !== 'success',
    text: line.result === '' ? line.errors.join('; ') : line.result,
    status: line.api_error_status,
    stopReason: line.stop_reason,
    session: line.session_id,
    turns: line.num_turns,
    figures: resultFigures(line),
  };
}

const figuresOf = (from: ClaudeUsage): Figures => ({
  inputTokens: from.input_tokens + from.cache_creation_input_tokens + from.cache_read_input_tokens,
  outputTokens: from.output_tokens,
});

/**
 * `total_cost_usd` and `modelUsage` count a resumed conversation from its beginning, and `usage` is zero under
 * `error_max_budget_usd`; the usage since the last result is of this run alone and counts subagents and side questions.
 */
function resultFigures(line: ClaudeLine<'result'>): Figures | undefined {
  const models = Object.values(line.model_usage_since_last_result ?? {});
  if (models.length === 0) return line.usage && { ...figuresOf(line.usage), costUSD: line.total_cost_usd };
  const sum = { inputTokens: 0, outputTokens: 0, costUSD: 0 };
  for (const model of models) {
    sum.inputTokens += model.inputTokens + model.cacheCreationInputTokens + model.cacheReadInputTokens;
    sum.outputTokens += model.outputTokens;
    sum.costUSD += model.costUSD;
  }
  return sum;
}
