import type { Usage } from '../../api/types.ts';
import { brief } from './cli.ts';

/** What a line of an agent's JSON stream says. */
export type StreamEvent =
  | { kind: 'session'; id: string; model?: string }
  /** The model took a step. */
  | { kind: 'turn' }
  /** Figures to be added to those of the run. */
  | { kind: 'usage'; inputTokens: number; outputTokens: number; costUSD?: number }
  /** What the agent says; `part` when more of the same text may follow. The last text is the summary. */
  | { kind: 'text'; text: string; part?: boolean }
  | { kind: 'log'; line: string }
  | { kind: 'failed'; message: string }
  | { kind: 'ended' };

/** A conversation that is continued, and what was reported of it before. */
export interface Earlier {
  id: string;
  inputTokens: number;
  outputTokens: number;
}

/** What the events of one run add up to. */
export class StreamRun {
  usage: Usage = { turns: 0, inputTokens: 0, outputTokens: 0 };
  /** Grows with every event that changed the usage. */
  counted = 0;
  session?: string;
  summary = '';
  failure?: string;
  ended = false;
  /** The figures as the program reported them. */
  reported = { inputTokens: 0, outputTokens: 0 };
  #text = '';
  readonly #earlier: Earlier | undefined;

  constructor(model: string | undefined, earlier?: Earlier) {
    this.#earlier = earlier;
    if (model !== undefined) this.usage.model = model;
  }

  get turns(): number {
    return this.usage.turns ?? 0;
  }

  /** Takes the events of a line and returns lines for the log. */
  take(events: StreamEvent[]): string[] {
    return events.flatMap((event) => {
      if (event.kind === 'text' && event.part) {
        this.#text += event.text;
        return [];
      }
      return [...this.flush(), ...this.#add(event)];
    });
  }

  /** Lines of the text that came in parts. */
  flush(): string[] {
    const text = this.#text;
    this.#text = '';
    return text.trim() === '' ? [] : this.#say(text);
  }

  #say(text: string): string[] {
    this.summary = text.trim();
    return text.split('\n').filter((line) => line.trim() !== '');
  }

  #add(event: StreamEvent): string[] {
    if (event.kind !== 'log') this.ended = event.kind === 'ended';
    switch (event.kind) {
      case 'session':
        this.session = event.id;
        if (event.model !== undefined) this.usage = { ...this.usage, model: event.model };
        return [];
      case 'turn':
        this.#count({ ...this.usage, turns: this.turns + 1 });
        return [];
      case 'usage':
        this.reported.inputTokens += event.inputTokens;
        this.reported.outputTokens += event.outputTokens;
        this.#count(withFigures(this.usage, { ...event, ...this.#own() }));
        return [];
      case 'text':
        return this.#say(event.text);
      case 'log':
        return [event.line];
      case 'failed':
        this.failure = event.message;
        return [`! ${brief(event.message)}`];
      case 'ended':
        return [];
    }
  }

  /** What was reported without what was before; versions that report a run alone show less than before. */
  #own(): { inputTokens: number; outputTokens: number } {
    const { inputTokens, outputTokens } = this.reported;
    const before = this.#earlier;
    if (!before || inputTokens < before.inputTokens || outputTokens < before.outputTokens)
      return { ...this.reported };
    return {
      inputTokens: inputTokens - before.inputTokens,
      outputTokens: outputTokens - before.outputTokens,
    };
  }

  #count(usage: Usage): void {
    this.usage = usage;
    this.counted += 1;
  }
}

/** The usage with new totals of tokens, and a cost that is added. */
function withFigures(
  usage: Usage,
  { inputTokens, outputTokens, costUSD }: StreamEvent & { kind: 'usage' },
): Usage {
  const cost =
    costUSD === undefined ? {} : { costUSD: Math.round(((usage.costUSD ?? 0) + costUSD) * 1e6) / 1e6 };
  return { ...usage, inputTokens, outputTokens, ...cost };
}
