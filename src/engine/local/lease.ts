import { readFileSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import { versionFile } from './store/layout.ts';
import { withDraft } from './store/draft.ts';
import { claimDeletion, claimWithFile, scanVersions, type Version } from './store/versions.ts';

const NAME = 'supervisor';
/** Versions that are kept behind the newest: far more than writers that overlap. */
const KEPT = 20;

const isIdentity = (value: unknown): value is ProcessIdentity => {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime } = value as Partial<ProcessIdentity>;
  return typeof pid === 'number' && typeof startTime === 'string';
};

/**
 * The supervisor's lease: like a Lease of Kubernetes an object whose versions have one writer each, but held for as long as the holder's process
 * lives, so that no process waits for it to expire.
 */
export class SupervisorLease {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The live process that holds the lease. */
  holder(): ProcessIdentity | undefined {
    const newest = this.#versions().at(-1);
    return newest && this.#liveHolder(newest);
  }

  /** Takes the lease for this process; false when another live process holds it. */
  async acquire(): Promise<boolean> {
    const self = identify(process.pid);
    for (;;) {
      const since = performance.now();
      const newest = this.#versions().at(-1);
      const holder = newest && this.#liveHolder(newest);
      if (holder) return holder.pid === process.pid;
      const claim = { folder: this.#folder, name: NAME, base: newest?.version ?? 0, since };
      if (await withDraft(this.#folder, JSON.stringify(self), (file) => claimWithFile(claim, file))) {
        await this.#sweep();
        return true;
      }
    }
  }

  /** Gives the lease up, if this process holds it. */
  async release(): Promise<void> {
    const since = performance.now();
    const newest = this.#versions().at(-1);
    if (!newest || this.#liveHolder(newest)?.pid !== process.pid) return;
    await claimDeletion({ folder: this.#folder, name: NAME, base: newest.version, since });
  }

  #versions(): Version[] {
    return scanVersions(this.#folder).get(NAME) ?? [];
  }

  #liveHolder(version: Version): ProcessIdentity | undefined {
    if (version.gone) return undefined;
    try {
      const holder: unknown = JSON.parse(readFileSync(this.#file(version), 'utf8'));
      return isIdentity(holder) && isAlive(holder) ? holder : undefined;
    } catch {
      // Removed, or not written by our processes: in both cases it is free.
      return undefined;
    }
  }

  #file(version: Version): string {
    return join(this.#folder, versionFile(NAME, version.version));
  }

  async #sweep(): Promise<void> {
    for (const old of this.#versions().slice(0, -KEPT)) {
      const path = this.#file(old);
      await (old.gone ? rmdir(path) : rm(path)).catch(() => undefined);
    }
  }
}
