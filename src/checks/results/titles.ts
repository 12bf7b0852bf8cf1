/** Deepest nesting that names show. */
const MAX_DEPTH = 30;

/** The titles above a line of an indented tree. */
export class Titles {
  #open: { indent: number; title: string }[] = [];

  /** Ends the titles at this indentation and deeper. Gives the one that stood exactly there. */
  close(indent: number): string | undefined {
    let last: { indent: number; title: string } | undefined;
    while ((this.#open.at(-1)?.indent ?? -1) >= indent) last = this.#open.pop();
    return last?.indent === indent ? last.title : undefined;
  }

  open(indent: number, title: string): void {
    if (this.#open.length < MAX_DEPTH) this.#open.push({ indent, title });
  }

  /** A test's name with the titles above it. */
  path(name: string, join = ' > '): string {
    return [...this.#open.map((each) => each.title), name].join(join);
  }

  clear(): void {
    this.#open = [];
  }
}
