/** Works on all items, in order and at most `width` at once. The promises are of the items, in order; a rejection that is not awaited ends nothing. */
export function inLanes<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R>[] {
  let running = 0;
  const waiting: (() => void)[] = [];
  const turn = async (): Promise<void> => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
  };
  return items.map((item) => {
    const result = turn()
      .then(() => work(item))
      .finally(() => {
        running -= 1;
        waiting.shift()?.();
      });
    result.catch(() => undefined);
    return result;
  });
}
