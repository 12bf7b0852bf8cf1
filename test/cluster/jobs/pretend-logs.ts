import type { IncomingMessage, ServerResponse } from 'node:http';

/** Each line has a time of its own, as with a runtime whose clock counts nanoseconds. */
const stampOf = (at: Date, line: number): string =>
  at.toISOString().replace('Z', `${String(line).padStart(6, '0')}Z`);

/** One container's log, as a runtime keeps it: each line with the time of its coming. */
class PretendLog {
  readonly lines: { at: Date; text: string }[] = [];
  readonly #readers = new Set<() => void>();
  ended = false;

  write(text: string): void {
    this.lines.push({ at: new Date(), text });
    this.#tell();
  }

  end(): void {
    this.ended = true;
    this.#tell();
  }

  changed(): Promise<void> {
    return new Promise((resolve) => this.#readers.add(resolve));
  }

  #tell(): void {
    for (const reader of this.#readers) reader();
    this.#readers.clear();
  }
}

/** The log server of a kubelet: `/containerLogs/<namespace>/<pod>/<container>` with follow, timestamps, sinceTime and tailLines. */
export class PretendLogs {
  readonly #logs = new Map<string, PretendLog>();
  /** Answers wait for this. */
  ready: Promise<void> = Promise.resolve();
  /** How many times each log was asked for. */
  readonly asked = new Map<string, number>();

  open(pod: { namespace: string; name: string }, container: string): PretendLog {
    const log = new PretendLog();
    this.#logs.set(`${pod.namespace}/${pod.name}/${container}`, log);
    return log;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'https://kubelet');
    const name = url.pathname.replace('/containerLogs/', '');
    this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
    const log = this.#logs.get(name);
    if (!log) {
      response.writeHead(404).end(`container ${name} not found`);
      return;
    }
    void this.#send(log, url.searchParams, response);
  }

  async #send(log: PretendLog, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const since = Date.parse(query.get('sinceTime') ?? '1970-01-01T00:00:00Z');
    response.writeHead(200);
    response.flushHeaders();
    await this.ready;
    const tail = Number(query.get('tailLines') ?? Infinity);
    for (let next = Math.max(0, log.lines.length - tail); ;) {
      for (; next < log.lines.length; next++) {
        const line = log.lines[next];
        if (line && line.at.getTime() >= since)
          response.write(`${query.has('timestamps') ? `${stampOf(line.at, next)} ` : ''}${line.text}\n`);
      }
      if (log.ended || query.get('follow') !== 'true') break;
      await log.changed();
    }
    response.end();
  }
}
