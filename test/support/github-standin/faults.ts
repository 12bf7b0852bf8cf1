/** Something that goes wrong with an operation, in place of its answer. Without status and hang the connection is reset. */
export interface Fault {
  /** How often; 1 when absent. */
  times?: number;
  /** True: the operation is done first, only its answer is lost. */
  after?: boolean;
  status?: number;
  headers?: Record<string, string>;
  /** JSON, or a text as a proxy's page. JSON is checked against the description, a text is not. */
  body?: unknown;
  /** Nothing more is sent: no answer at all, or half of its body. */
  hang?: 'answer' | 'body';
}

export interface Faults {
  /** Adds a fault; those of one operation happen in turn. */
  add(operation: string, fault: Fault): void;
  /** The fault that is due for this call, if any; it is used up by it. */
  take(operation: string): Fault | undefined;
  clear(): void;
}

export function faults(): Faults {
  const queues = new Map<string, (Fault & { left: number })[]>();
  return {
    add(operation, fault) {
      const queue = queues.get(operation) ?? [];
      queue.push({ ...fault, left: fault.times ?? 1 });
      queues.set(operation, queue);
    },
    take(operation) {
      const queue = queues.get(operation) ?? [];
      const fault = queue[0];
      if (!fault) return undefined;
      fault.left -= 1;
      if (fault.left <= 0) queue.shift();
      return fault;
    },
    clear: () => queues.clear(),
  };
}
