import { z } from 'zod';
import { GEMINI } from '../gateway/apis.ts';
import { apiBehind } from '../gateway/model-api.ts';
import type { Agent } from './agent.ts';
import { brief } from './cli.ts';
import { writeGeminiSettings } from './gemini-settings.ts';
import { streamAgent } from './stream-agent.ts';
import type { StreamEvent } from './stream-run.ts';

const text = z.string().catch('');
const count = z.number().catch(0);

const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('init'), session_id: text, model: z.string().optional().catch(undefined) }),
  z.object({ type: z.literal('message'), role: text, content: text }),
  z.object({
    type: z.literal('tool_use'),
    tool_name: text,
    parameters: z.record(z.string(), z.unknown()).catch({}),
  }),
  z.object({
    type: z.literal('tool_result'),
    status: text,
    output: text,
    error: z.object({ message: text }).optional(),
  }),
  z.object({ type: z.literal('error'), message: text }),
  z.object({
    type: z.literal('result'),
    status: text,
    error: z.object({ message: text }).optional(),
    stats: z.object({ input_tokens: count, output_tokens: count }).optional(),
  }),
]);
type Result = Extract<z.infer<typeof line>, { type: 'result' }>;

/**
 * One line of `gemini --output-format stream-json` (0.61, https://geminicli.com/docs/cli/headless). Answers come in parts
 * without a mark between them, so each call of a tool counts as a turn, and the end as one; input tokens count the cached ones.
 */
export function readGemini(json: unknown): StreamEvent[] {
  const { data } = line.safeParse(json);
  switch (data?.type) {
    case 'init':
      // `auto` is its choice among several.
      return [
        { kind: 'session', id: data.session_id, model: data.model === 'auto' ? undefined : data.model },
      ];
    case 'message':
      return data.role === 'assistant' ? [{ kind: 'text', text: data.content, part: true }] : [];
    case 'tool_use': {
      const input = Object.values(data.parameters).find((value) => typeof value === 'string');
      const said = `$ ${data.tool_name} ${typeof input === 'string' ? brief(input) : ''}`.trimEnd();
      return [{ kind: 'turn' }, { kind: 'log', line: said }];
    }
    case 'tool_result':
      if (data.status !== 'error') return [];
      return [{ kind: 'log', line: `! ${brief(data.error?.message ?? data.output)}` }];
    case 'error':
      return [{ kind: 'log', line: brief(data.message) }];
    case 'result':
      return readResult(data);
    case undefined:
      return [];
  }
}

function readResult({ status, error, stats }: Result): StreamEvent[] {
  const usage: StreamEvent[] = stats
    ? [{ kind: 'usage', inputTokens: stats.input_tokens, outputTokens: stats.output_tokens }]
    : [];
  if (status === 'success') return [{ kind: 'turn' }, ...usage, { kind: 'ended' }];
  return [...usage, { kind: 'failed', message: error?.message ?? 'no message' }];
}

/** The program compares this word alone. */
const isVertex = (env: Readonly<NodeJS.ProcessEnv>): boolean => env['GOOGLE_GENAI_USE_VERTEXAI'] === 'true';

const API = apiBehind(GEMINI, 'https://generativelanguage.googleapis.com', 'GOOGLE_GEMINI_BASE_URL');

/** Gemini CLI, headless because its output is not a terminal. Its approvals are off: it runs in the task's sandbox. */
export const gemini: Agent = streamAgent({
  name: 'gemini',
  title: 'Gemini CLI',
  label: 'Gemini',
  binary: 'gemini',
  variable: 'BGTASK_GEMINI',
  install: 'npm install -g @google/gemini-cli',
  tested: '0.61.0',
  oldest: '0.44.0',
  keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  variables: [
    'BGTASK_GEMINI',
    'GOOGLE_GEMINI_BASE_URL',
    'GOOGLE_VERTEX_BASE_URL',
    'GOOGLE_GENAI_USE_VERTEXAI',
    'GOOGLE_CLOUD_PROJECT',
    'GOOGLE_CLOUD_LOCATION',
  ],
  folders: ['.gemini'],
  instructions: /(^|\/)(gemini(\.local)?\.md$|\.gemini\/)/,
  gateway: {
    apis: { GEMINI_API_KEY: API, GOOGLE_API_KEY: API },
    bypass: (env) =>
      isVertex(env)
        ? 'GOOGLE_GENAI_USE_VERTEXAI is set, so that its program speaks to the cloud itself'
        : undefined,
  },
  priced: false,
  args: ({ spec, session }) => [
    '--output-format=stream-json',
    '--approval-mode=yolo',
    '--skip-trust',
    ...(spec.model === undefined ? [] : [`--model=${spec.model}`]),
    ...(session === undefined ? [] : [`--resume=${session}`]),
  ],
  // Without Vertex AI's switch it reads this variable alone.
  env({ env }): Record<string, string> {
    const key = env['GEMINI_API_KEY'] || env['GOOGLE_API_KEY'];
    return key && !isVertex(env) ? { GEMINI_API_KEY: key } : {};
  },
  async prepare({ env }) {
    const { HOME: home, GOOGLE_GEMINI_BASE_URL: base } = env;
    if (home) await writeGeminiSettings(home, Boolean(base) && !isVertex(env));
  },
  read: readGemini,
});
