/** A task as admission sees it. */
export interface Contender {
  uid: string;
  /** The task's name, for sentences. */
  name: string;
  project: string;
  creator: string;
  /** Repository and base branch in one canonical spelling. */
  target: string;
  /** RFC 3339. */
  createdAt: string;
  /** Admitted and not at its end. */
  active: boolean;
  /** Waits for its user and its repository rather than being refused: it asked to, or it is in line already. */
  queue: boolean;
}
