import { isRecord } from '../../api/record.ts';
import { ANTHROPIC_SDK, GEMINI_SDK, OPENAI } from '../gateway/apis.ts';
import type { AgentGateway, ApiKind, ModelApi } from '../gateway/model-api.ts';

/** opencode takes its whole configuration from this variable, as JSON. */
const CONTENT = 'OPENCODE_CONFIG_CONTENT';

function configOf(env: Readonly<NodeJS.ProcessEnv>): Record<string, unknown> {
  try {
    const config: unknown = JSON.parse(env[CONTENT] ?? '');
    return isRecord(config) ? config : {};
  } catch {
    return {};
  }
}

const recordIn = (value: Record<string, unknown>, name: string): Record<string, unknown> => {
  const inner = value[name];
  return isRecord(inner) ? inner : {};
};

/** The API of one of opencode's providers, whose base URL is an option of that provider. */
function providerApi(provider: string, kind: ApiKind, defaultBase: string): ModelApi {
  return {
    kind,
    defaultBase,
    ownBase(env) {
      const { baseURL } = recordIn(recordIn(recordIn(configOf(env), 'provider'), provider), 'options');
      return typeof baseURL === 'string' ? baseURL : undefined;
    },
    variables(base, env) {
      const config = configOf(env);
      const providers = recordIn(config, 'provider');
      const own = recordIn(providers, provider);
      const options = { ...recordIn(own, 'options'), baseURL: base };
      const content = { ...config, provider: { ...providers, [provider]: { ...own, options } } };
      return { [CONTENT]: JSON.stringify(content) };
    },
  };
}

/** Providers as models.dev names them, on which opencode stands. Its own service speaks several APIs at one address, so that its key is not here. */
export const OPENCODE_GATEWAY: AgentGateway = {
  apis: {
    ANTHROPIC_API_KEY: providerApi('anthropic', ANTHROPIC_SDK, 'https://api.anthropic.com/v1'),
    OPENAI_API_KEY: providerApi('openai', OPENAI, 'https://api.openai.com/v1'),
    GEMINI_API_KEY: providerApi('google', GEMINI_SDK, 'https://generativelanguage.googleapis.com/v1beta'),
    OPENROUTER_API_KEY: providerApi('openrouter', OPENAI, 'https://openrouter.ai/api/v1'),
  },
  bypass: (env) =>
    env['OPENCODE_CONFIG'] ? 'OPENCODE_CONFIG names a file that may say another address' : undefined,
};
