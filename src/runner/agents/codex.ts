import { z } from 'zod';
import { OPENAI } from '../gateway/apis.ts';
import { apiBehind } from '../gateway/model-api.ts';
import type { Agent } from './agent.ts';
import { brief } from './cli.ts';
import { streamAgent } from './stream-agent.ts';
import type { StreamEvent } from './stream-run.ts';

const text = z.string().catch('');
const count = z.number().catch(0);

const item = z.object({
  type: text,
  text,
  command: text,
  aggregated_output: text,
  exit_code: z.number().nullish().catch(undefined),
  changes: z.array(z.object({ path: text, kind: text })).catch([]),
  message: text,
  query: text,
  tool: text,
});
const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.object({ type: z.literal('item.completed'), item }),
  z.object({
    type: z.literal('turn.completed'),
    usage: z.object({ input_tokens: count, output_tokens: count }),
  }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: text }) }),
  z.object({ type: z.literal('error'), message: text }),
]);

/**
 * One line of `codex exec --json` (0.169). Its turn is the whole run, so each message, command and change counts as a turn of the
 * model; input tokens count the cached ones already.
 */
export function readCodex(json: unknown): StreamEvent[] {
  const { data } = line.safeParse(json);
  switch (data?.type) {
    case 'thread.started':
      return [{ kind: 'session', id: data.thread_id }];
    case 'item.completed':
      return readItem(data.item);
    case 'turn.completed':
      return [
        { kind: 'usage', inputTokens: data.usage.input_tokens, outputTokens: data.usage.output_tokens },
        { kind: 'ended' },
      ];
    case 'turn.failed':
      return [{ kind: 'failed', message: data.error.message }];
    // Mostly notes on its own retries; an error that it cannot recover from comes again as turn.failed.
    case 'error':
      return [{ kind: 'log', line: brief(data.message) }];
    case undefined:
      return [];
  }
}

function readItem(done: z.infer<typeof item>): StreamEvent[] {
  switch (done.type) {
    case 'agent_message':
      return [{ kind: 'turn' }, { kind: 'text', text: done.text }];
    case 'command_execution': {
      const failed = done.exit_code ? [`! Exit code ${done.exit_code} ${brief(done.aggregated_output)}`] : [];
      const lines = [`$ ${brief(done.command)}`, ...failed];
      return [{ kind: 'turn' }, ...lines.map((said): StreamEvent => ({ kind: 'log', line: said.trimEnd() }))];
    }
    case 'file_change':
      return [
        { kind: 'turn' },
        ...done.changes.map(({ kind, path }): StreamEvent => ({
          kind: 'log',
          line: `$ ${kind} ${brief(path)}`,
        })),
      ];
    case 'web_search':
    case 'mcp_tool_call':
      return [
        { kind: 'turn' },
        { kind: 'log', line: `$ ${done.type} ${brief(done.query || done.tool)}`.trimEnd() },
      ];
    case 'error':
      return [{ kind: 'log', line: brief(done.message) }];
    default:
      return [];
  }
}

const API = apiBehind(OPENAI, 'https://api.openai.com/v1', 'OPENAI_BASE_URL');

/** Keeps the program to its model: without these it also asks chatgpt.com and GitHub for plugins and apps, and reports how it is used. */
const QUIET: readonly string[] = [
  'analytics.enabled=false',
  'features.plugins=false',
  'features.apps=false',
  'check_for_update_on_startup=false',
];

/** OpenAI Codex (`codex exec --json`). Its own sandbox is off: the task's is around it. */
export const codex: Agent = streamAgent({
  name: 'codex',
  title: 'Codex',
  label: 'Codex',
  binary: 'codex',
  variable: 'BGTASK_CODEX',
  install: 'npm install -g @openai/codex',
  tested: '0.171.0',
  keys: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
  variables: ['BGTASK_CODEX', 'OPENAI_BASE_URL'],
  folders: ['.codex'],
  instructions: /(^|\/)\.codex\//,
  gateway: { apis: { CODEX_API_KEY: API, OPENAI_API_KEY: API } },
  priced: false,
  cumulative: true,
  args: ({ spec, session, env }) => [
    'exec',
    ...(session === undefined ? [] : ['resume']),
    '--json',
    '--dangerously-bypass-approvals-and-sandbox',
    '--skip-git-repo-check',
    ...QUIET.map((setting) => `--config=${setting}`),
    ...(spec.model === undefined ? [] : [`--model=${spec.model}`]),
    // A JSON string is a TOML string too.
    ...(env.OPENAI_BASE_URL ? [`--config=openai_base_url=${JSON.stringify(env.OPENAI_BASE_URL)}`] : []),
    ...(session === undefined ? [] : [session]),
    '-',
  ],
  // It reads only this one without a login of its own.
  env({ env }): Record<string, string> {
    const key = env.CODEX_API_KEY || env.OPENAI_API_KEY;
    return key ? { CODEX_API_KEY: key } : {};
  },
  read: readCodex,
});
