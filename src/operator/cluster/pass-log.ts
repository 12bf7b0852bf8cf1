type Log = (message: string, fields: Record<string, unknown>) => void;

/** Rules after which nothing more is to be said of a task. */
const LAST = new Set(['gone', 'remove-orphan', 'retention']);

/**
 * A log without passes that only repeat what the pass before decided: a task that runs has one every second, and who reads the end of the log
 * looks for what changed.
 */
export function passLog(log: Log): Log {
  const rules = new Map<string, string>();
  return (message, fields) => {
    const { key, rule } = fields;
    if (typeof key !== 'string' || typeof rule !== 'string') return log(message, fields);
    if (rules.get(key) === rule) return;
    if (LAST.has(rule)) rules.delete(key);
    else rules.set(key, rule);
    log(message, fields);
  };
}
