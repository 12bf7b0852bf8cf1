/** Adds an entry to a table at run time. Returns what takes it out again. Throws when its name is taken. */
export function plugInto<Entry extends { readonly name: string }>(table: Entry[], entry: Entry): () => void {
  if (table.some(({ name }) => name === entry.name)) throw new Error(`${entry.name} is already there`);
  table.push(entry);
  return () => void table.splice(table.indexOf(entry), 1);
}
