/** A promise that its holder resolves from outside. */
export class Deferred<T = void> {
  resolve: (value: T) => void = () => undefined;
  readonly promise = new Promise<T>((done) => (this.resolve = done));
}
