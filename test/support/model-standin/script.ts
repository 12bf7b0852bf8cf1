/** A request of an agent, as the stand-in saw it. */
export interface ModelRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** The key that came with it, from where the API looks for one. */
  key?: string;
  /** False when the key was not the one the stand-in was started with; such a request got a 401. */
  authorized: boolean;
  /** True for the program's own small questions (titles and the like, without tools): they use up no turn. */
  side: boolean;
  body: RequestBody;
}

/** The part of a request that scripts look at, whatever the API calls it. */
export interface RequestBody {
  model: string;
  stream: boolean;
  tools: { name: string; [field: string]: unknown }[];
  /** The conversation; a content has the form of the API. */
  messages: { role: string; content: unknown }[];
}

export interface ToolCall {
  /** E.g. `Write`, `Edit`, `Bash`: whatever the agent offers. */
  name: string;
  /** A custom tool of the Responses API takes the text of `input`. */
  input: Record<string, unknown>;
}

export interface TurnUsage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** One answer of the model. */
export type Turn =
  | {
      text?: string;
      tools?: ToolCall[];
      /** `tool_use` when there are tools and `end_turn` when there are none, when absent. */
      stop?: 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal';
      /** 100 in, 50 out and no cache where absent. */
      usage?: Partial<TurnUsage>;
      /** Answers every further request too. */
      repeat?: boolean;
    }
  /** An error answer, e.g. 529 with `overloaded_error`. */
  | { status: number; type?: string; message?: string; headers?: Record<string, string>; repeat?: boolean }
  /** No answer at all; `after` sends the beginning of one first. The connection stays open. */
  | { stall: 'before' | 'after'; repeat?: boolean };

/** The model's answers in order; a function is given the request and may look at what the tools returned. */
export type Script = readonly (Turn | ((request: ModelRequest) => Turn))[];
