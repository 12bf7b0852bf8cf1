import { StageError } from '../../domain/reasons.ts';
import { clip } from '../../domain/text.ts';
import { ANTHROPIC } from '../gateway/apis.ts';
import { type AgentGateway, apiBehind } from '../gateway/model-api.ts';
import type { Agent, AgentRequest } from './agent.ts';
import { claudeConversations } from './claude-conversations.ts';
import { budgetSentence, claudeFailure } from './claude-failure.ts';
import { type ClaudeResult, readClaudeLine } from './claude-stream.ts';
import { tallyClaude } from './claude-tally.ts';
import { type Cli, discreet, MAX_SUMMARY, runCli, withoutResult } from './cli.ts';

const CLI: Cli = {
  title: 'Claude Code',
  binary: 'claude',
  variable: 'BGTASK_CLAUDE',
  install: 'npm install -g @anthropic-ai/claude-code',
};

/**
 * Keeps the program to the task: no updates, no telemetry, and nothing in the background that would outlive or delay its
 * result. https://docs.claude.com/en/docs/claude-code/settings names the variables.
 */
const SWITCHES: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  CLAUDE_CODE_DISABLE_CRON: '1',
};

const KEYS = ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'];

const API = apiBehind(ANTHROPIC, 'https://api.anthropic.com', 'ANTHROPIC_BASE_URL');

/** Any of its keys goes as x-api-key or as a bearer token to the base URL; with a cloud's switch it signs requests to the cloud itself. */
const GATEWAY: AgentGateway = {
  apis: Object.fromEntries(KEYS.map((key) => [key, API])),
  bypass(env) {
    const cloud = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'].find((name) => env[name]);
    return cloud && `${cloud} is set, so that its program speaks to the cloud itself`;
  },
};

export interface ClaudeOptions {
  /** Seconds that the program may take to exit after its result, which is taken then; 10 when absent. Tests shorten it. */
  exitGrace?: number;
}

/** Claude Code (`claude -p`): conversations, turns, tokens and cost from its stream of JSON lines. */
export function createClaude({ exitGrace = 10 }: ClaudeOptions = {}): Agent {
  return discreet({
    name: 'claude',
    label: CLI.title,
    binary: CLI.binary,
    keys: KEYS,
    install: CLI.install,
    tested: '2.1.330',
    signIn: { command: 'claude setup-token', variable: 'CLAUDE_CODE_OAUTH_TOKEN' },
    variables: [
      CLI.variable,
      'ANTHROPIC_BASE_URL',
      'ANTHROPIC_MODEL',
      'ANTHROPIC_DEFAULT_OPUS_MODEL',
      'ANTHROPIC_DEFAULT_SONNET_MODEL',
      'ANTHROPIC_DEFAULT_HAIKU_MODEL',
      'ANTHROPIC_BEDROCK_BASE_URL',
      'ANTHROPIC_VERTEX_BASE_URL',
      'ANTHROPIC_VERTEX_PROJECT_ID',
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
      'CLAUDE_CODE_SKIP_BEDROCK_AUTH',
      'CLAUDE_CODE_SKIP_VERTEX_AUTH',
      'CLOUD_ML_REGION',
      'CLAUDE_CODE_MAX_OUTPUT_TOKENS',
      'CLAUDE_CODE_MAX_RETRIES',
      'API_TIMEOUT_MS',
    ],
    gateway: GATEWAY,
    repairs: true,
    programVariable: CLI.variable,
    folders: ['.claude', '.claude.json'],
    instructions: /(^|\/)(claude(\.local)?\.md$|\.claude\/)/,
    conversations: claudeConversations,
    run: (request) => runClaude(request, exitGrace),
  });
}

export const claude: Agent = createClaude();

/** The result that the CLI would come to after minutes of trying. */
const KEY_REFUSED: ClaudeResult = {
  subtype: 'success',
  isError: true,
  status: 401,
  text: 'it was refused twice',
};

async function runClaude(request: AgentRequest, exitGrace: number): ReturnType<Agent['run']> {
  const { spec, env, budgetLeftUSD } = request;
  if (budgetLeftUSD !== undefined && budgetLeftUSD <= 0) {
    throw new StageError('AgentBudget', budgetSentence(budgetLeftUSD));
  }
  const tally = tallyClaude();
  const overspent = new AbortController();
  const refused = new AbortController();
  const outcome = await runCli(CLI, request, {
    args: claudeArguments(request),
    // Root may skip permissions only in what says that it is a sandbox.
    env: { ...SWITCHES, ...(process.getuid?.() === 0 ? { IS_SANDBOX: '1' } : {}) },
    input: request.prompt,
    exitGrace,
    stop: AbortSignal.any([overspent.signal, refused.signal]),
    finished: () => tally.result !== undefined,
    onLine(line) {
      let changed = false;
      for (const event of readClaudeLine(line)) {
        if (event.kind === 'log') request.log(event.line);
        if (event.kind === 'refused') refused.abort();
        changed = tally.add(event) || changed;
      }
      if (tally.session !== undefined) request.conversation?.(tally.session);
      if (!changed) return;
      const usage = tally.usage();
      request.progress(usage);
      // The program counts too, but not every version of it, and it learns the price of what it did afterwards.
      if (budgetLeftUSD !== undefined && (usage.costUSD ?? 0) > budgetLeftUSD) overspent.abort();
    },
  });
  if (overspent.signal.aborted) throw new StageError('AgentBudget', budgetSentence(budgetLeftUSD));
  const { session, error, limitUntil } = tally;
  const result = refused.signal.aborted ? KEY_REFUSED : tally.result;
  if (!result) throw withoutResult(CLI, outcome);
  const usage = tally.usage();
  if (result.isError || result.stopReason === 'refusal') {
    const keyName = KEYS.find((name) => env[name]);
    const model = spec.model ?? usage.model;
    throw claudeFailure({
      result,
      error,
      keyName,
      model,
      maxTurns: spec.maxTurns,
      budgetLeftUSD,
      limitUntil,
    });
  }
  return { usage, summary: clip(result.text, MAX_SUMMARY), session };
}

/** Values follow `=`, so that none can be taken for an option. */
function claudeArguments({ spec, session, budgetLeftUSD }: AgentRequest): string[] {
  return [
    '--print',
    '--output-format=stream-json',
    '--verbose',
    '--dangerously-skip-permissions',
    ...(spec.model === undefined ? [] : [`--model=${spec.model}`]),
    ...(spec.maxTurns === undefined ? [] : [`--max-turns=${spec.maxTurns}`]),
    ...(budgetLeftUSD === undefined ? [] : [`--max-budget-usd=${budgetLeftUSD}`]),
    ...(session === undefined ? [] : [`--resume=${session}`]),
  ];
}
