import { z } from 'zod';
import type { Agent } from './agent.ts';
import { OPENCODE_GATEWAY } from './opencode-gateway.ts';
import { brief } from './cli.ts';
import { streamAgent } from './stream-agent.ts';
import type { StreamEvent } from './stream-run.ts';

const text = z.string().catch('');
const count = z.number().catch(0);

const tokens = z.object({
  input: count,
  output: count,
  reasoning: count,
  cache: z.object({ read: count, write: count }).catch({ read: 0, write: 0 }),
});
const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step_start'), sessionID: text }),
  z.object({ type: z.literal('text'), part: z.object({ text }) }),
  z.object({
    type: z.literal('tool_use'),
    part: z.object({ tool: text, state: z.object({ status: text, title: text, error: text }) }),
  }),
  z.object({ type: z.literal('step_finish'), part: z.object({ reason: text, cost: count, tokens }) }),
  z.object({
    type: z.literal('error'),
    error: z.object({
      name: text,
      data: z.object({ message: text, statusCode: count }).catch({ message: '', statusCode: 0 }),
    }),
  }),
]);

/** One line of `opencode run --format json` (1.18). A step is a turn; it is over when a step ends without calling a tool. */
export function readOpencode(json: unknown): StreamEvent[] {
  const { data } = line.safeParse(json);
  switch (data?.type) {
    case 'step_start':
      return [{ kind: 'session', id: data.sessionID }];
    case 'text':
      return [{ kind: 'text', text: data.part.text }];
    case 'tool_use': {
      const { tool, state } = data.part;
      const lines = [`$ ${tool} ${brief(state.title)}`.trimEnd()];
      if (state.status === 'error') lines.push(`! ${brief(state.error)}`);
      return lines.map((said) => ({ kind: 'log', line: said }));
    }
    case 'step_finish': {
      const { input, output, reasoning, cache } = data.part.tokens;
      const inputTokens = input + cache.read + cache.write;
      const events: StreamEvent[] = [
        { kind: 'turn' },
        { kind: 'usage', inputTokens, outputTokens: output + reasoning, costUSD: data.part.cost },
      ];
      return data.part.reason === 'tool-calls' ? events : [...events, { kind: 'ended' }];
    }
    case 'error': {
      const { name, data: detail } = data.error;
      const status = detail.statusCode === 0 ? '' : ` (${detail.statusCode})`;
      return [{ kind: 'failed', message: `${detail.message || name}${status}` }];
    }
    case undefined:
      return [];
  }
}

/** opencode (`opencode run --format json`), with any provider's key. Its approvals are off: the task's sandbox is around it. */
export const opencode: Agent = streamAgent({
  name: 'opencode',
  title: 'opencode',
  label: 'OpenCode',
  binary: 'opencode',
  variable: 'BGTASK_OPENCODE',
  install: 'npm install -g opencode-ai',
  tested: '1.18.33',
  // `--auto` came with 1.18.
  oldest: '1.18.3',
  keys: ['OPENCODE_API_KEY', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
  variables: [
    'BGTASK_OPENCODE',
    'OPENCODE_CONFIG',
    'OPENCODE_CONFIG_CONTENT',
    'OPENCODE_DISABLE_MODELS_FETCH',
  ],
  folders: ['.config/opencode', '.local/share/opencode', '.opencode'],
  instructions: /(^|\/)(opencode\.jsonc?$|\.opencode\/)/,
  gateway: OPENCODE_GATEWAY,
  priced: true,
  args: ({ spec, session }) => [
    'run',
    '--format=json',
    '--auto',
    ...(spec.model === undefined ? [] : [`--model=${spec.model}`]),
    ...(session === undefined ? [] : [`--session=${session}`]),
  ],
  env: ({ env }) => ({
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    // Google's SDK reads this variable alone.
    ...(env['GEMINI_API_KEY'] && { GOOGLE_GENERATIVE_AI_API_KEY: env['GEMINI_API_KEY'] }),
  }),
  read: readOpencode,
});
