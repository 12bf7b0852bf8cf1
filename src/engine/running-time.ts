import { readFileSync } from 'node:fs';

/** A moment of the clock that stands still while the machine sleeps. */
export interface Moment {
  /** Which start of the machine it counts from; empty where the system does not say. */
  boot: string;
  /** Milliseconds since then. */
  ms: number;
}

let boot: string | undefined;

/** Names this start of the machine: Linux's boot id, its first 8 characters. */
export function bootId(): string {
  try {
    return (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8));
  } catch {
    return (boot = '');
  }
}

export const momentNow = (): Moment => ({
  boot: bootId(),
  ms: Number(process.hrtime.bigint() / 1_000_000n),
});

/**
 * Milliseconds that the machine has run since a moment; undefined after a restart of the machine.
 *
 * Deadlines of Jobs on this machine count these, so that a laptop which sleeps uses nothing up and a clock that is set changes nothing. `process.hrtime` is
 * CLOCK_MONOTONIC on Linux (clock_gettime(2)): one count for all processes of a machine, from its start, without the time that it is suspended. A Job keeps the moment
 * of its start in its record and in its stages' input, so the supervisor, a later supervisor and each stage come to the same time left. After a restart of the
 * machine none of the Job's processes lives, and the wall clock counts, as it does on a cluster, whose `activeDeadlineSeconds` does.
 */
export function ranSince(moment: Moment | undefined): number | undefined {
  if (!moment) return undefined;
  const now = momentNow();
  return moment.boot === now.boot && moment.ms <= now.ms ? now.ms - moment.ms : undefined;
}
