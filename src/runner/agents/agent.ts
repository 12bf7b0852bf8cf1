import type { AgentSpec, Usage } from '../../api/types.ts';
import type { Room } from '../room/room.ts';
import type { AgentGateway } from '../gateway/model-api.ts';

/** What an agent is asked to do in one run. */
export interface AgentRequest {
  /** The whole prompt, for standard input. */
  prompt: string;
  spec: AgentSpec;
  /** The checkout, the agent's working folder. */
  cwd: string;
  /** Where its programs run. Required, so that no caller starts one without it. */
  room: Room;
  /** The whole environment of the agent's process: nothing of ours is added. */
  env: Record<string, string>;
  /** US dollars left of the task's budget; undefined without one. */
  budgetLeftUSD?: number;
  /** Continues the agent's earlier conversation of this task, when it has one. */
  session?: string;
  /** Called when the conversation's name is known: a run that fails has one too. */
  conversation?(session: string): void;
  signal: AbortSignal;
  /** Seconds that its program may print nothing before it is ended; no limit when absent. */
  silence?: number;
  /** One line of the agent's output, for the log. Any length; the log cuts and cleans it. */
  log(line: string): void;
  /** Called as figures become known, with totals of this run. */
  progress(usage: Usage): void;
}

export interface AgentResult {
  usage: Usage;
  /** What the agent said it did, for the pull request; at most 4,096 characters. */
  summary?: string;
  /** Names the conversation, so that a repair can continue it. */
  session?: string;
}

/** A program that edits code. One file and one line of the table each. */
export interface Agent {
  name: string;
  /** What people call it, e.g. `Claude Code`: in the form of the pages and in the reference. */
  label: string;
  /** The name of the agent's program on the PATH. Omit it if the agent does not start a program. */
  binary?: string;
  /** Environment variables that carry its model's credential; the first one set is passed, and to the agent alone. */
  keys: readonly string[];
  /** The command that installs the program. */
  install?: string;
  /** The version of the program that the tests run (test/agents). */
  tested?: string;
  /** The oldest version in which those tests of a change, a repair and a refused key passed once. */
  oldest?: string;
  /** The command that gives a key to a person with a subscription, and the variable that the key goes into. */
  signIn?: { command: string; variable: string };
  /** Other variables it may be given as they are: endpoints and switches, never secrets. */
  variables: readonly string[];
  /** How its requests to the model go through the gateway, which holds the key; absent where they cannot. */
  gateway?: AgentGateway;
  /** False if it does not help to run the agent again with a failing check's output (codemods). The task can ask for it. */
  repairs: boolean;
  /** The variable with the path of its program, for one that is not on PATH. */
  programVariable?: string;
  /** Folders and files of a home in which its program keeps settings, instructions and conversations. */
  folders?: readonly string[];
  /** Files of a repository that instruct its program or are its settings, in small letters: a reviewer reads a change of them first. */
  instructions?: RegExp;
  /** The file of a conversation, for programs that keep each in one: with it a later task continues it. */
  conversations?: {
    /** Where it is below the home; undefined when it is not there. */
    find(home: string, session: string): Promise<string | undefined>;
    /** Where the program looks for it when it runs in a folder. */
    path(home: string, cwd: string, session: string): string;
  };
  /**
   * Runs it once. Resolves when the agent ended well. Rejects with a StageError (AgentFailed, AgentBudget, AgentSilent) whose sentence
   * names the cause and the next step: binary missing, key missing or refused, turns or budget used up, refusal, crash; and with a
   * ModelUnavailableError when the model's limit or overload ended it.
   */
  run(request: AgentRequest): Promise<AgentResult>;
}
